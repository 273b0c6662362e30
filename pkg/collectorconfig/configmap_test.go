package collectorconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

func smallConfig() map[string]any {
	return map[string]any{
		"receivers": map[string]any{"otlp": map[string]any{"protocols": map[string]any{"grpc": nil}}},
		"exporters": map[string]any{"debug": map[string]any{}},
		"service": map[string]any{"pipelines": map[string]any{
			"traces": map[string]any{"receivers": []any{"otlp"}, "exporters": []any{"debug"}}}},
	}
}

func TestConfigMapIsNamedByTheHashOfItsConfig(t *testing.T) {
	made, err := ConfigMap("gateway", "observability", map[string]string{"app": "a"}, smallConfig())
	require.NoError(t, err)
	text := made.Data[ConfigMapKey]
	sum := sha256.Sum256([]byte(strings.TrimSuffix(text, "\n")))
	assert.Equal(t, "gateway-"+hex.EncodeToString(sum[:])[:10], made.Name)
	assert.Equal(t, "observability", made.Namespace)
	var back map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &back))
	assert.Equal(t, smallConfig(), back)
}

func TestConfigMapNameChangesWithTheConfigAlone(t *testing.T) {
	first, err := ConfigMap("gateway", "a", map[string]string{"chart": "1"}, smallConfig())
	require.NoError(t, err)
	relabelled, err := ConfigMap("gateway", "b", map[string]string{"chart": "2"}, smallConfig())
	require.NoError(t, err)
	assert.Equal(t, first.Name, relabelled.Name)

	other := smallConfig()
	other["extensions"] = map[string]any{"health_check": nil}
	changed, err := ConfigMap("gateway", "a", nil, other)
	require.NoError(t, err)
	assert.NotEqual(t, first.Name, changed.Name)
}

func TestConfigMapTextIsTheSameBytesEveryTime(t *testing.T) {
	first, err := Text(smallConfig())
	require.NoError(t, err)
	for range 50 {
		again, err := Text(smallConfig())
		require.NoError(t, err)
		require.Equal(t, first, again)
	}
	assert.False(t, strings.HasSuffix(first, "\n"))
}

func TestConfigMapRefusesNamesThatKubernetesRefuses(t *testing.T) {
	_, err := ConfigMap("", "a", nil, smallConfig())
	require.ErrorContains(t, err, "empty")
	_, err = ConfigMap(strings.Repeat("x", 250), "a", nil, smallConfig())
	assert.ErrorContains(t, err, "shorten it by 8")
}

package collectorconfig

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
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

func gateway() Input { return Input{Mode: "gateway", FullName: "gateway", Namespace: "observability"} }

func labelled(value string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Labels: map[string]string{"chart": value}}
}

func TestConfigMapIsNamedByTheHashOfItsConfig(t *testing.T) {
	common := labelled("1")
	made, err := ConfigMap(gateway(), common, smallConfig())
	require.NoError(t, err)
	text := made.Data[ConfigMapKey]
	sum := sha256.Sum256([]byte(text))
	assert.Equal(t, "gateway-"+hex.EncodeToString(sum[:])[:10], made.Name)
	assert.Equal(t, "observability", made.Namespace)
	assert.Equal(t, map[string]string{"chart": "1", ConfigMapLabel: "gateway"}, made.Labels)
	assert.True(t, *made.Immutable)
	assert.Empty(t, made.Annotations)
	assert.Equal(t, labelled("1"), common, "the caller's metadata is not changed")
	var back map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &back))
	assert.Equal(t, smallConfig(), back)
}

func TestConfigMapOfASidecarChangesInPlace(t *testing.T) {
	in := gateway()
	in.Mode = "sidecar"
	made, err := ConfigMap(in, metav1.ObjectMeta{}, smallConfig())
	require.NoError(t, err)
	assert.Equal(t, "gateway", made.Name)
	assert.Nil(t, made.Immutable)
	hash, err := Hash(smallConfig())
	require.NoError(t, err)
	assert.Equal(t, map[string]string{ConfigHashAnnotation: hash}, made.Annotations)
}

func TestConfigMapNameChangesWithTheConfigAlone(t *testing.T) {
	first, err := ConfigMap(gateway(), labelled("1"), smallConfig())
	require.NoError(t, err)
	relabelled, err := ConfigMap(gateway(), labelled("2"), smallConfig())
	require.NoError(t, err)
	assert.Equal(t, first.Name, relabelled.Name)

	other := smallConfig()
	other["extensions"] = map[string]any{"health_check": nil}
	changed, err := ConfigMap(gateway(), labelled("1"), other)
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
	_, err := ConfigMap(Input{}, metav1.ObjectMeta{}, smallConfig())
	require.ErrorContains(t, err, "empty")
	_, err = ConfigMap(Input{FullName: strings.Repeat("x", 250)}, metav1.ObjectMeta{}, smallConfig())
	assert.ErrorContains(t, err, "shorten it by 8")
}

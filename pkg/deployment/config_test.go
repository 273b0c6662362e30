package deployment

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func TestAConfigAmongTheValuesKeepsItsOwnPlaces(t *testing.T) {
	t.Parallel()
	file := newConfigFile(Config{Name: "config.yaml", YAML: []byte("# mine\nexporters:\n  debug:\n\n    verbosity: |\n      a\n")})
	stack, err := stackOf(t.Context(), "rel", map[string]any{"replicas": 2}, file)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"replicas": 2.0, "config": map[string]any{"exporters": map[string]any{"debug": map[string]any{"verbosity": "a\n"}}},
	}, stack.Values())
	assert.Equal(t, source.Position{File: "config.yaml", Line: 5, Column: 5}, file.position(source.Position{File: "config.yaml", Line: 6, Column: 7}))
	elsewhere := source.Position{File: "values.yaml", Line: 6, Column: 7}
	assert.Equal(t, elsewhere, file.position(elsewhere))

	broken := newConfigFile(Config{YAML: []byte("a: 1\nb: [\n")})
	_, err = stackOf(t.Context(), "rel", nil, broken)
	require.Error(t, err)
	assert.Contains(t, broken.own(err).Error(), "<config>:2:4: ")

	empty, err := stackOf(t.Context(), "rel", nil, newConfigFile(Config{}))
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"config": map[string]any{}}, empty.Values())
}

func TestHelmsWordsForAnotherChangeAreKnown(t *testing.T) {
	t.Parallel()
	assert.True(t, IsBusy("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress"))
	assert.False(t, IsBusy("Error: UPGRADE FAILED: timed out waiting for the condition"))
}

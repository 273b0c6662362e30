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

	for _, text := range []string{"", "\n\n", "# nothing yet", "---\n# nothing yet\n", "\ufeff---"} {
		empty, err := stackOf(t.Context(), "rel", nil, newConfigFile(Config{YAML: []byte(text)}))
		require.NoError(t, err, "%q", text)
		assert.Equal(t, map[string]any{"config": map[string]any{}}, empty.Values(), "%q", text)
	}
}

func TestWhatStandsBeforeAConfigKeepsItsPlaces(t *testing.T) {
	t.Parallel()
	want := map[string]any{"config": map[string]any{"a": 1.0, "b": "c"}}
	for _, text := range []string{"a: 1\nb: c\n", "\ufeffa: 1\nb: c", "---\na: 1\nb: c\n", "\ufeff# mine\n--- # it starts\na: 1\r\nb: c\r\n", "--- {a: 1, b: c}\n"} {
		stack, err := stackOf(t.Context(), "rel", nil, newConfigFile(Config{YAML: []byte(text)}))
		require.NoError(t, err, "%q", text)
		assert.Equal(t, want, stack.Values(), "%q", text)
	}
	broken := newConfigFile(Config{YAML: []byte("\ufeff---\na: 1\nb: [\n")})
	_, err := stackOf(t.Context(), "rel", nil, broken)
	require.Error(t, err)
	assert.Contains(t, broken.own(err).Error(), "<config>:3:4: ")
}

func TestHelmsWordsForAnotherChangeAreKnown(t *testing.T) {
	t.Parallel()
	assert.True(t, IsBusy("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress"))
	assert.False(t, IsBusy("Error: UPGRADE FAILED: timed out waiting for the condition"))
}

package yamledit

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

func TestWhatIsWrittenQuicklyIsWhatTheYAMLPackageWrites(t *testing.T) {
	t.Parallel()
	texts := []string{
		"a", "yes", "No", "TRUE", "null", "~", "env", "a.b/c-d", "1304bc39d3", "0b11", "1e10", "12", "1d", "5f", "a b", "", "x: y", "-", ".inf", ".5", "2026-01-01",
		`{"a":["b"]}`, "{'a'}", "{a\n}", "{é}", "stand-in-of-helm-otlp-x-", "0x1f", "e", "inf", "NaN", "a#b", "a_b", "=", "<<", "1_0", "10:20",
	}
	taken := 0
	for _, text := range texts {
		for _, value := range []any{
			map[string]any{"key": text}, map[string]any{text: "x"}, []any{map[string]any{"name": text}},
			map[string]any{"env": []any{map[string]any{"name": text}}, "m": map[string]any{"b": text, "a": map[string]any{"c": text}}},
		} {
			var quick strings.Builder
			if !quickLines(&quick, value, 0) {
				continue
			}
			taken++
			var out bytes.Buffer
			encoder := yaml.NewEncoder(&out)
			encoder.SetIndent(2)
			require.NoError(t, encoder.Encode(value))
			assert.Equal(t, out.String(), quick.String())
		}
	}
	assert.Greater(t, taken, 20)
}

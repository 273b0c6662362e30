package migratevalues_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/pkg/migratevalues"
)

// Whatever stands at a key, a conversion ends, with values that are YAML and notes that have a place.
func TestChangedFilesAreConvertedOrRefused(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../tests/migratevalues/testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	random := rand.New(rand.NewPCG(1, 2))
	converted := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for round := range 120 {
			var document any
			require.NoError(t, yaml.Unmarshal(text, &document))
			for range 1 + random.IntN(4) {
				change(random, document)
			}
			changed, err := yaml.Marshal(document)
			require.NoError(t, err)
			result, err := migratevalues.Convert("v.yaml", changed, "", version)
			if err != nil {
				continue
			}
			converted++
			var again map[string]any
			require.NoError(t, yaml.Unmarshal(result.Text, &again), "%s", result.Text)
			for _, note := range result.Notes {
				require.Positive(t, note.Position.Line, fmt.Sprint(round, note))
			}
		}
	}
	require.Greater(t, converted, 400)
}

// change puts something else at a place of a document that is chosen at random, or takes it away.
func change(random *rand.Rand, value any) {
	others := []any{nil, true, 7, 1.5, "text", "{{ .Values.a }}", "", []any{}, []any{"a", 1, nil}, map[string]any{}, map[string]any{"enabled": true}, []any{map[string]any{"name": 3}}}
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			item := value[key]
			if random.IntN(len(value)+1) != 0 {
				continue
			}
			switch random.IntN(4) {
			case 0:
				value[key] = others[random.IntN(len(others))]
			case 1:
				delete(value, key)
				value[fmt.Sprint(key, "x")] = item
			default:
				change(random, item)
			}

			return
		}
	case []any:
		if len(value) == 0 {
			return
		}
		if i := random.IntN(len(value)); random.IntN(3) == 0 {
			value[i] = others[random.IntN(len(others))]
		} else {
			change(random, value[i])
		}
	}
}

package migratevalues

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/migratevalues"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

var update = flag.Bool("update", false, "write what the fixtures are converted to")

// fixtures are files of this project in the shape of others', by name.
func fixtures(t *testing.T, pattern string) map[string][]byte {
	t.Helper()
	files, err := filepath.Glob("testdata/" + pattern + ".yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	found := map[string][]byte{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		found[file] = text
	}

	return found
}

func TestWhatFixturesAreConvertedToIsInstalled(t *testing.T) {
	t.Parallel()
	for file, text := range fixtures(t, "*") {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			result, _ := install(t, file, text)
			var golden strings.Builder
			for _, note := range result.Notes {
				word := "note"
				if note.Left {
					word = "left"
				}
				fmt.Fprintf(&golden, "# %s %s %s: %s\n", note.Position, word, note.Path, note.Message)
			}
			golden.Write(result.Text)
			to := strings.TrimSuffix(file, ".yaml") + ".golden"
			if *update {
				require.NoError(t, os.WriteFile(to, []byte(golden.String()), 0o644))

				return
			}
			want, err := os.ReadFile(to)
			require.NoError(t, err)
			assert.Equal(t, string(want), golden.String(), "run go test ./tests/migratevalues -update, and read what changed")
		})
	}
}

func TestTheConfigOfAnOpenTelemetryCollectorIsKept(t *testing.T) {
	t.Parallel()
	for file, text := range fixtures(t, "operator-*") {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			documents, err := source.Parse(file, text)
			require.NoError(t, err)
			config := documents[0].Lookup(source.Keys("spec", "config"))
			if config.Kind == source.Scalar {
				inner, err := source.Parse(file, []byte(config.Value))
				require.NoError(t, err)
				config = inner[0].Root
			}
			result, ours := install(t, file, text)
			require.Equal(t, migratevalues.Operator, result.Kind)
			defects := allowed(changes("", plain(t, config.Any().(map[string]any)), plain(t, configOf(t, ours, "config.yaml"))), map[string]int{})
			assert.Empty(t, defects, "%s\n%s", strings.Join(defects, "\n"), result.Text)
		})
	}
}

func TestTheConfigOfFixturesIsThatOfTheOfficialChart(t *testing.T) {
	t.Parallel()
	chart, _ := officialChart(t)
	for file, text := range fixtures(t, "official-*") {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			result, ours := install(t, file, text)
			if documents, err := source.Parse(file, text); assert.NoError(t, err) && documents[0].Root.Get("mode") == nil {
				text = belowParent(text)
			}
			theirs, err := rendered(t, chart, file, text)
			require.NoError(t, err)
			defects := allowed(changes("", plain(t, configOf(t, theirs, "relay")), plain(t, configOf(t, ours, "config.yaml"))), map[string]int{})
			assert.Empty(t, defects, "%s\n%s", strings.Join(defects, "\n"), result.Text)
		})
	}
}

// belowParent are the values below the key of a parent chart, which stands in the first line that is no comment.
func belowParent(text []byte) []byte {
	_, rest, _ := strings.Cut(string(text), "opentelemetry-collector:\n")
	lines := strings.Split(rest, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "  ")
	}

	return []byte(strings.Join(lines, "\n"))
}

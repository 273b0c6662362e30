// Package migratevalues holds the config of converted values to that of what they were converted from.
package migratevalues

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/migratevalues"
)

// officialChart is the chart opentelemetry-collector, in the folder that OFFICIAL_CHART names.
func officialChart(t *testing.T) (*render.Chart, string) {
	t.Helper()
	folder := os.Getenv("OFFICIAL_CHART")
	if folder == "" {
		t.Skip("OFFICIAL_CHART is not set: name the folder of the chart opentelemetry-collector, to compare with what it renders to")
	}
	chart, err := render.Load(context.Background(), folder, render.Pull{})
	require.NoError(t, err)
	require.Equal(t, "opentelemetry-collector", chart.Info().Name)

	return chart, folder
}

// unconverted are the values of the official chart that give no config of a collector that starts, and why.
var unconverted = map[string]string{
	"examples/deployment-use-existing-configMap/deployment-values.yaml": "the config is in a ConfigMap of somebody else's",
	"examples/using-custom-config/values.yaml":                          "the config is in a ConfigMap of somebody else's",
	"examples/kubernetesAttributes/values.yaml":                         "a pipeline names a processor that is not defined",
}

func TestTheOfficialChartsValuesGiveItsConfig(t *testing.T) {
	chart, folder := officialChart(t)
	var files []string
	for _, pattern := range []string{"ci/*-values.yaml", "examples/*/values.yaml", "examples/*/*-values.yaml"} {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, found)
		files = append(files, found...)
	}
	count := map[string]int{}
	for _, file := range files {
		name, err := filepath.Rel(folder, file)
		require.NoError(t, err)
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			if why, not := unconverted[filepath.ToSlash(name)]; not {
				result, err := migratevalues.Convert(file, text, "", version)
				require.NoError(t, err)
				assert.Positive(t, result.Left(), why)

				return
			}
			result, ours := install(t, file, text)
			for _, note := range result.Notes {
				t.Log(note.Position, note.Left, note.Path, note.Message)
			}
			theirs, err := rendered(t, chart, file, text)
			require.NoError(t, err)
			defects := allowed(changes("", plain(t, configOf(t, theirs, "relay")), plain(t, configOf(t, ours, "config.yaml"))), count)
			assert.Empty(t, defects, "%s\n%s", strings.Join(defects, "\n"), result.Text)
		})
	}
	for _, difference := range migratevalues.Differences() {
		// Addresses are those of OpenTelemetryCollectors: the official chart writes its own.
		if len(difference.Paths) > 0 && difference.Name != "addresses" {
			assert.Positive(t, count[difference.Name], "no config shows the difference %q: take it out of the list", difference.Name)
		}
	}
}

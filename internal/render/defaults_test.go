package render_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// With --reuse-values Helm gives the templates the defaults of an older chart, which lack what is new in this one. Here the
// values.yaml of a copy lacks it.
func TestDefaultsThatAnOlderChartLacksAreLaidUnder(t *testing.T) {
	t.Parallel()
	const chart = "../../charts/otlp-collector"
	older := filepath.Join(t.TempDir(), "otlp-collector")
	require.NoError(t, os.CopyFS(older, os.DirFS(chart)))
	content, err := os.ReadFile(filepath.Join(chart, "values.yaml"))
	require.NoError(t, err)
	var values struct {
		Mode  string                    `json:"mode"`
		Modes map[string]map[string]any `json:"modes"`
	}
	require.NoError(t, yaml.Unmarshal(content, &values))
	remove := func(block any, key string) {
		of, is := block.(map[string]any)
		require.True(t, is)
		require.Contains(t, of, key)
		delete(of, key)
	}
	remove(values.Modes["all"], "tls")
	remove(values.Modes["all"]["service"], "type")
	remove(values.Modes["gateway"]["autoscaling"], "minReplicas")
	remove(values.Modes["gateway"]["autoscaling"], "targetMemoryUtilizationPercentage") // It may be null.
	delete(values.Modes, "sidecar")
	content, err = yaml.Marshal(values)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(older, "values.yaml"), content, 0o600))

	for _, set := range [][]string{
		{"autoscaling.enabled=true", "autoscaling.targetMemoryUtilizationPercentage=null"},
		{"mode=sidecar"},
		{"mode=daemonset", "presets.logs.enabled=true"},
	} {
		release := render.Release{Name: "rel", Namespace: "team", Revision: 2, KubeVersion: "1.36"}
		want, err := rendered(t, chart, render.Arguments{Set: set}, release)
		require.NoError(t, err)
		got, err := rendered(t, older, render.Arguments{Set: set}, release)
		require.NoError(t, err)
		require.Len(t, got.Manifests, len(want.Manifests))
		for i := range want.Manifests {
			assert.Equal(t, string(want.Manifests[i].Data), string(got.Manifests[i].Data), "%v", set)
		}
	}
}

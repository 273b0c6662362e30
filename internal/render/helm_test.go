package render_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

func TestTheFilesOfAChartThatAReleaseKeepsMakeTheSameChart(t *testing.T) {
	t.Parallel()
	chart, err := render.Embedded()
	require.NoError(t, err)
	kept, err := render.Stored(chart.Helm())
	require.NoError(t, err)
	files, err := kept.Files()
	require.NoError(t, err)
	folder := filepath.Join(t.TempDir(), "otlp-collector")
	for _, file := range files {
		path := filepath.Join(folder, file.File)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o700))
		require.NoError(t, os.WriteFile(path, file.Data, 0o600))
	}
	again, err := render.Load(t.Context(), folder, render.Pull{})
	require.NoError(t, err)
	assert.Equal(t, chart.Info(), again.Info())
	stack, err := render.ReadStack(t.Context(), render.Arguments{Set: []string{"mode=daemonset"}}, nil)
	require.NoError(t, err)
	release := render.Release{Name: "a", Namespace: "b"}
	want, err := chart.Render(t.Context(), stack, release)
	require.NoError(t, err)
	got, err := again.Render(t.Context(), stack, release)
	require.NoError(t, err)
	require.Len(t, got.Manifests, len(want.Manifests))
	for i := range want.Manifests {
		assert.Equal(t, string(want.Manifests[i].Data), string(got.Manifests[i].Data))
	}
}

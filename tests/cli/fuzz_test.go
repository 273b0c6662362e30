package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// FuzzValues holds that no values break the chart, the compiler or the linter: they are judged, or refused with words.
func FuzzValues(f *testing.F) {
	files, err := filepath.Glob("../../charts/otlp-collector/ci/*.yaml")
	require.NoError(f, err)
	faults, err := filepath.Glob("../faults/*/values.yaml")
	require.NoError(f, err)
	for _, file := range append(files, faults...) {
		data, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var stdout, stderr bytes.Buffer
		code := cli.Main(t.Context(), []string{"lint", "-f", "-"}, bytes.NewReader(data), &stdout, &stderr, func(string) string { return "" })
		require.Contains(t, []int{cli.ExitOK, cli.ExitFindings, cli.ExitUsage}, code, stderr.String())
		require.NotEmpty(t, stdout.String()+stderr.String())
		if code == cli.ExitUsage {
			require.NotEmpty(t, stderr.String())
		}
	})
}

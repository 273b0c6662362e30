package faults

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// TestExamplesAreCleanAndScenariosHaveNoErrors lints every example, but the one that is
// wrong on purpose, and every ci scenario of the chart; some of those try what lint warns of.
func TestExamplesAreCleanAndScenariosHaveNoErrors(t *testing.T) {
	t.Parallel()
	for pattern, failOn := range map[string]string{
		"../../examples/*/*values.yaml":                                 "warning",
		"../../charts/otlp-collector/ci/*-values.yaml":                  "error",
		"../../charts/otlp-collector/ci/custom-resources/*-values.yaml": "warning",
	} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			if strings.Contains(file, "examples/lint/") {
				continue
			}
			t.Run(strings.TrimPrefix(filepath.ToSlash(file), "../../"), func(t *testing.T) {
				t.Parallel()
				var out strings.Builder
				code := cli.Main(context.Background(), []string{"lint", "--fail-on", failOn, "-f", file},
					strings.NewReader(""), &out, &out, func(string) string { return "" })
				assert.Equal(t, 0, code, out.String())
			})
		}
	}
}

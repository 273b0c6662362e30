package faults

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// TestRulesWithoutAVariantAreFoundInTheirExample has the program find what values of the chart can't make: every rule
// is seen by a user's command, be it in a variant here or in its bad example.
func TestRulesWithoutAVariantAreFoundInTheirExample(t *testing.T) {
	t.Parallel()
	varied := map[string]bool{}
	files, err := filepath.Glob("*/values.yaml")
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, line := range strings.Split(string(data), "\n") {
			if match := mark.FindStringSubmatch(line); match != nil {
				varied[match[1]] = true
			}
		}
	}
	for _, rule := range rules.All() {
		if varied[rule.Name] {
			continue
		}
		t.Run(rule.Name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join("..", "..", "pkg", "lint", "rules", rule.Name, "testdata", "bad.yaml")
			var stdout, stderr strings.Builder
			code := cli.Main(context.Background(), []string{"lint", "--output", "json", file},
				strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
			require.LessOrEqual(t, code, cli.ExitFindings, stderr.String())
			var result struct{ Findings []found }
			require.NoError(t, json.Unmarshal([]byte(stdout.String()), &result))
			var lines []int
			for _, finding := range result.Findings {
				if finding.Rule == rule.Name {
					lines = append(lines, finding.Position.Line)
				}
			}
			var want []int
			for i, line := range strings.Split(rule.Bad, "\n") {
				if strings.HasSuffix(line, "# <- here") {
					want = append(want, i+1)
				}
			}
			assert.Equal(t, want, lines)
		})
	}
}

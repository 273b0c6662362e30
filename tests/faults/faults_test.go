// Package faults holds values of the chart with a single fault each, and proves that lint
// finds that one, at the line of the values file that causes it.
package faults

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// found is a finding as `helm otlp lint -f FILE` prints it.
type found struct {
	Rule string
	File string
	Line int
}

// lintValues lints the embedded chart with values files and single values.
func lintValues(t *testing.T, args render.Arguments) []lint.Finding {
	t.Helper()
	ctx := context.Background()
	chart, err := render.Embedded()
	require.NoError(t, err)
	stack, err := render.ReadStack(ctx, args, strings.NewReader(""))
	require.NoError(t, err)
	rendering, err := chart.Render(ctx, stack, render.Release{Name: "otlp-collector", Namespace: "default"})
	require.NoError(t, err)
	var manifests []lint.Manifest
	for _, m := range rendering.Manifests {
		manifests = append(manifests, lint.Manifest(m))
	}
	result, err := lint.Run(ctx, manifests, rules.All())
	require.NoError(t, err)
	require.Equal(t, 1, result.Collectors, "the chart runs one collector")
	for i, finding := range result.Findings {
		if at, ok := rendering.Locate(finding.Position.File, finding.Values...); ok {
			result.Findings[i].Position = at
		}
	}
	return result.Findings
}

var mark = regexp.MustCompile(`# want: ([a-z0-9-]+)$`)

func TestEachFaultIsFoundAloneAtTheLineThatCausesIt(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*/values.yaml")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 25)
	for _, file := range files {
		t.Run(filepath.Dir(file), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var want found
			for i, line := range strings.Split(string(data), "\n") {
				if match := mark.FindStringSubmatch(line); match != nil {
					require.Empty(t, want.Rule, "a file has a single fault")
					want = found{Rule: match[1], File: file, Line: i + 1}
				}
			}
			require.NotEmpty(t, want.Rule, "a line is marked with the rule that it breaks")
			got := map[found]bool{}
			for _, finding := range lintValues(t, render.Arguments{Files: []string{file}}) {
				// What is merely worth knowing is there by default.
				if finding.Severity != lint.Info || finding.Rule == want.Rule {
					got[found{finding.Rule, finding.Position.File, finding.Position.Line}] = true
				}
			}
			assert.Equal(t, map[found]bool{want: true}, got)
		})
	}
}

func TestTheDefaultsOfEachModeHaveNoErrorAndNoWarning(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"gateway", "daemonset", "sidecar"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			for _, finding := range lintValues(t, render.Arguments{Set: []string{"mode=" + mode}}) {
				assert.Equal(t, lint.Info, finding.Severity, "%s %s", finding.Rule, finding.Message)
			}
		})
	}
}

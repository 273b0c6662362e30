// Package faults holds values of the chart with a single fault each, and proves that lint
// finds that one, at the line of the values file that causes it.
package faults

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// found is a finding as `helm otlp lint -f FILE --output json` prints it.
type found struct {
	Rule     string
	Severity string
	Message  string
	Position struct {
		File string
		Line int
	}
}

// place is where a rule finds something.
type place struct {
	Rule, File string
	Line       int
}

// lintValues lints the embedded chart as a user would.
func lintValues(t *testing.T, args ...string) []found {
	t.Helper()
	var stdout, stderr strings.Builder
	code := cli.Main(context.Background(), append([]string{"lint", "--output", "json"}, args...),
		strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
	require.LessOrEqual(t, code, cli.ExitFindings, stderr.String())
	var result struct {
		Findings []found
		Summary  struct{ Collectors int }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout.String()), &result))
	require.Equal(t, 1, result.Summary.Collectors, "the chart runs one collector")
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
			var want place
			for i, line := range strings.Split(string(data), "\n") {
				if match := mark.FindStringSubmatch(line); match != nil {
					require.Empty(t, want.Rule, "a file has a single fault")
					want = place{Rule: match[1], File: file, Line: i + 1}
				}
			}
			require.NotEmpty(t, want.Rule, "a line is marked with the rule that it breaks")
			got := map[place]bool{}
			for _, finding := range lintValues(t, "-f", file) {
				// What is merely worth knowing is there by default.
				if finding.Severity != string(lint.Info) || finding.Rule == want.Rule {
					got[place{finding.Rule, finding.Position.File, finding.Position.Line}] = true
				}
			}
			assert.Equal(t, map[place]bool{want: true}, got)
		})
	}
}

func TestAnImageThatDoesNotSayItsVersionIsWarnedOfUnlessTheValuesSayIt(t *testing.T) {
	t.Parallel()
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for value, warned := range map[string]bool{
		"image.tag=latest":                                           true,
		"image.tag=banana":                                           true,
		"image.digest=" + digest:                                     true,
		"image.tag=0.149.0":                                          false,
		"image.tag=0.149":                                            false,
		"image.repository=own/ot":                                    false,
		"image.tag=latest,image.collectorVersion=0.149.0":            false,
		"image.digest=" + digest + ",image.tag=0.149.0":              false,
		"image.digest=" + digest + ",image.collectorVersion=0.149.0": false,
	} {
		for _, mode := range []string{"gateway", "sidecar"} {
			t.Run(mode+" "+value, func(t *testing.T) {
				t.Parallel()
				got := false
				for _, finding := range lintValues(t, "--set", "mode="+mode, "--set", value) {
					got = got || finding.Rule == "image-version-unknown"
				}
				assert.Equal(t, warned, got)
			})
		}
	}
}

func TestTheDefaultsOfEachModeHaveNoErrorAndNoWarning(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"gateway", "daemonset", "sidecar"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			for _, finding := range lintValues(t, "--set", "mode="+mode) {
				assert.Equal(t, string(lint.Info), finding.Severity, "%s %s", finding.Rule, finding.Message)
			}
		})
	}
}

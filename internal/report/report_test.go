package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/graph"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

var update = flag.Bool("update", false, "write the golden files")

func sample() report.Report {
	deployment := lint.ObjectRef{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "team", Name: "gateway"}
	lines := map[string]string{
		"values.yaml:3": "\tlimits: {memory: 64Mi}",
		"--set:1":       "replicas=1",
	}

	return report.Report{
		Version: "1.2.3",
		Rules: []*lint.Rule{
			{Name: "memory-limit-small", Severity: lint.Error, Summary: "The memory limit is small.", Why: "It is killed.", Good: "limits: {memory: 1Gi}\n", Docs: "https://example.com/memory"},
			{Name: "one-replica", Severity: lint.Warning, Summary: "A gateway has one replica."},
			{Name: "no-monitor", Severity: lint.Info, Summary: "Nothing scrapes the collector."},
			{Name: "quiet", Severity: lint.Error, Summary: "Finds nothing here."},
		},
		Findings: []lint.Finding{
			{
				Rule: "one-replica", Severity: lint.Warning, Message: "1 replica, want 2", Object: deployment,
				Path: "spec.replicas", Position: source.Position{File: "--set", Line: 1, Column: 1},
			},
			{
				Rule: "memory-limit-small", Severity: lint.Error, Message: "64Mi < 128Mi, 100% of \"it\"\nsecond line", Object: deployment,
				Path: "spec.template.spec.containers[0]", Position: source.Position{File: "values.yaml", Line: 3, Column: 10},
				Fix: &lint.Fix{}, Docs: "https://example.com/memory",
			},
			{Rule: "no-monitor", Severity: lint.Info, Message: "no monitor", Position: source.Position{File: "a b/c:d,e.yaml"}},
			{Rule: "unused-suppression", Severity: lint.Info, Message: "no place at all", Object: lint.ObjectRef{Kind: "Service", Name: "x"}},
		},
		Objects: 12, Collectors: 1, FailOn: lint.Error, Graphs: []graph.Graph{pipelines("Deployment team/gateway", "otlp", "debug")},
		Line: func(file string, line int) (string, bool) {
			text, ok := lines[source.Position{File: file, Line: line, Column: 1}.String()[:len(file)+2]]

			return text, ok
		},
	}
}

// pipelines is a collector with one pipeline.
func pipelines(name, receiver, exporter string) graph.Graph {
	return graph.Graph{
		Name:      name,
		Nodes:     []graph.Node{{Role: graph.Receiver, ID: receiver}, {Role: graph.Exporter, ID: exporter}},
		Pipelines: []graph.Pipeline{{ID: "logs", Receivers: []int{0}, Exporters: []int{1}}},
	}
}

func TestEveryFormatIsAsItsGoldenFile(t *testing.T) {
	t.Parallel()
	for _, name := range append(report.Names(), "colour") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			format, err := report.Named(name, false)
			if name == "colour" {
				format, err = report.Named("text", true)
			}
			require.NoError(t, err)

			var first, second bytes.Buffer
			require.NoError(t, format.Write(&first, sample()))
			require.NoError(t, format.Write(&second, sample()))
			assert.Equal(t, first.String(), second.String(), "the same report gave other bytes")

			golden := filepath.Join("testdata", name+".golden")
			if *update {
				require.NoError(t, os.MkdirAll("testdata", 0o755))
				require.NoError(t, os.WriteFile(golden, first.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err, "run `go test ./internal/report -update`")
			assert.Equal(t, string(want), first.String())
		})
	}
}

func TestAnEmptyReportIsValidInEveryFormat(t *testing.T) {
	t.Parallel()
	for _, name := range report.Names() {
		format, err := report.Named(name, false)
		require.NoError(t, err)
		var out bytes.Buffer
		require.NoError(t, format.Write(&out, report.Report{FailOn: lint.Error}), name)
		if name == "json" || name == "sarif" {
			assert.NotContains(t, out.String(), "null", name)
		}
	}
}

func TestJSONMeetsItsPublishedSchema(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../../docs/findings.schema.json")
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("findings.schema.json", document))
	schema, err := compiler.Compile("findings.schema.json")
	require.NoError(t, err)

	for _, r := range []report.Report{sample(), {}} {
		var out bytes.Buffer
		require.NoError(t, report.JSON{}.Write(&out, r))
		written, err := jsonschema.UnmarshalJSON(&out)
		require.NoError(t, err)
		assert.NoError(t, schema.Validate(written))
	}
}

func TestSARIFRefersToItsOwnRules(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, report.SARIF{}.Write(&out, sample()))
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID              string
				RuleIndex           int
				PartialFingerprints map[string]string
			}
		}
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &log))
	run := log.Runs[0]
	fingerprints := map[string]bool{}
	for _, result := range run.Results {
		assert.Equal(t, result.RuleID, run.Tool.Driver.Rules[result.RuleIndex].ID)
		for _, fingerprint := range result.PartialFingerprints {
			assert.False(t, fingerprints[fingerprint], "two results have the fingerprint %s", fingerprint)
			fingerprints[fingerprint] = true
		}
	}
}

func TestFailsAtOrAboveFailOn(t *testing.T) {
	t.Parallel()
	warning := report.Report{Findings: []lint.Finding{{Severity: lint.Warning}}}
	for failOn, want := range map[lint.Severity]bool{lint.Error: false, lint.Warning: true, lint.Info: true} {
		warning.FailOn = failOn
		assert.Equal(t, want, warning.Fails(), failOn)
	}
	assert.False(t, report.Report{FailOn: lint.Info}.Fails())
}

func TestTextDoesNotSteerTheTerminal(t *testing.T) {
	t.Parallel()
	r := report.Report{Findings: []lint.Finding{{
		Message: "\x1b[2Jgone\u009b", Position: source.Position{File: "\x1b]0;title\a.yaml", Line: 1, Column: 1},
	}}, Line: func(string, int) (string, bool) { return "\x1b[8mhidden", true }}
	var out bytes.Buffer
	require.NoError(t, report.Text{}.Write(&out, r))
	assert.NotRegexp(t, "[\x00-\x08\x0b-\x1f\u0080-\u009f]", out.String())
	assert.Contains(t, out.String(), "hidden")
}

func TestAFailingWriterIsReported(t *testing.T) {
	t.Parallel()
	for _, name := range report.Names() {
		format, err := report.Named(name, false)
		require.NoError(t, err)
		assert.ErrorIs(t, format.Write(broken{}, sample()), errBroken, name)
	}
}

func TestAnUnknownFormatListsTheKnownOnes(t *testing.T) {
	t.Parallel()
	_, err := report.Named("xml", false)
	assert.ErrorContains(t, err, "text, json, sarif, junit, github, html")
}

type broken struct{}

var errBroken = errors.New("disk full")

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestALongLineIsNotQuoted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := report.Report{
		Findings: []lint.Finding{{Rule: "r", Message: "m", Severity: lint.Info, Position: source.Position{File: "f.yaml", Line: 1, Column: 1}}},
		Line:     func(string, int) (string, bool) { return strings.Repeat("x", 2001), true },
	}
	require.NoError(t, report.Text{}.Write(&out, r))
	assert.Equal(t, "f.yaml:1:1: info: m [r]\n0 errors, 0 warnings, 1 info in 0 objects and 0 collectors\n", out.String())
}

func TestWhatIsPrintedSteersNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"a\nb":               `a\nb`,
		"::error::x":         ": :error::x",
		" \t::error::x":      " \t: :error::x",
		"a ::error::x":       "a ::error::x",
		"a ##[error]x":       "a # #[error]x",
		"\x1b[31m\u202e\x00": "\ufffd[31m\ufffd\ufffd",
		"über ✓ 日本\t":        "über ✓ 日本\t",
	} {
		assert.Equal(t, want, report.Printable(text))
	}
}

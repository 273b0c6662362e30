package differential

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	_ "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif" // Its source holds OASIS' schema.
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
	formats "github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// publishedSARIF is the JSON schema that OASIS publishes with SARIF 2.1.0, Errata 01. A Go module carries it as a
// constant that it does not export, so it is read from the module's source.
func publishedSARIF(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	require.NoError(t, err)
	file := filepath.Join(strings.TrimSpace(string(out)), "pkg", "report", "v210", "sarif", "schema.go")
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var text string
	ast.Inspect(parsed, func(n ast.Node) bool {
		if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err = strconv.Unquote(literal.Value)
		}

		return err == nil
	})
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err, "%s holds no JSON", file)
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	const name = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	require.Equal(t, name, document.(map[string]any)["id"])
	require.NoError(t, compiler.AddResource(name, document))
	schema, err := compiler.Compile(name)
	require.NoError(t, err)

	return schema
}

// sarifLog is what the tests read of a log.
type sarifLog struct {
	Schema string `json:"$schema"`
	Runs   []struct {
		Tool struct {
			Driver struct {
				Rules []struct {
					ID                                string
					ShortDescription, FullDescription struct{ Text string }
					DefaultConfiguration              struct{ Level string }
				}
			}
		}
		Results []struct {
			RuleID    string
			RuleIndex int
			Message   struct{ Text string }
			Locations []struct {
				PhysicalLocation struct {
					ArtifactLocation struct{ URI string }
					Region           struct{ StartLine int }
				}
			}
		}
	}
}

// valid holds a log to the schema, and reads it.
func valid(t *testing.T, schema *jsonschema.Schema, data []byte) sarifLog {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document), "%s", data)
	var log sarifLog
	require.NoError(t, json.Unmarshal(data, &log))
	require.Len(t, log.Runs, 1)
	assert.Equal(t, schema.Location, log.Schema+"#", "the log names another schema")
	for _, result := range log.Runs[0].Results {
		assert.Equal(t, result.RuleID, log.Runs[0].Tool.Driver.Rules[result.RuleIndex].ID)
	}

	return log
}

const evilSARIF = `receivers:
  "x\n::error::pwned\r\e[31m\u202e##[error]]]> <&'é日\U0001F600": {}
exporters:
  debug: {}
service:
  pipelines:
    traces: {receivers: ["x\n::error::pwned\r\e[31m\u202e##[error]]]> <&'é日\U0001F600"], exporters: [debug]}
`

const quietSARIF = `receivers: {otlp: {protocols: {grpc: {endpoint: "127.0.0.1:4317"}}}}
processors: {memory_limiter: {check_interval: 1s, limit_percentage: 80, spike_limit_percentage: 20}}
exporters: {otlp_grpc: {endpoint: "x:4317"}}
service: {telemetry: {metrics: {level: normal}}, pipelines: {traces: {receivers: [otlp], processors: [memory_limiter], exporters: [otlp_grpc]}}}
`

// TestSARIFMeetsThePublishedSchema holds what `lint --output sarif` prints to OASIS' schema.
func TestSARIFMeetsThePublishedSchema(t *testing.T) {
	schema := publishedSARIF(t)
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"a b,c:d%.yaml": evilSARIF,
		"quiet.yaml":    quietSARIF,
		"one.yaml":      "replicas: 1\n",
		"two.yaml":      "resources: {requests: {memory: 64Mi}}\n",
		"three.yaml":    "resources: {limits: {memory: 64Mi}}\n",
		"ignored.yaml":  "replicas: 1 # otlp:ignore gateway-single-replica a test\n",
		"refused.yaml":  "replicas: many\n",
		"broken.yaml":   "a: 1\nb: [1\n",
		"unused.yaml":   "replicas: 3 # otlp:ignore gateway-single-replica a test\n",
	} {
		require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
	}
	tests := []struct {
		name    string
		args    []string
		results bool
		holds   string
		lacks   string
	}{
		{"special characters", []string{"a b,c:d%.yaml"}, true, `::error::pwned`, ""},
		{"no finding", []string{"quiet.yaml"}, false, "", ""},
		{"a line of values", []string{"-f", "one.yaml"}, true, `"startLine": 1`, ""},
		{"an argument", []string{"--set", "replicas=1"}, true, "gateway-single-replica", ""},
		{"several releases", []string{"-f", "two.yaml", "--each", "[ot][nh]*e.yaml"}, true, "(with one.yaml)", ""},
		{"suppressed", []string{"-f", "ignored.yaml"}, true, "", `"ruleId": "gateway-single-replica"`},
		{"values that the schema refuses", []string{"-f", "refused.yaml"}, true, `"ruleId": "unreadable-input"`, ""},
		{"no YAML", []string{"broken.yaml"}, true, `"startLine": 2`, ""},
		{"no file", []string{"nowhere.yaml"}, true, `"ruleId": "unreadable-input"`, ""},
		{"a suppression of nothing", []string{"-f", "unused.yaml"}, true, `"ruleId": "unused-suppression"`, ""},
	}
	for _, test := range tests {
		var stdout, stderr bytes.Buffer
		code := cli.Main(t.Context(), append([]string{"lint", "--output", "sarif"}, test.args...), strings.NewReader(""), &stdout, &stderr, func(string) string { return "" })
		require.Contains(t, []int{cli.ExitOK, cli.ExitFindings, cli.ExitUsage}, code, "%s: %s", test.name, &stderr)
		log := valid(t, schema, stdout.Bytes())
		assert.Equal(t, test.results, len(log.Runs[0].Results) > 0, "%s: %s", test.name, &stdout)
		assert.Contains(t, stdout.String(), test.holds, test.name)
		if test.lacks != "" {
			assert.NotContains(t, stdout.String(), test.lacks, test.name)
		}
		listed := map[string]bool{}
		for _, rule := range log.Runs[0].Tool.Driver.Rules {
			listed[rule.ID] = rule.ShortDescription.Text != "" && rule.FullDescription.Text != "" && rule.DefaultConfiguration.Level != ""
		}
		for _, rule := range append(rules.All(), rules.OfCommand()...) {
			assert.True(t, listed[rule.Name], "%s is not listed with what it says", rule.Name)
		}
	}
}

// TestSARIFOfAnyPlaceMeetsThePublishedSchema has the places that findings may have, known and not.
func TestSARIFOfAnyPlaceMeetsThePublishedSchema(t *testing.T) {
	t.Parallel()
	schema := publishedSARIF(t)
	for at, uri := range map[source.Position]string{
		{}:                             "",
		{File: "values.yaml"}:          "values.yaml",
		{File: "values.yaml", Line: 3}: "values.yaml",
		{File: "a b/c:d,e%.yaml", Line: 1, Column: 7}:                "a%20b/c:d,e%25.yaml",
		{File: "c:d.yaml", Line: 1, Column: 7}:                       "./c:d.yaml",
		{File: "/srv/ä#?.yaml", Line: 1, Column: 1}:                  "file:///srv/%C3%A4%23%3F.yaml",
		{File: "../[x].yaml", Line: 1, Column: 1}:                    "../%5Bx%5D.yaml",
		{File: "https://h.example/a b.yaml?a=b", Line: 2, Column: 1}: "https://h.example/a%20b.yaml?a=b",
		{File: "--set", Line: 1, Column: 1}:                          "",
		{File: "<stdin>", Line: 1, Column: 1}:                        "",
	} {
		var out bytes.Buffer
		require.NoError(t, formats.SARIF{}.Write(&out, formats.Report{Findings: []lint.Finding{
			{Rule: "a", Severity: lint.Info, Message: "m", Position: at},
			{Rule: "b", Severity: lint.Warning, Message: "\xff", Position: at, Path: "a.b", Object: lint.ObjectRef{Kind: "Pod", Name: "p"}},
		}}))
		log := valid(t, schema, out.Bytes())
		require.Len(t, log.Runs[0].Results, 2)
		got := ""
		if locations := log.Runs[0].Results[0].Locations; len(locations) > 0 {
			got = locations[0].PhysicalLocation.ArtifactLocation.URI
			assert.Equal(t, at.Line, locations[0].PhysicalLocation.Region.StartLine)
		}
		assert.Equal(t, uri, got, "%+v", at)
	}
}

// TestTheSchemaOfSARIFRefusesWhatLacksAField holds that the tests above can fail.
func TestTheSchemaOfSARIFRefusesWhatLacksAField(t *testing.T) {
	t.Parallel()
	schema := publishedSARIF(t)
	var out bytes.Buffer
	require.NoError(t, formats.SARIF{}.Write(&out, formats.Report{
		Rules:    []*lint.Rule{{Name: "a", Severity: lint.Error, Summary: "s", Why: "w", Docs: "https://example.com"}},
		Findings: []lint.Finding{{Rule: "a", Severity: lint.Error, Message: "m", Position: source.Position{File: "f", Line: 1, Column: 1}}},
	}))
	valid(t, schema, out.Bytes())
	for _, field := range []string{
		"version", "runs", "runs/0/tool", "runs/0/tool/driver", "runs/0/tool/driver/name", "runs/0/tool/driver/rules/0/id",
		"runs/0/tool/driver/rules/0/shortDescription/text", "runs/0/results/0/message",
		"runs/0/results/0/locations/0/physicalLocation/artifactLocation",
	} {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
		require.NoError(t, err)
		drop(t, document, strings.Split(field, "/"))
		require.Error(t, schema.Validate(document), "without %s", field)
	}
	for _, other := range [][2]string{
		{`"level": "error"`, `"level": "info"`},
		{`"startLine": 1`, `"startLine": 0`},
		{`"ruleIndex": 0`, `"ruleIndex": "0"`},
		{`"uri": "f"`, `"uri": "%zz"`},
		{`"helpUri": "https://example.com"`, `"helpUri": "example.com"`},
		{`"columnKind"`, `"columnkind"`},
	} {
		require.Contains(t, out.String(), other[0])
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(strings.ReplaceAll(out.String(), other[0], other[1])))
		require.NoError(t, err)
		assert.Error(t, schema.Validate(document), other[1])
	}
}

// drop removes the field that the path leads to.
func drop(t *testing.T, document any, path []string) {
	t.Helper()
	for ; len(path) > 1; path = path[1:] {
		if list, ok := document.([]any); ok {
			i, err := strconv.Atoi(path[0])
			require.NoError(t, err)
			document = list[i]
		} else {
			document = document.(map[string]any)[path[0]]
		}
	}
	object, ok := document.(map[string]any)
	require.True(t, ok)
	require.Contains(t, object, path[0])
	delete(object, path[0])
}

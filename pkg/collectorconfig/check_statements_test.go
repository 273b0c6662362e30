package collectorconfig

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStatementsAreJudgedByWhatRunsThem(t *testing.T) {
	for _, test := range []struct {
		name, config, version string
		want                  []string
	}{
		{"all that is wrong, each where it stands", "transform:\n  trace_statements:\n  - set(span.name, \"a\")\n  - sett(span.name, \"a\")\n  - set(span.name", "0.161.0", []string{
			`f.yaml:5:7: trace_statements[1] of the processor transform is no OTTL that it takes: inferred context "span" does not support the function "sett"`,
			`f.yaml:6:7: trace_statements[2] of the processor transform is no OTTL that it takes: statement has invalid syntax`,
		}},
		{"a group", "transform:\n  log_statements:\n  - context: log\n    statements: ['set(body, \"a\")', 'set(bodyy, \"a\")']", "0.161.0", []string{
			`f.yaml:5:38: log_statements[0].statements[1] of the processor transform is no OTTL`,
		}},
		{"a group whose context is wrong", "transform:\n  log_statements:\n  - context: logg\n    statements: ['set(body, \"a\")']", "0.161.0", []string{
			`f.yaml:4:16: log_statements[0].context of the processor transform takes no "logg"`,
		}},
		{"a group whose mode comes from elsewhere", "transform:\n  log_statements:\n  - error_mode: ${env:MODE}\n    statements: ['sett(log.body, \"a\")']", "0.161.0", nil},
		{"a statement with a variable", "transform:\n  trace_statements: ['set(span.name, \"${env:NAME}\")', 'sett(span.name, \"a\")']", "0.161.0", nil},
		{"conditions of a context", "filter:\n  traces: {span: ['attributes[\"a\"] == 1', 'attributes[\"a\"] = 1']}", "0.161.0", []string{
			`f.yaml:3:45: traces.span[1] of the processor filter is no OTTL`,
		}},
		{"maps behind texts", "transform:\n  trace_statements:\n  - set(span.name, \"a\")\n  - {context: span, statements: ['set(name, \"a\")']}", "0.161.0", []string{
			`f.yaml:5:7: trace_statements[1] of the processor transform is no OTTL that it takes: texts and maps are mixed`,
		}},
		{"texts behind maps", "transform:\n  trace_statements:\n  - {context: span, statements: ['set(name, \"a\")']}\n  - set(span.name, \"a\")", "0.161.0", nil},
		{"a condition that fits no statement", "transform:\n  log_statements:\n  - conditions: ['attributes[\"a\"] == 1']\n    statements: ['set(body, \"a\")']", "0.161.0", []string{
			`f.yaml:3:5: the processor transform does not take its statements and conditions together: `,
		}},
		{"the same of another version", "transform:\n  log_statements:\n  - conditions: ['attributes[\"a\"] == 1']\n    statements: ['set(body, \"a\")']", "0.150.0", nil},
		{"nothing", "transform:\n  trace_statements: [null]", "0.161.0", []string{`f.yaml:3:24: trace_statements[0] of the processor transform is no OTTL that it takes: nothing stands there`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, _ := Parse("f.yaml", []byte("processors:\n  "+strings.ReplaceAll(test.config, "\n", "\n  ")))
			got := Check(doc, test.version, "contrib")
			if assert.Len(t, got, len(test.want), "%v", got) {
				for i, want := range test.want {
					assert.Contains(t, got[i].String(), want)
					assert.False(t, got[i].Ignored)
				}
			}
		})
	}
}

func TestStatementsForAnotherVersionAreUncertain(t *testing.T) {
	doc, _ := Parse("f.yaml", []byte("processors: {transform: {trace_statements: ['sett(span.name, \"a\")']}}"))
	for _, version := range []string{"0.150.0", "0.162.0"} {
		got := Check(doc, version, "contrib")
		if assert.Len(t, got, 1) {
			assert.True(t, got[0].Ignored, version)
		}
	}
	assert.Empty(t, Check(doc, "0.161.0", customDistribution), "an own build may have functions of its own")
}

func TestRoutesAreJudgedAsTheRoutingConnectorDoes(t *testing.T) {
	table := func(routes string) string {
		return "connectors:\n  routing:\n    table:\n    - {" + routes + ", pipelines: [logs]}\n"
	}
	for _, test := range []struct {
		name, config, version, distribution string
		want                                string
	}{
		{"a statement", table(`statement: 'rout()'`), "0.161.0", "contrib", `f.yaml:4:19: table[0].statement of the connector routing is no OTTL that it takes: undefined function "rout"`},
		{"a condition of no context is the resource's", table(`condition: 'severity_text == "a"'`), "0.161.0", "contrib", `f.yaml:4:19: table[0].condition of the connector routing is no OTTL that it takes: segment "severity_text"`},
		{"a condition of its context", table(`context: log, condition: 'severity_text == "a"'`), "0.161.0", "contrib", ""},
		{"a wrong condition of a context", table(`context: log, condition: 'severity_text = "a"'`), "0.161.0", "contrib", "f.yaml:4:33: table[0].condition of the connector routing is no OTTL that it takes: statement has invalid syntax"},
		{"a request's is no OTTL", table(`context: request, condition: 'request["X"] == "a"'`), "0.161.0", "contrib", ""},
		{"a variable in the text", table(`condition: '${env:WHAT} = "a"'`), "0.161.0", "contrib", ""},
		{"a variable for the context", table(`context: "${env:CONTEXT}", condition: 'severity_text == "a"'`), "0.161.0", "contrib", ""},
		{"an own build's functions", table(`statement: 'rout()'`), "0.161.0", "custom", ""},
		{"a table that is none", "connectors: {routing: {table: 3}}", "0.161.0", "contrib", "f.yaml:1:31: table of the connector routing"},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, _ := Parse("f.yaml", []byte(test.config))
			got := slices.DeleteFunc(Check(doc, test.version, test.distribution), func(p Problem) bool {
				return !strings.Contains(p.Message, "OTTL") && test.want == ""
			})
			if test.want == "" {
				assert.Empty(t, got)

				return
			}
			if assert.NotEmpty(t, got) {
				assert.Contains(t, got[0].String(), test.want)
				assert.False(t, got[0].Ignored)
			}
		})
	}
	doc, _ := Parse("f.yaml", []byte(table(`statement: 'rout()'`)))
	got := Check(doc, "0.150.0", "contrib")
	if assert.Len(t, got, 1) {
		assert.True(t, got[0].Ignored, "another version may know it")
	}
}

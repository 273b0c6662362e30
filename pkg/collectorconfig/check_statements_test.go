package collectorconfig

import (
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

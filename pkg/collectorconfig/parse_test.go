package collectorconfig

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// sound is a config without a problem; tests add to it.
const sound = `receivers: {otlp: {protocols: {grpc: }}}
processors: {batch: }
exporters: {debug: }
extensions: {health_check: }
service:
  extensions: [health_check]
  pipelines:
    traces: {receivers: [otlp], processors: [batch], exporters: [debug]}
`

func TestParseFindsNothingInASoundConfig(t *testing.T) {
	for _, config := range []string{sound,
		strings.ReplaceAll(sound, "\n", "\r\n"),
		"receivers: ${file:receivers.yaml}\nexporters: {debug: }\nservice: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}",
		"receivers: {otlp: }\nexporters: {debug: , otlp: }\nservice: {pipelines: {traces: {receivers: [otlp], exporters: ['${env:EXPORTER}']}}}",
		"receivers: {otlp: }\nexporters: {debug: }\nservice: ${file:service.yaml}",
	} {
		_, problems := Parse("f.yaml", []byte(config))
		assert.Empty(t, problems, config)
	}
}

func TestParseReportsEachMistakeWhereItStands(t *testing.T) {
	tests := []struct {
		name   string
		config string
		want   []string
	}{
		{"undefined components", `receivers: {otlp: }
exporters: {debug: }
service:
  extensions: [pprof]
  pipelines:
    traces: {receivers: [otlp], processors: [batch], exporters: [debug, debgu]}
`, []string{
			"f.yaml:4:16: service.extensions names the extension pprof, which is not defined (define it under extensions, or take it out of the list) [undefined-component]",
			"f.yaml:6:46: the pipeline traces names the processor batch, which is not defined (define it under processors, or take it out of the list) [undefined-component]",
			"f.yaml:6:73: the pipeline traces names the exporter debgu, which is not defined (did you mean debug?) [undefined-component]"}},
		{"unused components", sound + "connectors: {forward: }\n", []string{
			"f.yaml:9:14: the connector forward is defined and never used (name it in a pipeline, or remove it) [unused-component]"}},
		{"an extension that is not enabled", strings.Replace(sound, "[health_check]", "[]", 1), []string{
			"f.yaml:4:14: the extension health_check is defined and never used (enable it in service.extensions, or remove it) [unused-component]"}},
		{"a processor among the exporters", strings.Replace(sound, "[debug]", "[debug, batch]", 1), []string{
			"f.yaml:8:73: the pipeline traces names batch among its exporters, and it is a processor (name batch among the processors of a pipeline) [wrong-class]"}},
		{"a pipeline without ends", strings.Replace(sound, "receivers: [otlp], processors: [batch], exporters: [debug]", "receivers: [], processors: [batch]", 1), []string{
			"f.yaml:1:13: the receiver otlp is defined and never used (name it in a pipeline, or remove it) [unused-component]",
			"f.yaml:3:13: the exporter debug is defined and never used (name it in a pipeline, or remove it) [unused-component]",
			"f.yaml:8:5: the pipeline traces has no exporters: the collector does not start (give it one, or remove the pipeline) [empty-pipeline]",
			"f.yaml:8:14: the pipeline traces has no receivers: the collector does not start (give it one, or remove the pipeline) [empty-pipeline]"}},
		{"no pipelines", "service: {}\n", []string{
			"f.yaml:1:1: service has no pipelines, so nothing in the config runs (add a pipeline, such as traces:) [empty-pipeline]"}},
		{"no service", "receivers: {}\n", []string{
			"f.yaml:1:1: the config has no service section, so nothing in it runs (add service.pipelines) [missing-service]"}},
		{"keys that nobody reads", sound + "exporter: {}\n", []string{
			`f.yaml:9:1: a collector config has no section "exporter" (did you mean exporters?) [unknown-section]`}},
		{"keys of service that nobody reads", strings.Replace(sound, "  pipelines:", "  pipeline: {}\n  pipelines:", 1), []string{
			`f.yaml:7:3: service has no key "pipeline" (did you mean pipelines?) [unknown-section]`}},
		{"a duplicate key", sound + "exporters: {}\n", []string{
			`f.yaml:9:1: duplicate key "exporters", first on line 3 (keep one of the two, or merge what stands below them) [invalid-yaml]`}},
		{"a duplicate id", strings.Replace(sound, "{otlp: {protocols: {grpc: }}}", "{otlp: , otlp: }", 1), []string{
			`f.yaml:1:21: duplicate key "otlp", first on line 1 (keep one of the two, or merge what stands below them) [duplicate-component]`}},
		{"an id that differs in spaces alone", strings.Replace(sound, "{batch: }", "{batch: , ' batch': }", 1), []string{
			"f.yaml:2:23: the processor batch is defined twice, first on line 2 (the collector ignores the spaces: rename or remove one) [duplicate-component]"}},
		{"a processor named twice", strings.Replace(sound, "[batch]", "[batch, batch]", 1), []string{
			"f.yaml:8:53: the pipeline traces names the processor batch twice: the collector does not start (name it once) [duplicate-component]"}},
		{"a connector that is an exporter too", `receivers: {otlp: }
exporters: {debug: }
connectors: {debug: }
service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}
`, []string{"f.yaml:3:14: debug is both a connector and an exporter (line 2): the collector can't tell them apart (give one of them a name: debug/NAME) [duplicate-component]"}},
		{"bad ids", strings.Replace(sound, "{batch: }", "{batch: , 1a: , a/: , /b: , 'a/b c': }", 1), []string{
			`f.yaml:2:23: "1a" is no id of a component: a type is a letter and then letters, digits and underscores, at most 63 (an id is type or type/name, such as otlp or otlp/2) [invalid-component-id]`,
			`f.yaml:2:29: "a/" is no id of a component: the name after the slash is empty (an id is type or type/name, such as otlp or otlp/2) [invalid-component-id]`,
			`f.yaml:2:35: "/b" is no id of a component: the type is empty (an id is type or type/name, such as otlp or otlp/2) [invalid-component-id]`,
			`f.yaml:2:41: "a/b c" is no id of a component: the name has a space, a control character or a symbol in it (an id is type or type/name, such as otlp or otlp/2) [invalid-component-id]`}},
		{"an unknown signal", strings.Replace(sound, "    traces:", "    trace:", 1), []string{
			"f.yaml:8:5: the pipeline trace is of no signal: a pipeline carries traces, metrics, logs or profiles (did you mean traces?) [unknown-signal]"}},
		{"a signal that a component has not", strings.Replace(strings.Replace(sound, "exporters: {debug: }", "exporters: {prometheus: }", 1), "[debug]", "[prometheus]", 1), []string{
			"f.yaml:8:66: the exporter prometheus has no traces, only metrics (take it out of this pipeline) [signal-not-supported]"}},
		{"a signal that a component of the catalogue has not", strings.Replace(strings.Replace(sound, "exporters: {debug: }", "exporters: {honeycomb_marker: }", 1), "[debug]", "[honeycomb_marker]", 1), []string{
			"f.yaml:8:66: the exporter honeycomb_marker has no traces, only logs (take it out of this pipeline) [signal-not-supported]"}},
		{"wrong shapes", "receivers: [otlp]\nexporters: {debug: text}\nservice: {pipelines: {traces: {receivers: otlp, exporters: [debug, {a: b}, ]}}}\n", []string{
			"f.yaml:1:12: receivers is a mapping, and this is a sequence [invalid-config]",
			"f.yaml:2:20: the body of the exporter debug is a mapping, and this is a scalar [invalid-config]",
			"f.yaml:3:43: service.pipelines.traces.receivers is a list of ids, and this is a scalar (write it in brackets: [otlp]) [invalid-config]",
			"f.yaml:3:68: an id is wanted, and this is a mapping [invalid-config]"}},
		{"a second document", sound + "---\nreceivers: {}\n", []string{
			"f.yaml:10:1: the collector reads the first document alone (put each config into a file of its own) [invalid-config]"}},
		{"an empty file", "# nothing\n", []string{
			"f.yaml: the config is empty (a collector needs a receiver, an exporter and a pipeline) [invalid-config]"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			doc, problems := Parse("f.yaml", []byte(test.config))
			assert.NotNil(t, doc)
			assert.Equal(t, test.want, lines(problems))
		})
	}
}

func TestParseReportsConnectorMisuse(t *testing.T) {
	frame := "receivers: {otlp: }\nexporters: {debug: }\nconnectors: {forward: , span_metrics: }\nservice:\n  pipelines:\n"
	tests := []struct {
		name, pipelines string
		want            []string
	}{
		{"used well", `    traces: {receivers: [otlp], exporters: [forward, span_metrics]}
    traces/2: {receivers: [forward], exporters: [debug]}
    metrics: {receivers: [span_metrics], exporters: [debug]}
`, nil},
		{"one side alone", `    traces: {receivers: [otlp], exporters: [forward]}
    metrics: {receivers: [span_metrics], exporters: [debug]}
`, []string{
			"f.yaml:6:45: the connector forward is only an exporter: what the pipeline traces sends into it goes nowhere (name it among the receivers of another pipeline) [connector-one-sided]",
			"f.yaml:7:27: the connector span_metrics is only a receiver: nothing reaches the pipeline metrics through it (name it among the exporters of another pipeline) [connector-one-sided]"}},
		{"signals that it does not join", `    logs: {receivers: [otlp], exporters: [span_metrics, forward, debug]}
    metrics: {receivers: [span_metrics], exporters: [debug]}
    logs/2: {receivers: [forward], exporters: [debug]}
`, []string{
			"f.yaml:6:43: the connector span_metrics makes no metrics of the logs of the pipeline logs (it joins traces to metrics) [connector-signals]",
			"f.yaml:7:27: the connector span_metrics makes no metrics for the pipeline metrics of logs (it joins traces to metrics) [connector-signals]"}},
		{"a circle", `    traces: {receivers: [otlp, forward], exporters: [span_metrics, debug, forward]}
    metrics: {receivers: [span_metrics], exporters: [debug]}
`, []string{
			"f.yaml:6:75: data runs in a circle: traces -> forward -> traces (take the connector out of one of the pipelines) [connector-cycle]"}},
		{"connectors that are not defined", `    logs: {receivers: [otlp], exporters: [forward]}
    logs/b: {receivers: [forward], exporters: [forward/2]}
    logs/c: {receivers: [forward/2], exporters: [forward, debug]}
`, []string{
			"f.yaml:7:48: the pipeline logs/b names the exporter forward/2, which is not defined (did you mean forward?) [undefined-component]",
			"f.yaml:8:26: the pipeline logs/c names the receiver forward/2, which is not defined (did you mean forward?) [undefined-component]"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problems := Parse("f.yaml", []byte(frame+test.pipelines))
			problems = slices.DeleteFunc(problems, func(p Problem) bool { return p.Code == CodeUnused })
			assert.ElementsMatch(t, test.want, lines(problems))
		})
	}
}

func TestParseReportsACircleThroughSeveralPipelinesOnce(t *testing.T) {
	_, problems := Parse("f.yaml", []byte(`receivers: {otlp: }
exporters: {debug: }
connectors: {forward/1: , forward/2: , forward/3: }
service:
  pipelines:
    logs/in: {receivers: [otlp], exporters: [forward/1]}
    logs/a: {receivers: [forward/1], exporters: [forward/2, debug]}
    logs/b: {receivers: [forward/2], exporters: [forward/3]}
    logs/c: {receivers: [forward/3], exporters: [forward/1, debug]}
`))
	assert.Equal(t, []string{"f.yaml:9:50: data runs in a circle: forward/1 -> logs/a -> forward/2 -> logs/b -> forward/3 -> logs/c -> forward/1" +
		" (take the connector out of one of the pipelines) [connector-cycle]"}, lines(problems))
}

func TestParseReportsBadExpansions(t *testing.T) {
	tests := []struct{ value, want string }{
		{"${env:P:-4317}", ""}, {"${P}", ""}, {"0.0.0.0:${env:P:-4317}", ""}, {"${file:a.yaml}", ""}, {"${yaml:a: b}", ""},
		{"$${env:}", ""}, {"$$1", ""}, {"^a$", ""}, {"$1", ""}, {"$${1}:80", ""}, {"${env:A:-${env:B}}", ""}, {"${env:${env:N}}", ""},
		{"${env:A:-}", ""}, {"${https://a/b}", ""}, {"}", ""}, {"$", ""}, {"$$(A)", ""}, {"a$(1)", ""}, {"${s3:https://b}", ""},
		{"${env:}", "${env:} names no variable (write ${env:NAME})"},
		{"${env::-1}", "${env::-1} names no variable (write ${env:NAME}, or ${env:NAME:-1})"},
		{"${}", "${} names nothing (write ${env:NAME}, or $${} for a literal ${})"},
		{"${ENV", "`${ENV` has no closing brace (close it: ${env:NAME}, or write $${ for a literal ${)"},
		{"a ${env:A", "`${env:A` has no closing brace (close it: ${env:NAME}, or write $${ for a literal ${)"},
		{"${env:A-B}", "${env:A-B} names the variable A-B, and a name has letters, digits and underscores only (write ${env:NAME}, or $${env:A-B} for the literal text)"},
		{"${env: A }", "${env: A } has spaces around the name (write ${env:A})"},
		{"${P:-4317}", "${P:-4317} has a default and no scheme, which the collector takes for the scheme P (write ${env:P:-4317})"},
		{"${ENV:A}", "${ENV:A} has the scheme ENV, and schemes are lower case (write ${env:A})"},
		{"${evn:A}", "${evn:A} is of the unknown config source evn (did you mean env?)"},
		{"${file:}", "${file:} names nothing after file: (write ${file:...})"},
		{"${1}:80", "${1} is read as a variable named 1 (for a regular expression's group write $${1})"},
		{"${env:A:4317}", "${env:A:4317} has a colon in the name A:4317 (a default follows `:-`: ${env:A:-...})"},
		{"$$${env:}", "${env:} names no variable (write ${env:NAME})"},
		{"$(POD_IP):1", "$(POD_IP) is Kubernetes's way to name a variable, and the collector leaves it as it is (write ${env:POD_IP})"},
	}
	for _, test := range tests {
		t.Run(test.value, func(t *testing.T) {
			config := strings.Replace(sound, "{debug: }", "{debug: {a: '"+test.value+"'}}", 1)
			_, problems := Parse("f.yaml", []byte(config))
			if test.want == "" {
				assert.Empty(t, problems)
				return
			}
			assert.Equal(t, []string{"f.yaml:3:24: " + test.want + " [bad-env-syntax]"}, lines(problems))
			assert.Equal(t, "exporters.debug.a", problems[0].Path)
		})
	}
}

func TestParseGivesADocumentOfWhatItCouldRead(t *testing.T) {
	doc, problems := Parse("f.yaml", []byte(strings.Replace(sound, "batch: }", "batch: , 1: }", 1)+"extra: 1\n"))
	assert.Len(t, problems, 2)
	batch, found := doc.Defined(component.Processor, "batch")
	require.True(t, found)
	assert.Equal(t, source.Position{File: "f.yaml", Line: 2, Column: 14}, batch.Position)
	require.Len(t, doc.Pipelines, 1)
	assert.Equal(t, "traces", doc.Pipelines[0].Signal())
	assert.Equal(t, "service.pipelines.traces.exporters[0]", doc.Pipelines[0].Exporters[0].Path.String())
	assert.Equal(t, "health_check", doc.Extensions[0].ID)
	assert.Contains(t, doc.Config(), "receivers")
	assert.Equal(t, map[string]any{}, (&Document{}).Config())
}

func TestParsePlacesAConfigInsideAConfigMapInItsFile(t *testing.T) {
	data, err := os.ReadFile(filepath.FromSlash("../../examples/starting-document/sidecar.yaml"))
	require.NoError(t, err)
	manifests, err := source.Parse("sidecar.yaml", data)
	require.NoError(t, err)
	inner, err := manifests[0].Lookup(source.Keys("data", "config.yaml")).Embedded()
	require.NoError(t, err)
	doc, problems := ParseNode(inner[0].Root)
	assert.Empty(t, problems)
	logging, found := doc.Defined(component.Exporter, "logging")
	require.True(t, found)
	assert.Equal(t, "sidecar.yaml:20:7", logging.Position.String())
}

func TestParseIsQuickOnHostileInput(t *testing.T) {
	var many, cycles, typos strings.Builder
	many.WriteString("receivers:\n")
	cycles.WriteString("connectors:\n")
	for i := range 5000 {
		fmt.Fprintf(&cycles, "  forward/%d:\n", i)
	}
	cycles.WriteString("service:\n  pipelines:\n")
	typos.WriteString("receivers: {otlp: }\nservice:\n  pipelines:\n    traces:\n      receivers:\n")
	for i := range 5000 {
		fmt.Fprintf(&many, "  otlp/%d: {}\n", i)
		fmt.Fprintf(&cycles, "    logs/%d: {receivers: [forward/%d], exporters: [forward/%d, forward/0]}\n", i, i, (i+1)%5000)
		fmt.Fprintf(&typos, "      - otlp%d\n", i)
	}
	hostile := map[string]string{
		"deep":       "receivers: " + strings.Repeat("[", 100000),
		"deep maps":  strings.Repeat("{a: ", 100000),
		"alias bomb": "a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\nreceivers: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
		"self alias": "receivers: &a {otlp: *a}\n",
		"not UTF-8":  "receivers: \xff\xfe\n",
		"NUL":        "receivers: \x00\n",
		"many":       many.String(), "cycles": cycles.String(), "typos": typos.String(),
		"braces": "receivers: {otlp: '" + strings.Repeat("${", 50000) + "'}\n",
		"dollar": "receivers: {otlp: '" + strings.Repeat("$", 50001) + "'}\n",
	}
	for name, data := range hostile {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			doc, problems := Parse("f.yaml", []byte(data))
			assert.NotNil(t, doc)
			assert.NotEmpty(t, problems)
			Check(doc, "0.161.0", "k8s")
			assert.Less(t, time.Since(start), 20*time.Second)
		})
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte("connectors: {forward: }\nservice: {pipelines: {logs: {receivers: [forward], exporters: [forward]}}}"))
	f.Add([]byte("exporters: {debug: {a: '${env:A:-${B}} $$ ${ $(X)'}}\nservice: {extensions: [a]}"))
	f.Add([]byte("a: &a {<<: *a}\nreceivers: *a"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, problems := Parse("f.yaml", data)
		require.NotNil(t, doc)
		again, problemsAgain := Parse("f.yaml", data)
		require.Equal(t, problems, problemsAgain)
		require.Len(t, again.Components, len(doc.Components))
		require.True(t, slices.IsSortedFunc(problems, func(a, b Problem) int {
			if b.Position.Compare(a.Position) < 0 {
				return 1
			}
			return 0
		}))
		for _, p := range append(problems, Check(doc, "0.90.0", "core")...) {
			require.NotEmpty(t, p.Code)
			require.Equal(t, "f.yaml", p.Position.File)
		}
		doc.Model()
		config, _ := ParsePipelineFile("f.yaml", data)
		_, _, _ = config.Lower("0.161.0")
	})
}

package collectorconfig

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A refused is a config that the collector refuses when it starts, or one that is like it and not refused.
type refused struct {
	name, config, version string
	// want are the problems, of which those in warnings are uncertain.
	want, warnings []string
}

func checkRefused(t *testing.T, tests []refused, of func(test refused) []Problem) {
	t.Helper()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var errors, warnings []string
			for _, p := range of(test) {
				if p.Ignored {
					warnings = append(warnings, p.String())
				} else {
					errors = append(errors, p.String())
				}
			}
			holds := func(want, got []string) {
				if assert.Len(t, got, len(want), "%v", got) {
					for i := range want {
						assert.Contains(t, got[i], want[i])
					}
				}
			}
			holds(test.want, errors)
			holds(test.warnings, warnings)
		})
	}
}

// running is a config with a component of a kind in a pipeline of a signal.
func running(kind, signal, component string) string {
	id, _, _ := strings.Cut(component, ":")
	lists := map[string]string{"receivers": "a", "processors": "b", "exporters": "c"}
	lists[kind] = id
	return kind + ":\n  " + strings.ReplaceAll(component, "\n", "\n  ") + "\nservice:\n  pipelines:\n    " + signal +
		": {receivers: [" + lists["receivers"] + "], processors: [" + lists["processors"] + "], exporters: [" + lists["exporters"] + "]}\n"
}

// checked are the problems of a config for contrib's image, but for what is said of its pipelines.
func checked(test refused) []Problem {
	doc, _ := Parse("f.yaml", []byte(test.config))
	return Check(doc, test.version, "contrib")
}

func sampling(policy string) string {
	return running("processors", "traces", "tail_sampling:\n  policies:\n  - "+policy)
}

func TestSamplingPoliciesThatTheCollectorRefusesAtItsStart(t *testing.T) {
	and := func(policy string) string {
		return sampling("{name: a, type: and, and: {and_sub_policy: [" + policy + "]}}")
	}
	checkRefused(t, []refused{
		{name: "a type", config: sampling("{name: a, type: always_sampel}"), version: "0.161.0", want: []string{
			`f.yaml:4:23: policies[0].type of the processor tail_sampling takes no "always_sampel" (did you mean always_sample?) [invalid-value]`,
		}},
		{name: "a type of no version", config: sampling("{name: a, type: always_sampel}"), version: "", want: []string{"always_sample?"}},
		{name: "a type of a newer version", config: sampling("{name: a, type: always_sampel}"), version: "0.163.0", warnings: []string{"always_sample?"}},
		{name: "a type below and", config: and("{name: b, type: composite}"), version: "0.161.0", want: []string{
			`policies[0].and.and_sub_policy[0].type of the processor tail_sampling takes no "composite": none stands below and_sub_policy`,
		}},
		{name: "a type below composite", config: sampling("{name: a, type: composite, composite: {composite_sub_policy: [{name: b, type: and, and: {and_sub_policy: [{name: c, type: latensy}]}}]}}"),
			version: "0.161.0", want: []string{`policies[0].composite.composite_sub_policy[0].and.and_sub_policy[0].type of the processor tail_sampling takes no "latensy" (did you mean latency?)`}},
		{name: "a type below not", config: sampling("{name: a, type: not, not: {not_sub_policy: {name: b, type: drop}}}"), version: "0.161.0", want: []string{
			`policies[0].not.not_sub_policy.type of the processor tail_sampling takes no "drop"`,
		}},
		{name: "not below and", config: and("{name: b, type: not, not: {not_sub_policy: {name: c, type: latency}}}"), version: "0.161.0"},
		{name: "not below and of a version before", config: and("{name: b, type: not}"), version: "0.145.0", want: []string{
			`takes "not" since 0.155, and the image is 0.145.0 (use an image of 0.155 or later)`,
		}},
		{name: "not below and of a version between those that were seen", config: and("{name: b, type: not}"), version: "0.153.0"},
		{name: "drop of a version before", config: sampling("{name: a, type: drop}"), version: "0.123.0", want: []string{"takes \"drop\" since 0.126"}},
		{name: "drop", config: sampling("{name: a, type: drop, drop: {drop_sub_policy: [{name: b, type: latency}]}}"), version: "0.126.0"},
		{name: "the policy of an extension", config: "extensions: {mine/x: }\n" + sampling("{name: a, type: mine/x}"), version: "0.161.0",
			want: []string{"no extension mine is known"}},
		{name: "a policy of extensions that are not seen", config: "extensions: ${file:extensions.yaml}\n" + sampling("{name: a, type: mine/x}"), version: "0.161.0"},
		{name: "a type of a variable", config: sampling("{name: a, type: '${env:POLICY}'}"), version: "0.161.0"},
		{name: "no type", config: sampling("{name: a}"), version: "0.161.0"},
		{name: "no name", config: sampling("{type: always_sample}"), version: "0.161.0", want: []string{
			"policies[0] of the processor tail_sampling has no name, which each policy needs [invalid-value]"}},
		{name: "a name twice", config: sampling("{name: a, type: always_sample}\n  - {name: a, type: drop}"), version: "0.161.0", want: []string{
			`f.yaml:5:14: policies[1].name of the processor tail_sampling is "a", which another policy has [invalid-value]`}},
		{name: "names of variables", config: sampling("{name: '${env:A}', type: always_sample}\n  - {name: '${env:A}', type: drop}"), version: "0.161.0"},
		{name: "policies of a file", config: running("processors", "traces", "tail_sampling: {policies: '${file:policies.yaml}'}"), version: "0.161.0"},
		{name: "a processor that no pipeline has", config: "processors: {tail_sampling: {policies: [{name: a, type: always_sampel}]}}", version: "0.161.0",
			warnings: []string{"always_sample?"}},
		{name: "codes", config: sampling("{name: a, type: status_code, status_code: {status_codes: [OK, Error, unset, FINE, '${env:CODE}', UNSET]}}"), version: "0.96.0", want: []string{
			`f.yaml:4:69: policies[0].status_code.status_codes[1] of the processor tail_sampling takes no "Error" (did you mean ERROR?)`,
			`status_codes[2] of the processor tail_sampling takes no "unset" (did you mean UNSET?)`,
			`status_codes[3] of the processor tail_sampling takes no "FINE" (it takes OK, ERROR, UNSET)`,
		}},
		{name: "codes of a policy of another type", config: sampling("{name: a, type: always_sample, status_code: {status_codes: [Error]}}"), version: "0.161.0"},
		{name: "expressions", config: and("{name: b, type: string_attribute, string_attribute: {key: a, values: ['a(', 'a$$', '${env:A}(', '(?!a)'], enabled_regex_matching: true}}"),
			version: "0.161.0", want: []string{
				`values[0] of the processor tail_sampling is "a(", which Go does not compile: missing closing ) [invalid-value]`,
				`values[3] of the processor tail_sampling is "(?!a)", which Go does not compile: invalid or unsupported Perl syntax (Go has no look-ahead and no look-behind)`,
			}},
		{name: "values that are no expressions", config: sampling("{name: b, type: string_attribute, string_attribute: {key: a, values: ['a(']}}"), version: "0.161.0"},
		{name: "values of which a variable says that", config: sampling("{name: b, type: string_attribute, string_attribute: {key: a, values: ['a('], enabled_regex_matching: '${env:ON}'}}"), version: "0.161.0"},
		{name: "conditions", config: sampling("{name: a, type: ottl_condition, ottl_condition: {span: ['IsMatched(name, \"a\")', 'span.attributes[\"a\"] == 1', '${env:C}('], spanevent: ['nam == 1']}}"),
			version: "0.161.0", want: []string{
				`policies[0].ottl_condition.span[0] of the processor tail_sampling is no OTTL that it takes: `,
				`policies[0].ottl_condition.spanevent[0] of the processor tail_sampling is no OTTL that it takes: `,
			}},
		{name: "conditions of another version", config: sampling("{name: a, type: ottl_condition, ottl_condition: {span: ['IsMatched(name, \"a\")']}}"), version: "0.150.0", warnings: []string{`"IsMatched"`}},
		{name: "conditions of a mode that is none", config: sampling("{name: a, type: ottl_condition, ottl_condition: {error_mode: ignored}}"), version: "0.161.0", want: []string{"error_mode"}},
	}, checked)
}

func TestConditionsOfSamplingInAnOwnBuildAreNotJudged(t *testing.T) {
	doc, _ := Parse("f.yaml", []byte(sampling("{name: a, type: ottl_condition, ottl_condition: {span: ['Mine(name)']}}")))
	assert.Empty(t, Check(doc, "0.161.0", customDistribution))
}

func TestExpressionsThatTheCollectorRefusesAtItsStart(t *testing.T) {
	operators := func(regex string) string {
		return running("receivers", "logs", "file_log:\n  include: [/a]\n  operators:\n  - {type: regex_parser, regex: '"+regex+"'}")
	}
	checkRefused(t, []refused{
		{name: "an operator", config: operators("^(?P<a>.*"), version: "0.161.0", want: []string{
			`f.yaml:5:35: operators[0].regex of the receiver file_log is "^(?P<a>.*", which Go does not compile: missing closing ) [invalid-value]`,
		}},
		{name: "an operator of an old version", config: strings.ReplaceAll(operators("^(?P<a>.*"), "file_log", "filelog"), version: "0.96.0", want: []string{"missing closing )"}},
		{name: "an operator of a newer version", config: operators("^(?P<a>.*"), version: "0.163.0", warnings: []string{"missing closing )"}},
		{name: "an operator without named groups", config: operators("^(a.*)"), version: "0.161.0", want: []string{"has no group with a name"}},
		{name: "an operator with a named group and another", config: operators("^(a)(?P<b>.*)$$"), version: "0.161.0"},
		{name: "what an old version takes for a variable", config: strings.ReplaceAll(operators("^(?P<a>.*$FOO"), "file_log", "filelog"), version: "0.100.0"},
		{name: "a variable", config: operators("^(?P<a>${env:A}"), version: "0.161.0"},
		{name: "another operator", config: running("receivers", "logs", "file_log: {include: [/a], operators: [{type: json_parser, regex: '('}, {type: '${env:TYPE}', regex: '('}]}"), version: "0.161.0"},
		{name: "lines", config: running("receivers", "logs", "file_log: {include: [/a], multiline: {line_start_pattern: '^[0-9'}}"), version: "0.161.0", want: []string{
			"multiline.line_start_pattern of the receiver file_log is \"^[0-9\", which Go does not compile: missing closing ]"}},
		{name: "a receiver that no pipeline has", config: "receivers: {file_log: {include: [/a], multiline: {line_end_pattern: '('}}}", version: "0.161.0", warnings: []string{"line_end_pattern"}},
		{name: "relabeling", config: "receivers: {prometheus: {config: {scrape_configs: [{job_name: a, relabel_configs: [{action: keep, regex: '(a'}, {action: keep, regex: '(a)$$'}, {action: drop, regex: 12}], metric_relabel_configs: [{action: drop, regex: 'a)'}]}]}}}",
			version: "0.161.0", want: []string{"relabel_configs[0].regex", "metric_relabel_configs[0].regex"}},
		{name: "attributes", config: running("processors", "logs", "attributes: {actions: [{key: a, action: extract, pattern: '(a)'}, {key: a, action: Extract, pattern: 'a'}, {key: a, action: extract, pattern: '(?P<a>b)(c)'}, {key: a, action: extract, pattern: '(?P<a>b)(?:c)'}, {action: delete, pattern: '*'}]}"),
			version: "0.161.0", want: []string{"actions[0].pattern", "actions[1].pattern", "actions[2].pattern of the processor attributes is \"(?P<a>b)(c)\", which has a group without a name", "actions[4].pattern"}},
		{name: "a resource", config: running("processors", "logs", "resource: {attributes: [{action: hash, pattern: '(', key: a}]}"), version: "0.120.0", want: []string{"attributes[0].pattern"}},
		{name: "transforms", config: running("processors", "metrics", "metrics_transform: {transforms: [{include: '(', match_type: regexp, action: update}, {include: '(', action: update}]}"), version: "0.161.0",
			want: []string{"transforms[0].include"}},
		{name: "transforms of an old version", config: running("processors", "metrics", "metricstransform: {transforms: [{include: '(', match_type: regexp, action: update}]}"), version: "0.100.0",
			want: []string{"transforms[0].include"}},
		{name: "names of metrics", config: running("processors", "metrics", "filter: {metrics: {include: {match_type: regexp, metric_names: ['a', '*.b']}, exclude: {match_type: strict, metric_names: ['(']}}}"), version: "0.161.0",
			want: []string{"metrics.include.metric_names[1] of the processor filter is \"*.b\", which Go does not compile: missing argument to repetition operator"}},
		{name: "names of metrics in a pipeline of logs", config: running("processors", "logs", "filter: {metrics: {include: {match_type: regexp, metric_names: ['*.b']}}}"), version: "0.161.0", warnings: []string{"metric_names[0]"}},
		{name: "bodies", config: running("processors", "logs", "attributes: {include: {match_type: regexp, log_bodies: ['(']}, actions: [{key: a, action: delete}]}"), version: "0.161.0", want: []string{"include.log_bodies[0]"}},
	}, checked)
}

func TestBatchesThatTheQueueCanNotHold(t *testing.T) {
	queue := func(queue string) string {
		return running("exporters", "logs", "otlp_http: {endpoint: 'http://a:1', sending_queue: {"+queue+"}}")
	}
	checkRefused(t, []refused{
		{name: "the same sizer", config: queue("sizer: items, queue_size: 100, batch: {sizer: items, min_size: 101}"), version: "0.161.0", want: []string{
			"sending_queue.batch.min_size of the exporter otlp_http is 101 items, and its queue holds 100"}},
		{name: "the queue's sizer", config: queue("sizer: bytes, queue_size: 100, batch: {min_size: 101}"), version: "", want: []string{"101 bytes"}},
		{name: "another sizer", config: queue("sizer: bytes, queue_size: 100, batch: {sizer: items, min_size: 101}"), version: "0.161.0"},
		{name: "the default sizers", config: queue("queue_size: 100, batch: {min_size: 101}"), version: "0.161.0"},
		{name: "a size of a variable", config: queue("sizer: items, queue_size: '${env:SIZE}', batch: {min_size: 101}"), version: "0.161.0"},
		{name: "a queue that is off", config: queue("enabled: false, sizer: items, queue_size: 100, batch: {min_size: 101}"), version: "0.161.0"},
		{name: "batches that are off", config: queue("sizer: items, queue_size: 100, batch: {enabled: false, min_size: 101}"), version: "0.161.0"},
		{name: "a version that does not compare", config: strings.ReplaceAll(queue("enabled: true, sizer: items, queue_size: 100, batch: {min_size: 101}"), "otlp_http", "otlphttp"), version: "0.123.0"},
		{name: "an old version", config: strings.ReplaceAll(queue("enabled: true, sizer: items, queue_size: 100, batch: {min_size: 101}"), "otlp_http", "otlphttp"), version: "0.130.0", want: []string{"101 items"}},
		{name: "an old version whose default is not known", config: strings.ReplaceAll(queue("sizer: items, queue_size: 100, batch: {min_size: 101}"), "otlp_http", "otlphttp"), version: "0.130.0"},
		{name: "requests", config: queue("sizer: requests, batch: {}"), version: "0.161.0", want: []string{
			"sending_queue.sizer of the exporter otlp_http is requests, by which its batches can't be measured (write sizer: items or bytes, here or in batch)"}},
		{name: "requests, and batches with a sizer of their own", config: queue("sizer: requests, batch: {sizer: items}"), version: "0.161.0"},
		{name: "requests without batches", config: queue("sizer: requests"), version: "0.161.0"},
		{name: "what fits", config: queue("sizer: items, queue_size: 100, batch: {min_size: 100}"), version: "0.161.0"},
	}, checked)
}

func TestSourcesOfPodsThatArePassedOver(t *testing.T) {
	checkRefused(t, []refused{
		{name: "a source", config: running("processors", "logs", "k8s_attributes: {pod_association: [{sources: [{from: resource, name: k8s.pod.ip}, {from: connection}, {from: '${env:A}'}]}]}"),
			version: "0.161.0", warnings: []string{`pod_association[0].sources[0].from of the processor k8s_attributes takes no "resource" (it takes resource_attribute, connection)`}},
	}, checked)
}

func TestRoutesToPipelinesThatAreNotThere(t *testing.T) {
	routing := func(table string, out ...string) string {
		config := "receivers: {otlp: }\nexporters: {debug: }\nconnectors:\n  " + table + "\nservice:\n  pipelines:\n    logs: {receivers: [otlp], exporters: [routing]}\n    logs/other: {receivers: [otlp], exporters: [debug]}\n"
		for _, pipeline := range out {
			config += "    " + pipeline + ": {receivers: [routing], exporters: [debug]}\n"
		}
		return config
	}
	checkRefused(t, []refused{
		{name: "all are there", config: routing("routing: {table: [{pipelines: [logs/a]}], default_pipelines: [logs/b]}", "logs/a", "logs/b")},
		{name: "names that are like one", config: routing("routing: {table: [{pipelines: [logs/aa, logs/a]}], default_pipelines: [zzzzzzzzzzz]}", "logs/a"), want: []string{
			"f.yaml:4:34: the connector routing names the pipeline logs/aa, which is not defined (did you mean logs/a?) [undefined-component]",
			"the connector routing names the pipeline zzzzzzzzzzz, which is not defined (define it under service.pipelines, with routing among its receivers) [undefined-component]",
		}},
		{name: "one that does not take it", config: routing("routing: {default_pipelines: [logs/other]}", "logs/a"), want: []string{
			"the connector routing names the pipeline logs/other, which does not have it among its receivers: the collector does not start (name it among the receivers of logs/other) [connector-one-sided]"}},
		{name: "levels", config: strings.ReplaceAll(routing("routing: {priority_levels: [[logs/a], [logs/c]]}", "logs/a"), "routing", "failover"), want: []string{"the connector failover names the pipeline logs/c"}},
		{name: "a name of a variable", config: routing("routing: {default_pipelines: ['${env:A}']}", "logs/a")},
		{name: "pipelines that are not seen", config: routing("routing: {default_pipelines: [logs/c]}", "logs/a") + "    logs/x: ${file:x.yaml}\n"},
		{name: "receivers that are not seen", config: routing("routing: {default_pipelines: [logs/c]}", "logs/a") + "    logs/x: {receivers: '${env:R}', exporters: [debug]}\n"},
		{name: "another connector", config: strings.ReplaceAll(routing("routing: {default_pipelines: [logs/c]}", "logs/a"), "routing", "forward")},
	}, func(test refused) []Problem {
		_, problems := Parse("f.yaml", []byte(test.config))
		return problems
	})
}

package otelcol_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Checks that were written by hand, which neither upstream's own tests nor mutants of them reach, say of each config what the
// collector says: the fault, and beside it what is like it and none.
func TestHandWrittenChecksSayWhatTheCollectorSays(t *testing.T) {
	scrape := func(jobs string) string {
		return running("metrics", "receivers: {prometheus: {config: {scrape_configs: ["+jobs+"]}}}", "prometheus", "", "nop")
	}
	scrapeOfAll := func(global, job string) string {
		return running("metrics", "receivers: {prometheus: {config: {global: {"+global+"}, scrape_configs: [{job_name: a, "+job+"}]}}}", "prometheus", "", "nop")
	}
	sampling := func(policies string) string {
		return running("traces", "processors: {tail_sampling: {decision_wait: 1s, policies: ["+policies+"]}}", "otlp", "tail_sampling", "nop")
	}
	queue := func(queue string) string {
		return running("logs", "exporters: {otlp_http: {endpoint: 'http://a:1', sending_queue: {"+queue+"}}}", "otlp", "", "otlp_http")
	}
	balancing := func(signal, key string) string {
		if key == "attributes" {
			key += ", routing_attributes: [a]"
		}

		return running(signal, "exporters: {load_balancing: {routing_key: "+key+", protocol: {otlp: {tls: {insecure: true}}}, resolver: {static: {hostnames: [a]}}}}",
			"otlp", "", "load_balancing")
	}
	sound, faulty := []string{
		scrape("{job_name: a}, {job_name: b}"),
		scrape("{job_name: a, static_configs: [{targets: ['http://a']}], relabel_configs: [{source_labels: [__address__], target_label: __param_target}]}"),
		scrape("{job_name: a, relabel_configs: [{action: keep, source_labels: [a], regex: b}]}"),
		scrape("{job_name: a, scrape_timeout: 60s}"),
		scrape("{job_name: a, scrape_interval: 5s}"),
		scrape("{job_name: a, scrape_interval: 1d, scrape_timeout: 2h}"),
		scrapeOfAll("scrape_timeout: 40s", "scrape_interval: 15s"),
		scrapeOfAll("scrape_interval: 5s", "scrape_timeout: 0s"),
		sampling("{name: a, type: always_sample}, {name: b, type: always_sample}"),
		queue("sizer: requests"),
		queue("sizer: requests, batch: {sizer: items, min_size: 10}"),
	}, []string{
		scrape("{job_name: a}, {job_name: a}"),
		scrape("{job_name: a, static_configs: [{targets: ['http://a:80/metrics']}]}"),
		scrape("{job_name: a, relabel_configs: [{action: replace}]}"),
		scrape("{job_name: a, metric_relabel_configs: [{source_labels: [a]}]}"),
		scrape("{job_name: a, scrape_timeout: 90s}"),
		scrape("{job_name: a, scrape_interval: 5s, scrape_timeout: 10s}"),
		scrapeOfAll("scrape_interval: 15s", "scrape_timeout: 20s"),
		scrapeOfAll("scrape_interval: 15s, scrape_timeout: 20s", "scrape_interval: 1m"),
		sampling("{name: a, type: always_sample}, {name: a, type: always_sample}"),
		sampling("{type: always_sample}"),
		queue("sizer: requests, batch: {min_size: 10}"),
	}
	for signal, keys := range map[string][2]string{
		"traces":  {"service traceID attributes", "resource metric streamID"},
		"metrics": {"service resource metric streamID attributes", "traceID"},
		"logs":    {"service traceID resource attributes", "metric streamID"},
	} {
		for _, key := range strings.Fields(keys[0]) {
			sound = append(sound, balancing(signal, key))
		}
		for _, key := range strings.Fields(keys[1]) {
			faulty = append(faulty, balancing(signal, key))
		}
	}
	for _, more := range [](func() (sound, faulty []string)){resolvers, objectsAndSets, operators, needsOfOperators, lines, addresses} {
		moreSound, moreFaulty := more()
		sound, faulty = append(sound, moreSound...), append(faulty, moreFaulty...)
	}
	var samples []sample
	for class, configs := range map[string][]string{"sound": sound, "faulty": faulty} {
		for _, config := range configs {
			samples = append(samples, sample{class: class, name: config, config: config})
		}
	}
	compared := compare(t, samples)
	assert.Len(t, compared, len(sound)+len(faulty))
	for _, c := range compared {
		assert.Equal(t, c.class == "faulty", c.verdict != "", "%s: %s", c.config, c.verdict)
		assert.Empty(t, c.disagreement(), c.String())
	}
}

// resolvers are exporters that balance over what one or more of them find.
func resolvers() (sound, faulty []string) {
	balancing := func(resolvers string) string {
		return running("traces", "exporters: {load_balancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {"+resolvers+"}}}", "otlp", "", "load_balancing")
	}

	return []string{
			balancing("k8s: {service: a.b}"),
			balancing("static: {hostnames: [a]}, dns: "),
			balancing("static: {hostnames: [a]}, dns: {enabled: false, hostname: a}"),
		}, []string{
			balancing(""),
			balancing("static: {hostnames: [a]}, dns: {hostname: a}"),
			balancing("static: {hostnames: [a]}, k8s: {service: a.b}"),
			balancing("dns: {hostname: a}, aws_cloud_map: {namespace: a, service_name: b}"),
		}
}

// objectsAndSets are objects of Kubernetes that are watched or pulled, and lists in which nothing may stand twice.
func objectsAndSets() (sound, faulty []string) {
	objects := func(keys string) string {
		return running("logs", "receivers: {k8s_objects: {auth_type: none, "+keys+"}}", "k8s_objects", "", "nop")
	}
	labels := func(labels string) string {
		return running("metrics", "receivers: {kubelet_stats: {auth_type: none, endpoint: 'localhost:1', extra_metadata_labels: ["+labels+"]}}", "kubelet_stats", "", "nop")
	}
	keys := func(keys string) string {
		return running("logs", "processors: {batch: {metadata_keys: ["+keys+"]}}", "otlp", "batch", "nop")
	}

	return []string{
			objects("include_initial_state: true, objects: [{name: pods, mode: watch}]"),
			objects("include_initial_state: false, objects: [{name: pods}]"),
			objects("objects: [{name: pods, mode: watch, exclude_watch_type: [DELETED]}]"),
			objects("objects: [{name: pods, exclude_watch_type: []}]"),
			objects("objects: [{name: pods, namespaces: [a]}, {name: nodes, exclude_namespaces: [{strict: b}]}]"),
			labels("container.id, k8s.volume.type"),
			keys("a, b"),
		}, []string{
			objects("include_initial_state: true, objects: [{name: pods, mode: pull}]"),
			objects("include_initial_state: true, objects: [{name: pods, mode: watch}, {name: nodes}]"),
			objects("objects: [{name: pods, mode: pull, exclude_watch_type: [DELETED]}]"),
			objects("objects: [{name: pods, exclude_watch_type: [DELETED]}]"),
			objects("objects: [{name: pods, namespaces: [a], exclude_namespaces: [{strict: b}]}]"),
			labels("container.id, container.id"),
			labels("k8s.pod.ip"),
			keys("a, a"),
			keys("a, A"),
		}
}

func ofLogs(keys string) string {
	return running("logs", "receivers: {file_log: {include: [/a], "+keys+"}}", "file_log", "", "nop")
}

// operatorsOf are configs with these operators of file_log.
func operatorsOf(lists ...string) []string {
	configs := make([]string, len(lists))
	for i, list := range lists {
		configs[i] = ofLogs("operators: [" + list + "]")
	}

	return configs
}

// operators are how the operators of logs are called, and where they send what.
func operators() (sound, faulty []string) {
	return operatorsOf(
			"{type: noop}, {type: noop}, {type: noop}, {type: json_parser, output: noop3}, {type: noop, id: noop3}",
			"{type: noop}, {type: noop, id: noop1}, {type: noop, id: noop}",
			"{type: json_parser, output: move}, {type: move, from: body, to: attributes.b}",
			"{type: router, default: n, routes: [{expr: 'true', output: [n]}]}, {type: noop, id: n}",
			"{type: router, on_error: ignore, routes: [{expr: 'true', output: n}]}, {type: noop, id: n}",
			"{type: stdout, on_error: ignore, output: x}",
			"{type: json_parser, on_error: drop_quiet}",
			"{type: noop, output: noop2}, {type: noop}, {type: noop}",
			"{type: router, routes: [{expr: 'true', output: sanitize_utf81}]}, {type: sanitize_utf8}, {type: sanitize_utf8}",
			"{type: noop, output: noop2}, {type: json_parser, id: noop1}, {type: noop}",
			"{type: noop, id: tcp_input}",
			"{type: noop, id: a}, {type: stdout, output: a}, {type: noop, output: a}",
		), operatorsOf(
			"{type: noop, output: noop7}, {type: noop}",
			"{type: noop}, {type: noop, output: noop}",
			"{type: noop, output: noop1}, {type: noop, id: a}, {type: noop}, {type: noop, output: a}",
			"{type: noop, id: file_input}",
			"{type: noop, output: file_input}",
			"{type: noop, id: a}, {type: noop, id: b}, {type: noop, output: ['a,b']}",
			"{type: noop, id: a}, {type: router, routes: [{expr: 'true', output: b}, {expr: 'true', output: a}]}, {type: noop, id: b}",
			"{type: noop, id: a, output: c}, {type: noop, id: b}, {type: noop, id: c, output: [b]}",
			"{type: json_parser, id: a}, {type: noop, id: a}",
			"{type: json_parser}, {type: noop, id: json_parser}",
			"{type: noop, id: json_parser}, {type: json_parser}",
			"{type: json_parser, output: x}",
			"{type: json_parser, output: [noop, x]}, {type: noop}",
			"{type: json_parser, output: json_parser}",
			"{type: router, routes: [{expr: 'true', output: x}]}",
			"{type: router, default: x, routes: [{expr: 'true', output: n}]}, {type: noop, id: n}",
			"{type: router, routes: [{output: n}]}, {type: noop, id: n}",
			"{type: json_parser, on_error: ignore}",
			"{type: json_parser, on_error: Drop}",
			"{type: json_parser, on_error: }",
		)
}

// needsOfOperators are keys and words that operators of a type need.
func needsOfOperators() (sound, faulty []string) {
	return operatorsOf(
			"{type: add}, {type: unquote}, {type: scope_name_parser}, {type: trace_parser}, {type: uri_parser}",
			"{type: csv_parser, header: 'a,b'}", "{type: csv_parser, header_attribute: a}",
			"{type: syslog_parser, protocol: RFC3164}", "{type: syslog_parser, protocol: none}",
			"{type: container, format: docker}", "{type: container, format: }",
			"{type: time_parser, parse_from: body, layout: '%Y'}", "{type: time_parser, parse_from: body, layout_type: native}",
			"{type: json_parser, timestamp: {parse_from: body, layout_type: epoch, layout: s.ms}}",
			"{type: recombine, is_first_entry: 'true', combine_field: body, overwrite_with: }",
			"{type: regex_replace, regex: a}", "{type: regex_replace, regex_name: ansi_control_sequences, field: body}",
			"{type: remove, field: attributes}", "{type: move, from: 'body[\"a\"]', to: resource.a}", "{type: noop, from: a}",
			"{type: json_parser, parse_to: attributes}", "{type: remove, field: resource}", "{type: retain, fields: [body.a, attributes.b]}",
			"{type: trace_parser, trace_id: {parse_from: body.id}}", "{type: json_parser, parse_to: resource, body: attributes.a}",
		), operatorsOf(
			"{type: csv_parser}", "{type: csv_parser, header: 'a,b', header_attribute: c}",
			"{type: syslog_parser}", "{type: syslog_parser, protocol: rfc1}", "{type: container, format: cri}",
			"{type: time_parser, parse_from: body}", "{type: time_parser, parse_from: body, layout_type: unix, layout: s}",
			"{type: time_parser, parse_from: body, layout_type: epoch, layout: sec}", "{type: json_parser, timestamp: {parse_from: body}}",
			"{type: assign_keys, field: body}", "{type: assign_keys, keys: [a]}", "{type: copy, from: body}", "{type: copy, to: body}",
			"{type: move, from: body}", "{type: move, to: body}", "{type: filter}", "{type: flatten}", "{type: remove}",
			"{type: retain}", "{type: retain, fields: []}", "{type: file_output}",
			"{type: recombine, combine_field: body}", "{type: recombine, is_first_entry: 'true'}",
			"{type: recombine, is_first_entry: 'true', is_last_entry: 'true', combine_field: body}",
			"{type: recombine, is_first_entry: 'true', combine_field: body, overwrite_with: last}",
			"{type: regex_replace, field: body}", "{type: regex_replace, regex: a, regex_name: ansi_control_sequences}",
			"{type: regex_replace, regex_name: x}", "{type: regex_replace, regex: '('}",
			"{type: add, field: a, value: b}", "{type: move, from: a, to: attributes.a}", "{type: json_parser, parse_from: log}",
			"{type: recombine, is_first_entry: 'true', combine_field: message}", "{type: remove, field: a}",
			"{type: time_parser, parse_from: a, layout: '%Y'}", "{type: unquote, field: a}",
			"{type: move, from: body.a, to: attributes}", "{type: add, field: resource, value: b}", "{type: flatten, field: attributes}",
			"{type: retain, fields: [body.a, b]}", "{type: retain, fields: [attributes]}", "{type: trace_parser, span_id: {parse_from: id}}",
			"{type: json_parser, trace: {trace_flags: {parse_from: id}}}", "{type: json_parser, body: message}", "{type: json_array_parser, parse_from: a}",
			"{type: json_parser, timestamp: {parse_from: resource, layout: '%Y'}}", "{type: json_parser, severity: {parse_from: attributes}}",
			"{type: json_parser, scope_name: {parse_from: a}}", "{type: sanitize_utf8, field: attributes}", "{type: recombine, is_first_entry: 'true', combine_field: attributes}",
		)
}

// lines are how the lines of files are parted and decoded.
func lines() (sound, faulty []string) {
	for _, keys := range []string{
		"multiline: {}", "multiline: {omit_pattern: true}", "multiline: {line_start_pattern: a, line_end_pattern: ''}", "encoding: UTF-16LE",
		"encoding: latin1", "encoding: ''", "encoding: utf8-raw", "encoding: ms936", "encoding: nop", "on_truncate: read_new", "max_log_size_behavior: truncate",
		"id: a, operators: [{type: noop, id: file_input}]", "output: [noop], operators: [{type: noop}]",
		"start_at: beginning, header: {pattern: a, metadata_operators: [{type: noop, on_error: drop}, {type: noop, id: file_input}]}",
		"output: n, operators: [{type: file_input, include: [/b], on_error: x, output: n}, {type: noop, id: n}]",
	} {
		sound = append(sound, ofLogs(keys))
	}
	for _, keys := range []string{
		"multiline: {line_start_pattern: a, line_end_pattern: b}", "multiline: {line_start_pattern: a}, encoding: nop", "encoding: utf-9",
		"encoding: utf-7", "encoding: cp1252", "encoding: utf_8", "on_truncate: x", "max_log_size_behavior: x",
		"on_truncate: ''", "on_truncate: ", "max_log_size_behavior: ''", "max_log_size_behavior: ", "output: x", "id: a, operators: [{type: noop, id: a}]",
		"start_at: beginning, header: {pattern: a, metadata_operators: [{type: noop, on_error: x}]}",
		"start_at: beginning, header: {pattern: a, metadata_operators: [{type: noop, id: a}, {type: noop, output: a}]}",
		"output: n, operators: [{type: file_input, include: [/b], output: x}, {type: noop, id: n}]",
	} {
		faulty = append(faulty, ofLogs(keys))
	}

	return sound, faulty
}

// addresses are what a client of gRPC dials: what ends like an address passes, though nobody answers there.
func addresses() (sound, faulty []string) {
	dialing := func(endpoint string) string {
		return running("logs", "exporters: {otlp_grpc: {endpoint: '"+endpoint+"'}}", "otlp", "", "otlp_grpc")
	}
	for _, endpoint := range []string{"http://a:4317", "http:4317", "http//a:4317", "//a:4317", "http://a/b:4317", "dns:///a:4317", "dns:///a/b:4317", "a/b:4317"} {
		sound = append(sound, dialing(endpoint))
	}
	for _, endpoint := range []string{"http:/a:4317", "https:/a", "http//a", "a/b", "https://a:4317/"} {
		faulty = append(faulty, dialing(endpoint))
	}

	return sound, faulty
}

// running is a config of one pipeline, with the components given, and receivers and exporters that need none.
func running(signal, components, receiver, processor, exporter string) string {
	config := components + "\n"
	if receiver == "otlp" {
		config += "receivers: {otlp: {protocols: {grpc: {endpoint: 'localhost:0'}}}}\n"
	}
	if exporter == "nop" {
		config += "exporters: {nop: }\n"
	}

	return config + "service:\n  telemetry: {metrics: {level: none}}\n  pipelines: {" + signal + ": {receivers: [" + receiver + "], processors: [" + processor + "], exporters: [" + exporter + "]}}\n"
}

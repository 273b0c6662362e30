package collectorconfig

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What the receivers of logs refuse when they are made; tests/otelcol has a real collector judge the same.
func TestWhatOperatorsRefuse(t *testing.T) {
	t.Parallel()
	for operators, want := range map[string]string{
		"{type: noop, id: a}, {type: move, id: a, from: body, to: attributes.b}":                                         "invalid-value [1].id",
		"{type: noop, output: noop2}, {type: noop}, {type: noop}":                                                        "",
		"{type: noop}, {type: noop}, {type: noop, output: noop1}":                                                        "invalid-value [2].output",
		"{type: noop, output: noop7}, {type: noop}":                                                                      "invalid-value [0].output",
		"{type: router, routes: [{expr: a, output: sanitize_utf81}]}, {type: sanitize_utf8}, {type: sanitize_utf8}":      "",
		"{type: noop, output: noop2}, {type: json_parser, id: noop1}, {type: noop}":                                      "",
		"{type: noop, output: noop1}, {type: noop, id: a}, {type: noop}, {type: noop, output: a}":                        "invalid-value [3].output",
		"{type: noop, id: file_input}":                                                                                   "invalid-value [0].id",
		"{type: noop, id: tcp_input}":                                                                                    "",
		"{type: file_input, include: [/b]}, {type: noop, output: file_input1}":                                           "invalid-value [1].output",
		"{type: noop, output: file_input}":                                                                               "invalid-value [0].output",
		"{type: tcp_input, output: x, on_error: x}":                                                                      "invalid-value [0].output",
		"{type: noop, id: a}, {type: router, routes: [{expr: a, output: b}, {expr: b, output: a}]}, {type: noop, id: b}": "invalid-value [1].routes[1].output",
		"{type: noop, id: a, output: c}, {type: noop, id: b}, {type: noop, id: c, output: [b]}":                          "invalid-value [2].output[0]",
		"{type: noop, id: a}, {type: router, default: '${env:A}'}, {type: noop, id: b, output: a}":                       "",
		"{type: noop, id: a}, {type: stdout, output: a}, {type: noop, output: a}":                                        "",
		"{type: noop, id: a}, {type: noop, id: b}, {type: noop, output: ['a,b']}":                                        "invalid-value [2].output[0]",
		"{type: noop}, {type: noop, id: noop1}, {type: noop, id: noop}":                                                  "",
		"{type: noop}, {type: json_parser, id: noop}":                                                                    "invalid-value [1].id",
		"{type: json_parser, id: noop}, {type: noop}":                                                                    "invalid-value [1]",
		"{type: noop, id: '${env:A}'}, {type: json_parser, id: '${env:A}', output: x}":                                   "",
		"{type: json_parser, output: nop}, {type: noop}":                                                                 "invalid-value [0].output",
		"{type: json_parser, output: [noop, x]}, {type: noop}":                                                           "invalid-value [0].output[1]",
		"{type: json_parser, output: json_parser}":                                                                       "invalid-value [0].output",
		"{type: json_parser, output: '${env:A}'}":                                                                        "",
		"{type: stdout, output: x, on_error: x}":                                                                         "",
		"{type: router, default: x, routes: [{expr: a, output: n}]}, {type: noop, id: n}":                                "invalid-value [0].default",
		"{type: router, default: n, routes: [{output: [n, x]}]}, {type: noop, id: n}":                                    "missing-key [0].routes[0], invalid-value [0].routes[0].output[1]",
		"{type: json_parser, on_error: ignore}":                                                                          "invalid-value [0].on_error",
		"{type: json_parser, on_error: drop_quiet}":                                                                      "",
		"{type: csv_parser}":                                                                  "missing-key [0]",
		"{type: csv_parser, header: 'a,b'}":                                                   "",
		"{type: csv_parser, header: 'a,b', header_attribute: c}":                              "conflicting-keys [0]",
		"{type: recombine, combine_field: body}":                                              "missing-key [0]",
		"{type: recombine, combine_field: body, is_last_entry: 'true', overwrite_with: last}": "invalid-value [0].overwrite_with",
		"{type: move, from: body}":                                                            "missing-key [0]",
		"{type: retain, fields: []}":                                                          "missing-key [0]",
		"{type: syslog_parser, protocol: RFC3164}":                                            "",
		"{type: syslog_parser, protocol: rfc1}":                                               "invalid-value [0].protocol",
		"{type: container, format: cri}":                                                      "invalid-value [0].format",
		"{type: container, format: }":                                                         "",
		"{type: regex_replace, regex: '(', field: body}":                                      "invalid-value [0].regex",
		"{type: regex_replace, regex_name: ansi_control_sequences}":                           "",
		"{type: move, from: a, to: attributes}":                                               "invalid-value [0].from, invalid-value [0].to",
		"{type: remove, field: resource}, {type: json_parser, parse_to: attributes}":          "",
		"{type: json_array_parser, parse_from: a}":                                            "invalid-value [0].parse_from",
		"{type: json_parser, timestamp: {parse_from: resource, layout: '%Y'}, trace: {span_id: {parse_from: a}}}": "invalid-value [0].timestamp.parse_from, invalid-value [0].trace.span_id.parse_from",
		"{type: trace_parser, trace_id: {parse_from: id}, span_id: {parse_from: body.id}}":                        "invalid-value [0].trace_id.parse_from",
		"{type: retain, fields: [body.a, b, attributes, '${env:A}']}":                                             "invalid-value [0].fields[1], invalid-value [0].fields[2]",
		"{type: json_parser, parse_from: attributes_of, parse_to: 'body[\"a\"]'}":                                 "invalid-value [0].parse_from",
		"{type: noop, from: a}, {type: copy, from: '[\"body\"]', to: resource.a}":                                 "",
		"{type: time_parser, parse_from: body}":                                                                   "missing-key [0]",
		"{type: time_parser, parse_from: body, layout_type: native}":                                              "",
		"{type: time_parser, parse_from: body, layout_type: '${env:A}'}":                                          "",
		"{type: time_parser, parse_from: body, layout_type: epoch, layout: sec}":                                  "invalid-value [0].layout",
		"{type: json_parser, timestamp: {parse_from: body, layout_type: unix, layout: s}}":                        "invalid-value [0].timestamp.layout_type",
		"{type: json_parser, timestamp: {parse_from: body, layout_type: epoch, layout: s.ms}}, {type: a_type}":    "",
	} {
		config := "receivers: {file_log: {include: [/a], operators: [" + operators + "]}}\n"
		assert.Equal(t, want, refusedOf(config, "receivers.file_log.operators"), operators)
	}
}

func TestWhatIsRefusedOfLines(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"file_log: {multiline: {line_start_pattern: a, line_end_pattern: b}}":  "conflicting-keys .multiline",
		"file_log: {multiline: {line_start_pattern: a, line_end_pattern: ''}}": "",
		"file_log: {multiline: {}, encoding: latin1}":                          "",
		"file_log: {multiline: {line_end_pattern: a}, encoding: NOP}":          "conflicting-keys .multiline",
		"file_log: {encoding: utf-9}":                                          "invalid-value .encoding",
		"file_log: {encoding: UTF-16LE}":                                       "",
		"file_log: {encoding: }":                                               "",
		"file_log: {encoding: '${env:A}'}":                                     "",
		"file_log: {on_truncate: read, max_log_size_behavior: cut}":            "invalid-value .on_truncate, invalid-value .max_log_size_behavior",
		"file_log: {on_truncate: , max_log_size_behavior: ''}":                 "invalid-value .on_truncate, invalid-value .max_log_size_behavior",
		"tcp_log: {on_truncate: x, max_log_size_behavior: x}":                  "unknown-key .on_truncate, unknown-key .max_log_size_behavior",
		"file_log: {output: x}":                                                "invalid-value .output",
		"file_log: {output: [noop], operators: [{type: noop}]}":                "",
		"file_log: {output: noop, 'operators::0': {type: noop}}":               "",
		"file_log: {id: a, operators: [{type: noop, id: file_input}]}":         "",
		"file_log: {id: a, operators: [{type: noop, id: a}]}":                  "invalid-value .operators[0].id",
		"tcp_log: {operators: [{type: noop, id: tcp_input}]}":                  "invalid-value .operators[0].id",
		"file_log: {header: {pattern: a, metadata_operators: [{type: noop, on_error: x, output: b}, {type: noop, id: noop}]}}": "invalid-value .header.metadata_operators[0].on_error, invalid-value .header.metadata_operators[0].output",
		"file_log: {header: {pattern: a, metadata_operators: [{type: noop, id: file_input}]}}":                                 "",
		"file_log: {on_truncate: read_new, max_log_size_behavior: split}":                                                      "",
		"tcp_log: {multiline: {line_start_pattern: a, line_end_pattern: b}}":                                                   "conflicting-keys .multiline",
		"udp_log: {encoding: cp1252}": "invalid-value .encoding",
		"syslog: {protocol: rfc5424, tcp: {listen_address: 'a:1', encoding: utf_8}}":    "invalid-value .tcp.encoding",
		"syslog: {protocol: rfc5424, udp: {listen_address: 'a:1', encoding: us-ascii}}": "",
	} {
		name, _, _ := strings.Cut(body, ":")
		assert.Equal(t, want, refusedOf("receivers: {"+body+"}\n", "receivers."+name), body)
	}
}

func TestTheNearestNamesOfOperators(t *testing.T) {
	t.Parallel()
	doc, _ := Parse("f.yaml", []byte("receivers: {file_log: {encoding: utf-88, operators: [{type: json_parser, on_error: Drop, output: mov}, {type: noop, id: move}]}}"))
	var got []string
	for _, problem := range Check(doc, "0.161.0", customDistribution) {
		assert.True(t, problem.Ignored, "no pipeline has it")
		got = append(got, problem.String())
	}
	assert.Equal(t, []string{
		`f.yaml:1:34: encoding of the receiver file_log takes no "utf-88" (did you mean utf-8?) [invalid-value]`,
		`f.yaml:1:84: operators[0].on_error of the receiver file_log takes no "Drop" (did you mean drop?) [invalid-value]`,
		`f.yaml:1:98: operators[0].output of the receiver file_log is "mov", and no operator has that id (did you mean move?) [invalid-value]`,
	}, got)
}

func TestWhatIsSaidOfACircle(t *testing.T) {
	t.Parallel()
	doc, _ := Parse("f.yaml", []byte("receivers: {file_log: {operators: [{type: noop}, {type: json_parser, id: tcp_input}, {type: noop, output: 'noop'}, {type: move, id: file_input, from: body, to: resource}]}}"))
	var got []string
	for _, problem := range Check(doc, "0.161.0", customDistribution) {
		got = append(got, problem.String())
	}
	assert.Equal(t, []string{
		`f.yaml:1:107: operators[2].output of the receiver file_log is "noop", which sends entries back to noop1, in a circle (write the id of one that follows) [invalid-value]`,
		`f.yaml:1:133: operators[3].id of the receiver file_log is called file_input, as the receiver's own input is (give one of them another id) [invalid-value]`,
		`f.yaml:1:161: operators[3].to of the receiver file_log is "resource", which is no field: it is all of them (write which of them, as in resource.NAME) [invalid-value]`,
	}, got)
}

// refusedOf are the codes and places of what is refused of a receiver in a pipeline, the places below a path.
func refusedOf(config, below string) string {
	doc, _ := Parse("f.yaml", []byte(config+"service: {pipelines: {logs: {receivers: [file_log, tcp_log, udp_log, syslog]}}}"))
	var got []string
	for _, problem := range Check(doc, "0.161.0", customDistribution) {
		if place, is := strings.CutPrefix(problem.Path, below); is && !problem.Ignored && !strings.HasSuffix(place, ".type") {
			got = append(got, problem.Code+" "+place)
		}
	}

	return strings.Join(got, ", ")
}

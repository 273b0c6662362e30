package component

import "strings"

// LogReceivers are the receivers of logs that have operators, each with the type of its input, which stands before them all.
func LogReceivers() map[string]string {
	return map[string]string{
		"file_log": "file_input", "journald": "journald_input", "syslog": "syslog_input", "tcp_log": "tcp_input", "udp_log": "udp_input",
		"windows_event_log": "windows_eventlog_input", "namedpipe": "namedpipe",
	}
}

// An Operator is what a type of the log receivers' operators needs, beside what the catalogue refuses. Each looks when it is
// built, which Go's types do not tell.
type Operator struct {
	// Needs are keys that it can't do without.
	Needs []string
	// OneOf are keys of which it takes one, and needs one.
	OneOf []string
	// Words are what may stand at a key.
	Words []OperatorWords
}

// OperatorWords are those that may stand at a key of an operator.
type OperatorWords struct {
	Key   string
	Words []string
	// AnyCase tells that capitals do not matter, and Needed that nothing at all is no word either where the key is written.
	AnyCase, Needed bool
}

// operators are those of which more is known than their type (pkg/stanza/operator, Build of each).
var operators = map[string]Operator{ //nolint:gochecknoglobals // They never change.
	"assign_keys": {Needs: []string{"field", "keys"}},
	"container":   {Words: []OperatorWords{{Key: "format", Words: []string{"docker", "crio", "containerd"}}}},
	"copy":        {Needs: []string{"from", "to"}},
	"csv_parser":  {OneOf: []string{"header", "header_attribute"}},
	"file_output": {Needs: []string{"path"}},
	"filter":      {Needs: []string{"expr"}},
	"flatten":     {Needs: []string{"field"}},
	"move":        {Needs: []string{"from", "to"}},
	"recombine": {
		Needs: []string{"combine_field"}, OneOf: []string{"is_first_entry", "is_last_entry"},
		Words: []OperatorWords{{Key: "overwrite_with", Words: []string{"newest", "oldest"}}},
	},
	"regex_replace": {
		OneOf: []string{"regex", "regex_name"},
		Words: []OperatorWords{{Key: "regex_name", Words: []string{"ansi_control_sequences"}}},
	},
	"remove": {Needs: []string{"field"}},
	"retain": {Needs: []string{"fields"}},
	"syslog_parser": {
		Needs: []string{"protocol"},
		Words: []OperatorWords{{Key: "protocol", Words: []string{"rfc3164", "rfc5424", "none"}, AnyCase: true}},
	},
}

// OperatorOf is what is known of a type of operators; nothing where nothing is.
func OperatorOf(operator string) Operator { return operators[operator] }

// OnError are what an operator may do with an entry that it fails at.
func OnError() []string { return []string{"send", "send_quiet", "drop", "drop_quiet"} }

// TimeLayouts are the types of layouts by which operators read times.
func TimeLayouts() []string { return []string{"strptime", "gotime", "epoch", "native"} }

// EpochLayouts are the layouts of times that count from 1970.
func EpochLayouts() []string { return []string{"s", "ms", "us", "ns", "s.ms", "s.us", "s.ns"} }

// EndsEntries tells whether operators of a type hand nothing on: they write entries where nobody reads them.
func EndsEntries(operator string) bool { return operator == "stdout" || operator == "file_output" }

// ReadsEntries tells whether operators of a type take nothing from others: entries begin with them.
func ReadsEntries(operator string) bool {
	return operator == "namedpipe" || strings.HasSuffix(operator, "_input")
}

// FailsAtEntries tells whether operators of a type may fail at an entry, and so do something on_error: those that only read,
// hand on or write do not look at it.
func FailsAtEntries(operator string) bool {
	return operator != "router" && !EndsEntries(operator) && !ReadsEntries(operator)
}

// An EntryField is a place in an operator where the name of a field of an entry stands, or names of several.
type EntryField struct {
	// Path in the operator, with dots between its keys.
	Path string
	// Whole tells that all attributes, or all of the resource, may stand there too.
	Whole bool
}

// FieldsOf are the places in an operator where names of fields stand.
func FieldsOf(operator string) []EntryField {
	switch operator {
	case "add", "assign_keys", "flatten", "unquote", "regex_replace", "sanitize_utf8":
		return []EntryField{{Path: "field"}}
	case "remove":
		return []EntryField{{Path: "field", Whole: true}}
	case "retain":
		return []EntryField{{Path: "fields"}}
	case "copy", "move":
		return []EntryField{{Path: "from"}, {Path: "to"}}
	case "recombine":
		return []EntryField{{Path: "combine_field"}, {Path: "source_identifier"}}
	case "severity_parser", "time_parser", "scope_name_parser":
		return []EntryField{{Path: "parse_from"}}
	case "trace_parser":
		return []EntryField{{Path: "trace_id.parse_from"}, {Path: "span_id.parse_from"}, {Path: "trace_flags.parse_from"}}
	case "container", "csv_parser", "json_array_parser", "json_parser", "key_value_parser", "regex_parser", "syslog_parser", "uri_parser":
		return []EntryField{
			{Path: "parse_from"}, {Path: "parse_to", Whole: true}, {Path: "body"},
			{Path: "timestamp.parse_from"}, {Path: "severity.parse_from"}, {Path: "scope_name.parse_from"},
			{Path: "trace.trace_id.parse_from"}, {Path: "trace.span_id.parse_from"}, {Path: "trace.trace_flags.parse_from"},
		}
	default:
		return nil
	}
}

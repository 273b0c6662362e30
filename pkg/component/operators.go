package component

import "strings"

// An Operator is what a type of the log receivers' operators needs, beside what the catalogue refuses. Each looks when it is
// built, which Go's types do not tell.
type Operator struct {
	Type string
	// Needs are keys that it can't do without.
	Needs []string
	// OneOf are keys of which it takes one, and needs one.
	OneOf []string
	// Words are what may stand at a key.
	Words []OperatorWords
}

// OperatorWords are those that may stand at a key of an operator, beside nothing at all where the key is not needed.
type OperatorWords struct {
	Key   string
	Words []string
	// AnyCase tells that capitals do not matter.
	AnyCase bool
}

// Operators are those of which more is known than their type (pkg/stanza/operator, Build of each).
func Operators() []Operator {
	return []Operator{
		{Type: "assign_keys", Needs: []string{"field", "keys"}},
		{Type: "container", Words: []OperatorWords{{Key: "format", Words: []string{"docker", "crio", "containerd"}}}},
		{Type: "copy", Needs: []string{"from", "to"}},
		{Type: "csv_parser", OneOf: []string{"header", "header_attribute"}},
		{Type: "file_output", Needs: []string{"path"}},
		{Type: "filter", Needs: []string{"expr"}},
		{Type: "flatten", Needs: []string{"field"}},
		{Type: "move", Needs: []string{"from", "to"}},
		{
			Type: "recombine", Needs: []string{"combine_field"}, OneOf: []string{"is_first_entry", "is_last_entry"},
			Words: []OperatorWords{{Key: "overwrite_with", Words: []string{"newest", "oldest"}}},
		},
		{
			Type: "regex_replace", OneOf: []string{"regex", "regex_name"},
			Words: []OperatorWords{{Key: "regex_name", Words: []string{"ansi_control_sequences"}}},
		},
		{Type: "remove", Needs: []string{"field"}},
		{Type: "retain", Needs: []string{"fields"}},
		{
			Type: "syslog_parser", Needs: []string{"protocol"},
			Words: []OperatorWords{{Key: "protocol", Words: []string{"rfc3164", "rfc5424", "none"}, AnyCase: true}},
		},
	}
}

// OnError are what an operator may do with an entry that it fails at, and TimeLayouts the types of layouts by which times are
// read, with EpochLayouts those of one that counts from 1970.
func OnError() []string { return []string{"send", "send_quiet", "drop", "drop_quiet"} }

// TimeLayouts are the types of layouts by which operators read times.
func TimeLayouts() []string { return []string{"strptime", "gotime", "epoch", "native"} }

// EpochLayouts are the layouts of times that count from 1970.
func EpochLayouts() []string { return []string{"s", "ms", "us", "ns", "s.ms", "s.us", "s.ns"} }

// FailsAtEntries tells whether operators of a type may fail at an entry, and so do something on_error: those that only hand on,
// read or write do not look at it.
func FailsAtEntries(operator string) bool {
	switch operator {
	case "router", "stdout", "drop_output", "file_output", "stdin", "generate_input", "namedpipe":
		return false
	default:
		return !strings.HasSuffix(operator, "_input")
	}
}

// FieldsOf are the keys of an operator at which the name of a field of an entry stands.
func FieldsOf(operator string) []string {
	switch operator {
	case "add", "assign_keys", "flatten", "unquote", "regex_replace", "remove":
		return []string{"field"}
	case "copy", "move":
		return []string{"from", "to"}
	case "recombine":
		return []string{"combine_field", "source_identifier"}
	case "severity_parser", "time_parser", "scope_name_parser":
		return []string{"parse_from"}
	case "container", "csv_parser", "json_parser", "key_value_parser", "regex_parser", "syslog_parser", "uri_parser":
		return []string{"parse_from", "parse_to"}
	default:
		return nil
	}
}

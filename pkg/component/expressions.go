package component

import (
	"maps"
	"slices"
)

// An Expression is a place in the bodies of components where a regular expression of Go stands. That it compiles is not in
// the catalogue, since only the component's factory looks.
type Expression struct {
	Kind Kind
	// Types are the components' newest types.
	Types []string
	// Path in the body, as a Condition's.
	Path string
	// Beside is a key that stands beside it, and Words are those of its words with which it is an expression; empty: it always
	// is.
	Beside string
	Words  []string
	// Signal is that of the pipelines in which the component looks; empty: any.
	Signal string
	// Read tells that the collector refuses it when it reads its configuration, also of what no pipeline has.
	Read bool
	// Before and Behind are what the component puts around it.
	Before, Behind string
	// Groups are how its groups have to be named.
	Groups Groups
}

// Groups says which groups of an expression have to have names.
type Groups int

// What groups an expression has to have.
const (
	AnyGroups Groups = iota
	// SomeNamed are one or more with names.
	SomeNamed
	// AllNamed are one or more, all with names.
	AllNamed
)

// Expressions are all that are known.
func Expressions() []Expression {
	logs := slices.Sorted(maps.Keys(LogReceivers()))
	lines := []string{"file_log", "tcp_log", "udp_log"}
	expressions := []Expression{
		{Kind: Receiver, Types: logs, Path: "operators.regex", Beside: "type", Words: []string{"regex_parser"}, Groups: SomeNamed},
		{Kind: Receiver, Types: logs, Path: "operators.regex", Beside: "type", Words: []string{"regex_replace"}},
		{Kind: Receiver, Types: lines, Path: "multiline.line_start_pattern", Before: "(?m)"},
		{Kind: Receiver, Types: lines, Path: "multiline.line_end_pattern", Before: "(?m)"},
		{Kind: Processor, Types: []string{"metrics_transform"}, Path: "transforms.include", Beside: "match_type", Words: []string{"regexp"}, Signal: "metrics"},
	}
	for _, list := range []string{"relabel_configs", "metric_relabel_configs"} {
		expressions = append(expressions, Expression{
			Kind: Receiver, Types: []string{"prometheus"}, Path: "config.scrape_configs." + list + ".regex", Read: true, Before: "^(?s:", Behind: ")$",
		})
	}
	for processor, list := range map[string]string{"attributes": "actions", "resource": "attributes"} {
		expressions = append(expressions,
			Expression{Kind: Processor, Types: []string{processor}, Path: list + ".pattern", Beside: "action", Words: []string{"extract"}, Groups: AllNamed},
			Expression{Kind: Processor, Types: []string{processor}, Path: list + ".pattern", Beside: "action", Words: []string{"delete", "hash"}})
	}

	return append(expressions, matches()...)
}

// matches are the expressions of what processors include and exclude.
func matches() []Expression {
	var expressions []Expression
	for _, direction := range []string{"include", "exclude"} {
		for _, place := range []struct{ processor, below, key, signal string }{
			{"filter", "metrics.", "metric_names", "metrics"},
			{"filter", "spans.", "services", "traces"},
			{"filter", "spans.", "span_names", "traces"},
			{"filter", "logs.", "bodies", "logs"},
			{"filter", "logs.", "severity_texts", "logs"},
			{"attributes", "", "services", "traces"},
			{"attributes", "", "span_names", "traces"},
			{"attributes", "", "log_bodies", "logs"},
			{"attributes", "", "log_severity_texts", "logs"},
			{"attributes", "", "metric_names", "metrics"},
		} {
			expressions = append(expressions, Expression{
				Kind: Processor, Types: []string{place.processor}, Path: place.below + direction + "." + place.key,
				Beside: "match_type", Words: []string{"regexp"}, Signal: place.signal,
			})
		}
	}

	return expressions
}

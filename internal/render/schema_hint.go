package render

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// oneOf is what the validator says of an enumeration.
var oneOf = regexp.MustCompile(`^value must be (?:one of )?'`)

// reworded says of a violation which value it is about, and which was probably meant.
func (r *Rendering) reworded(prefix, path []string, message string) string {
	if m := additional.FindStringSubmatch(message); m != nil {
		of := strings.Join(join(prefix, path), ".")
		if of != "" {
			of = " in " + of
		}

		return "no such key" + of + ": " + m[1] + meant(m[1], r.keysAt(prefix, path))
	}
	if given, ok := valueAt(r.Values, join(prefix, path)); ok && oneOf.MatchString(message) {
		message = fmt.Sprintf("%v: %s", given, message)
	}
	if len(path) > 0 {
		return strings.Join(join(prefix, path), ".") + ": " + message
	}

	return message
}

func meant(name string, known []string) string {
	if near := values.Nearest(name, known); near != "" {
		return fmt.Sprintf(" (did you mean %q?)", near)
	}

	return ""
}

func valueAt(of any, path []string) (any, bool) {
	for _, name := range path {
		below, _ := of.(map[string]any)
		value, ok := below[name]
		if !ok {
			return nil, false
		}
		of = value
	}

	return of, true
}

// keysAt lists the keys that the schema of a chart, the named subchart's or the chart's own,
// has at a path.
func (r *Rendering) keysAt(prefix, path []string) []string {
	of := r.chart.chart
	for _, name := range prefix {
		if of = dependency(of, name); of == nil {
			return nil
		}
	}
	var root map[string]any
	if json.Unmarshal(of.Schema, &root) != nil {
		return nil
	}
	at := root
	for _, name := range path {
		at = below(root, at, name)
	}
	properties, _ := at["properties"].(map[string]any)
	keys := slices.Sorted(maps.Keys(properties))
	if patterns, ok := at["patternProperties"].(map[string]any); ok {
		for pattern := range patterns {
			keys = append(keys, alternatives(pattern)...)
		}
	}

	return keys
}

// below is the schema of a key, with a reference to a definition followed.
func below(root, at map[string]any, name string) map[string]any {
	properties, _ := at["properties"].(map[string]any)
	schema, ok := properties[name].(map[string]any)
	if !ok {
		schema, _ = at["additionalProperties"].(map[string]any)
	}
	reference, _ := schema["$ref"].(string)
	if definition, ok := strings.CutPrefix(reference, "#/definitions/"); ok {
		definitions, _ := root["definitions"].(map[string]any)
		schema, _ = definitions[definition].(map[string]any)
	}

	return schema
}

var choice = regexp.MustCompile(`^\^\(([a-z|]+)\)`)

// alternatives are the words that a pattern of the form ^(a|b) begins with.
func alternatives(pattern string) []string {
	if m := choice.FindStringSubmatch(pattern); m != nil {
		return strings.Split(m[1], "|")
	}

	return nil
}

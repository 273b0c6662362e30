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

// noMatch is what the validator says of a text that a pattern does not take.
var noMatch = regexp.MustCompile(`^('.*') does not match pattern '(.*)'$`)

// reworded says of a violation which value it is about, and which was probably meant.
func (r *Rendering) reworded(prefix, path []string, message string) string {
	if m := additional.FindStringSubmatch(message); m != nil {
		of := strings.Join(join(prefix, path), ".")
		if of != "" {
			of = " in " + of
		}

		return "no such key" + of + ": " + m[1] + meant(m[1], r.keysAt(prefix, path))
	}
	if m := noMatch.FindStringSubmatch(message); m != nil {
		if wanted := values.Wanted(m[2]); wanted != "" {
			message = wanted + " is wanted, and " + m[1] + " stands there"
		}
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
	at := []map[string]any{root}
	for _, name := range path {
		at = below(root, at, name)
	}
	var keys []string
	for _, schema := range at {
		properties, _ := schema["properties"].(map[string]any)
		keys = slices.AppendSeq(keys, maps.Keys(properties))
		patterns, _ := schema["patternProperties"].(map[string]any)
		for pattern := range patterns {
			keys = append(keys, alternatives(pattern)...)
		}
	}
	slices.Sort(keys)

	return keys
}

// below are the schemas of a key, with references to definitions followed. What a schema says under a condition counts.
func below(root map[string]any, at []map[string]any, name string) []map[string]any {
	var found []map[string]any
	for _, schema := range at {
		properties, _ := schema["properties"].(map[string]any)
		patterns, _ := schema["patternProperties"].(map[string]any)
		of := []any{properties[name]}
		for pattern, value := range patterns {
			if matched, err := regexp.MatchString(pattern, name); matched && err == nil {
				of = append(of, value)
			}
		}
		if of[0] == nil && len(of) == 1 {
			of = append(of, schema["additionalProperties"])
		}
		if then, ok := schema["then"].(map[string]any); ok {
			found = append(found, below(root, []map[string]any{then}, name)...)
		}
		for _, value := range of {
			if value, ok := value.(map[string]any); ok {
				found = append(found, resolved(root, value))
			}
		}
	}

	return found
}

// resolved follows a reference to a definition.
func resolved(root, schema map[string]any) map[string]any {
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

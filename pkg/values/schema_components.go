package values

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// schemaDistribution is the one whose components the schema knows: the chart's own image.
const schemaDistribution = "k8s"

// What a value may be where it is no text: what comes out of a variable, of a file or of Helm's tpl is known to nobody
// here, and collectors before 0.105 took numbers and booleans as text.
const (
	fromElsewhere = `[$][{]|[{][{]`
	numberText    = `^[-+]?[0-9.]+$|` + fromElsewhere
	boolText      = `^(true|false)$|` + fromElsewhere
	durationText  = `^[-+]?([0-9.]+(ns|us|µs|μs|ms|s|m|h))+$|^[-+]?0$|` + fromElsewhere
)

// Wanted says in words what a pattern of the schema stands for; empty where nothing says it.
func Wanted(pattern string) string {
	switch pattern {
	case numberText:
		return "a number"
	case boolText:
		return "true or false"
	case durationText:
		return "a duration such as 30s"
	case fromElsewhere:
		return "a map"
	default:
		return ""
	}
}

// scalars are the definitions of what is no map and no list.
func scalars() map[string]any {
	return map[string]any{
		"otel.number":   map[string]any{"type": []any{"number", "string", "null"}, "pattern": numberText},
		"otel.bool":     map[string]any{"type": []any{"boolean", "string", "null"}, "pattern": boolText},
		"otel.duration": map[string]any{"type": []any{"string", "number", "null"}, "pattern": durationText},
		"otel.text":     map[string]any{"type": []any{"string", "number", "boolean", "null"}},
	}
}

// A componentSchemas makes schemas of what the catalogue knows of components: the keys of every version, as plain Helm is
// to refuse what no version takes; which version takes what is for lint to say.
type componentSchemas struct {
	catalogue   *component.Catalogue
	definitions map[string]any
	// strict are the structures of components that decode themselves and refuse what they do not know, by name.
	strict map[string]bool
	// loose are those of components of which the chart's own image has a newer version than was read: it may have keys since
	// that nobody knows here.
	loose map[string]bool
	// open are the maps that take other keys than those known.
	open map[*component.Structure]map[string]any
}

// componentConfig is the schema of the sections of a config, and the definitions that it refers to.
func componentConfig() (sections map[string]any, definitions map[string]any) {
	s := componentSchemas{
		catalogue: component.Known(), definitions: scalars(), strict: map[string]bool{}, loose: map[string]bool{},
		open: map[*component.Structure]map[string]any{},
	}
	properties := map[string]any{}
	for _, kind := range component.Kinds() {
		properties[string(kind)] = s.section(kind)
	}
	for structure, mapping := range s.open {
		s.outline(structure, mapping)
	}

	sections, _ = inlined(map[string]any{"properties": properties}, s.definitions).(map[string]any)

	return sections, s.definitions
}

// section knows the components of a kind by every name that they had, with and without /name. Those that it does not know
// may be anything.
func (s componentSchemas) section(kind component.Kind) map[string]any {
	names, patterns := map[string]any{}, map[string]any{}
	for _, name := range s.catalogue.Names(kind) {
		entry := s.catalogue.Entry(kind, name)
		if entry.Structure == nil || !entry.Ships(schemaDistribution, "") {
			continue
		}
		pattern := "^" + regexp.QuoteMeta(name) + "/"
		for _, old := range entry.OldNames {
			pattern += "|^" + regexp.QuoteMeta(old.Name) + "(/|$)"
		}
		// A name stands in one of both alone: editors look at the patterns for no other.
		s.strict[entry.Structure.Ref] = component.Strict(kind, name)
		s.loose[entry.Structure.Ref] = entry.LongUnread(component.ChoicesOf)
		names[name] = s.value(entry.Structure)
		patterns[pattern] = s.value(entry.Structure)
	}

	return map[string]any{"properties": names, "patternProperties": patterns}
}

// value is the schema of a structure.
func (s componentSchemas) value(structure *component.Structure) map[string]any {
	if structure.Ref == "" {
		return s.shape(structure, structure.Optional)
	}
	name := definition(structure)
	if _, made := s.definitions[name]; !made {
		s.definitions[name] = nil // It may hold itself.
		resolved := s.catalogue.Resolve(structure)
		if resolved == nil {
			resolved = &component.Structure{Type: component.Any}
		}
		if s.loose[structure.Ref] && resolved.Type == component.Map {
			loose := *resolved
			loose.Open, resolved = true, &loose
		}
		shape := s.shape(resolved, structure.Optional)
		if s.strict[structure.Ref] {
			shape["additionalProperties"] = false
		}
		if structure.Bare {
			delete(shape, "pattern") // Any text may stand there.
		}
		s.definitions[name] = shape
	}

	return map[string]any{"$ref": "#/definitions/" + name}
}

// definition is the name of the definition of a structure that has a name.
func definition(structure *component.Structure) string {
	// A slash would lead into the definition.
	name := "otel." + strings.ReplaceAll(strings.TrimPrefix(structure.Ref, "@"), "/", ".")
	if structure.Optional {
		name += ".optional"
	}
	if structure.Bare {
		name += ".bare"
	}

	return name
}

func (s componentSchemas) shape(structure *component.Structure, optional bool) map[string]any {
	switch structure.Type {
	case component.Map:
		return s.mapping(structure, optional)
	case component.List:
		list := map[string]any{"type": []any{"array", "string", "null"}}
		if structure.Of != nil && !s.text(structure.Of) {
			list["items"] = s.value(structure.Of)
		}

		return list
	case component.Int, component.Uint, component.Float:
		return defined("number")
	case component.Bool:
		return defined("bool")
	case component.Duration:
		return defined("duration")
	case component.String, component.ID:
		return defined("text")
	default:
		return map[string]any{}
	}
}

func defined(name string) map[string]any {
	return map[string]any{"$ref": "#/definitions/otel." + name}
}

// outline names the keys of a map that takes others too, for an editor to complete, and looks into those of a structure
// that others have too. What is below is too much otherwise: Prometheus' service discoveries and the detectors
// of resource_detection alone would double the schema.
func (s componentSchemas) outline(structure *component.Structure, mapping map[string]any) {
	properties := map[string]any{}
	for name, key := range structure.Keys {
		_, defined := s.definitions[definition(key)]
		switch resolved := s.catalogue.Resolve(key); {
		case key.Before != "" && mapping["additionalProperties"] == nil: // Taken all the same, and not for an editor to offer.
		case !defined && resolved != nil && (resolved.Type == component.Map || resolved.Type == component.List), s.text(key):
			properties[name] = map[string]any{}
		default:
			properties[name] = s.value(key)
		}
	}
	mapping["properties"] = properties
}

// mapping is the schema of a map. Every node of a schema costs each render time: so nothing is said where any text may
// stand. The keys are not held to a list by propertyNames,
// of whose errors santhosh-tekuri/jsonschema gives the wrong place.
func (s componentSchemas) mapping(structure *component.Structure, optional bool) map[string]any {
	mapping := map[string]any{"type": []any{"object", "string", "null"}, "pattern": fromElsewhere}
	if structure.Open {
		s.open[structure] = mapping

		return mapping
	}
	properties := map[string]any{}
	for name, key := range structure.Keys {
		if s.text(key) {
			properties[name] = map[string]any{}
		} else {
			properties[name] = s.value(key)
		}
	}
	if _, has := properties["enabled"]; optional && !has {
		properties["enabled"] = defined("bool")
	}
	if len(properties) > 0 {
		mapping["properties"] = properties
	}
	if structure.Of != nil {
		mapping["additionalProperties"] = s.value(structure.Of)
	} else {
		mapping["additionalProperties"] = false
	}

	return mapping
}

// text tells whether any scalar may stand at a key.
func (s componentSchemas) text(structure *component.Structure) bool {
	resolved := s.catalogue.Resolve(structure)

	return resolved == nil || slices.Contains([]component.Type{component.String, component.ID, component.Any, component.Text}, resolved.Type)
}

// inlined puts definitions that one place refers to into it.
func inlined(schema any, definitions map[string]any) any {
	uses := map[string]int{}
	var count func(any)
	count = func(node any) {
		switch node := node.(type) {
		case map[string]any:
			if reference, ok := node["$ref"].(string); ok {
				uses[reference]++
			}
			for _, below := range node {
				count(below)
			}
		}
	}
	count(schema)
	count(definitions)
	var inline func(any) any
	inline = func(node any) any {
		of, ok := node.(map[string]any)
		if !ok {
			return node
		}
		if reference, _ := of["$ref"].(string); uses[reference] == 1 {
			name := strings.TrimPrefix(reference, "#/definitions/")
			definition := definitions[name]
			delete(definitions, name)

			return inline(definition)
		}
		for key, below := range of {
			of[key] = inline(below)
		}

		return of
	}
	for _, name := range slices.Sorted(maps.Keys(definitions)) {
		if definition, still := definitions[name]; still {
			definitions[name] = inline(definition)
		}
	}

	return inline(schema)
}

// newerThan is a pattern of versions, such as 0.170.0 or v1.0.0, after one such as 0.165.
func newerThan(version string) string {
	_, minor, _ := strings.Cut(version, ".")
	var later []string
	for i, digit := range minor {
		if digit < '9' {
			later = append(later, fmt.Sprintf("%s[%c-9]%s", minor[:i], digit+1, strings.Repeat("[0-9]", len(minor)-i-1)))
		}
	}
	later = append(later, strings.Repeat("[0-9]", len(minor))+"[0-9]+")

	return `^v?(0\.(` + strings.Join(later, "|") + `)|[1-9][0-9]*\.[0-9]+)(\.|-|$)`
}

// judgeComponents has a schema hold the bodies of components to what is known of them, unless the image is an own build,
// or newer than all that is known.
func judgeComponents(schema, definitions map[string]any) {
	sections, shapes := componentConfig()
	maps.Copy(definitions, shapes)
	known := []any{"", "otlp", "core", "k8s", "contrib", nil}
	read := map[string]any{"not": map[string]any{"type": "string", "pattern": newerThan(component.Known().Newest)}}
	schema["if"] = map[string]any{"properties": map[string]any{"image": map[string]any{"properties": map[string]any{
		"distribution": map[string]any{"enum": known}, "tag": read, "collectorVersion": read,
	}}}}
	schema["then"] = map[string]any{"properties": map[string]any{"config": sections}}
}

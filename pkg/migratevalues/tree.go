package migratevalues

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func mapping(value any) map[string]any {
	found, _ := value.(map[string]any)

	return found
}

// at is the value at keys; nil where there is none.
func at(value any, keys ...string) any {
	for _, key := range keys {
		value = mapping(value)[key]
	}

	return value
}

func texts(value any) []string {
	list, _ := value.([]any)
	found := make([]string, 0, len(list))
	for _, item := range list {
		if text, ok := item.(string); ok {
			found = append(found, text)
		}
	}

	return found
}

func anys(list []string) []any {
	found := make([]any, len(list))
	for i, text := range list {
		found[i] = text
	}

	return found
}

func clone(value any) any { return mapped(value, func(text string) string { return text }) }

// mapped is a copy of a value, each text in it changed.
func mapped(value any, change func(string) string) any {
	switch value := value.(type) {
	case string:
		return change(value)
	case []any:
		list := make([]any, len(value))
		for i, item := range value {
			list[i] = mapped(item, change)
		}

		return list
	case map[string]any:
		fresh := make(map[string]any, len(value))
		for key, item := range value {
			fresh[key] = mapped(item, change)
		}

		return fresh
	default:
		return value
	}
}

// overlay lays src over dst as Helm does values over a chart's defaults: maps merge, anything else replaces, and null
// takes away what dst has.
func overlay(dst, src map[string]any) {
	for key, value := range src {
		below, over := mapping(dst[key]), mapping(value)
		_, there := dst[key]
		switch {
		case value == nil && there:
			delete(dst, key)
		case below != nil && over != nil:
			overlay(below, over)
		default:
			dst[key] = clone(value)
		}
	}
}

// without takes from a value what is the same in another. Maps that this leaves empty go too, unless keep says that their
// being there says something.
func without(value, same map[string]any, keep bool) map[string]any {
	left := map[string]any{}
	for key, item := range value {
		other, there := same[key]
		inner, otherInner := mapping(item), mapping(other)
		switch {
		case !there:
			left[key] = item
		case inner != nil && otherInner != nil:
			if rest := without(inner, otherInner, keep); len(rest) > 0 || keep {
				left[key] = rest
			}
		case !reflect.DeepEqual(item, other):
			left[key] = item
		}
	}

	return left
}

// mentions tells whether a text is in a value, as a key or in a text.
func mentions(value any, what string) bool {
	switch value := value.(type) {
	case string:
		return strings.Contains(value, what)
	case []any:
		return slices.ContainsFunc(value, func(item any) bool { return mentions(item, what) })
	case map[string]any:
		for key, item := range value {
			if strings.Contains(key, what) || mentions(item, what) {
				return true
			}
		}
	}

	return false
}

func typeOf(id string) string {
	name, _, _ := strings.Cut(id, "/")

	return name
}

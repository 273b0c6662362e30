package collectorconfig

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// located is a value that a dotted path leads to.
type located struct {
	value any
	// above is where the step was taken from; nil at the document's root.
	above *located
	step  source.Step
}

// path leads from the document's root to the value alone.
func (l *located) path() source.Path {
	if l.above == nil {
		return nil
	}
	return append(l.above.path(), l.step)
}

// lookup returns the values at a dotted path. It visits every element of a list on the
// way and at its end, `*` visits every value of a map, in the order of the keys, and `~`
// is a dot that belongs to a key. The empty path leads to the document itself.
func lookup(path string, doc any) []any {
	found := locate(path, doc)
	values := make([]any, len(found))
	for i, at := range found {
		values[i] = at.value
	}
	return values
}

// locate is lookup that says where each value stands.
func locate(path string, doc any) []located {
	found := spread([]located{{value: doc}})
	for path != "" {
		var key string
		key, path, _ = strings.Cut(path, ".")
		found = spread(take(found, key))
	}
	return found
}

// take takes the step of a key from everything that was found.
func take(found []located, key string) []located {
	var next []located
	for i := range found {
		m, ok := found[i].value.(map[string]any)
		if !ok {
			continue
		}
		if key == "*" {
			for _, k := range sortedKeys(m) {
				next = append(next, located{value: m[k], above: &found[i], step: source.Key(k)})
			}
			continue
		}
		k := strings.ReplaceAll(key, "~", ".")
		if value, ok := m[k]; ok {
			next = append(next, located{value: value, above: &found[i], step: source.Key(k)})
		}
	}
	return next
}

// spread puts the elements of lists in the lists' place.
func spread(found []located) []located {
	isList := func(at located) bool { _, is := at.value.([]any); return is }
	if !slices.ContainsFunc(found, isList) {
		return found
	}
	var flat []located
	for _, at := range found {
		list, is := at.value.([]any)
		if !is {
			flat = append(flat, at)
		}
		for i, value := range list {
			flat = append(flat, located{value: value, above: &at, step: source.Index(i)})
		}
	}
	return flat
}

// holds tells whether all conditions hold in a document.
func holds(when []component.Condition, doc map[string]any) bool {
	for _, c := range when {
		if meets(c, lookup(c.Path, doc)) == c.Not {
			return false
		}
	}
	return true
}

func meets(c component.Condition, values []any) bool {
	if c.Exists {
		return len(values) > 0
	}
	for _, v := range values {
		text := scalarText(v)
		switch {
		case c.Equals != nil:
			if text == scalarText(c.Equals) {
				return true
			}
		case c.Since != "":
			if semver.Compare("v"+text, "v"+c.Since) >= 0 {
				return true
			}
		case c.Before != "":
			if semver.Compare("v"+text, "v"+c.Before) < 0 {
				return true
			}
		}
	}
	return false
}

// scalarText prints a scalar as Helm's toString does; whole floats have no fraction.
func scalarText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case map[string]any, []any:
		return ""
	default:
		return fmt.Sprint(v)
	}
}

// overlay lays src over dst, in place: maps merge, a scalar or list replaces, null
// keeps what is there. What it sets is shared with src.
func overlay(dst, src map[string]any) {
	for key, value := range src {
		old, there := dst[key]
		oldMap, oldIs := old.(map[string]any)
		newMap, newIs := value.(map[string]any)
		switch {
		case oldIs && newIs:
			overlay(oldMap, newMap)
		case there && value == nil:
		default:
			dst[key] = value
		}
	}
}

// clone copies maps and lists, deep.
func clone(v any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			m[key] = clone(value)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, value := range v {
			list[i] = clone(value)
		}
		return list
	default:
		return v
	}
}

var chartVariable = regexp.MustCompile(`\$\{chart:[^}]+\}`)

// substitute clones a document with each `${chart:PATH}` in its strings replaced by the
// fact at PATH.
func substitute(v any, facts map[string]any) any {
	switch v := v.(type) {
	case map[string]any:
		m := make(map[string]any, len(v))
		for key, value := range v {
			m[key] = substitute(value, facts)
		}
		return m
	case []any:
		list := make([]any, len(v))
		for i, value := range v {
			list[i] = substitute(value, facts)
		}
		return list
	case string:
		return chartVariable.ReplaceAllStringFunc(v, func(name string) string {
			path := strings.TrimSuffix(strings.TrimPrefix(name, "${chart:"), "}")
			for _, fact := range lookup(path, facts) {
				return scalarText(fact)
			}
			return ""
		})
	default:
		return v
	}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func asMap(v any) map[string]any {
	m, _ := v.(map[string]any)
	return m
}

func asStrings(v any) []string {
	list, _ := v.([]any)
	var texts []string
	for _, item := range list {
		texts = append(texts, scalarText(item))
	}
	return texts
}

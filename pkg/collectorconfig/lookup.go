package collectorconfig

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// lookup returns the values at a dotted path. It visits every element of a list on the
// way and at its end, `*` visits every value of a map, in the order of the keys, and `~`
// is a dot that belongs to a key.
func lookup(path string, doc any) []any {
	found := []any{doc}
	if path != "" {
		for _, key := range strings.Split(path, ".") {
			found = step(key, found)
		}
	}
	return flatten(found)
}

func step(key string, docs []any) []any {
	var found []any
	for _, doc := range flatten(docs) {
		m, ok := doc.(map[string]any)
		if !ok {
			continue
		}
		if key == "*" {
			for _, k := range sortedKeys(m) {
				found = append(found, m[k])
			}
		} else if v, ok := m[strings.ReplaceAll(key, "~", ".")]; ok {
			found = append(found, v)
		}
	}
	return found
}

func flatten(docs []any) []any {
	var flat []any
	for _, doc := range docs {
		if list, ok := doc.([]any); ok {
			flat = append(flat, list...)
		} else {
			flat = append(flat, doc)
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
		case c.Contains != "":
			if strings.Contains(text, c.Contains) {
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

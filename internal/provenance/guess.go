package provenance

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A guess is a value that may feed a field.
type guess struct {
	path []string
	// changes are what it is changed to, the first that shows something.
	changes []any
	// tail is how many keys the end of its path has in common with the field's.
	tail int
	// like is 2 where its text is the field's, and 1 where it is a part of it.
	like int
	// inside leads on to the field where the value is a text that holds YAML.
	inside source.Path
}

// guesses are the values that may feed a field, the likeliest first: those that are called like it, and those that say the
// same. A key that the values don't have may be one that its chart reads.
func guesses(values map[string]any, field place, was any) []guess {
	steps := field.steps()
	var found []guess
	walk(values, nil, func(path []string, value any) {
		g := guess{path: path, changes: changesOf(value), tail: tailOf(path, steps), like: likeness(value, was)}
		if text, ok := value.(string); ok && field.embedded {
			if other, ok := textChanged(text, field.inner); ok {
				g.tail, g.inside, g.changes = len(steps), field.inner, []any{other}
			}
		}
		if (g.tail > 0 || g.like > 0) && len(g.changes) > 0 {
			found = append(found, g)
		}
	})
	if was == nil {
		found = append(found, unset(values, steps)...)
	}
	slices.SortStableFunc(found, func(a, b guess) int {
		return cmp.Or(cmp.Compare(b.tail, a.tail), cmp.Compare(b.like, a.like), cmp.Compare(len(a.path), len(b.path)), slices.Compare(a.path, b.path))
	})

	return found
}

// walk visits every value, maps and lists too, in an order that stays the same.
func walk(value any, path []string, visit func(path []string, value any)) {
	if len(path) > 0 {
		visit(slices.Clone(path), value)
	}
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			walk(value[key], append(path, key), visit)
		}
	case []any:
		for i, item := range value {
			walk(item, append(path, strconv.Itoa(i)), visit)
		}
	}
}

// unset are the keys that the values lack, where a map of them is called like one on the way to the field, or at their top.
func unset(values map[string]any, steps []string) []guess {
	var found []guess
	add := func(path, rest []string) {
		found = append(found, guess{path: append(slices.Clone(path), rest...), changes: []any{"1"}, tail: len(rest) + 1})
	}
	walk(values, nil, func(path []string, value any) {
		if _, isMap := value.(map[string]any); !isMap {
			return
		}
		for i := len(steps) - 2; i >= 0; i-- {
			if path[len(path)-1] == steps[i] && lacks(value, steps[i+1:]) {
				add(path, steps[i+1:])

				return
			}
		}
	})
	for i := max(0, len(steps)-4); i < len(steps); i++ {
		if lacks(values, steps[i:]) {
			add(nil, steps[i:])
		}
	}

	return found
}

// lacks tells whether the values could have the path, and don't.
func lacks(values any, path []string) bool {
	for _, key := range path {
		below, isMap := values.(map[string]any)
		if !isMap {
			return false
		}
		value, ok := below[key]
		if !ok {
			return true
		}
		values = value
	}

	return values == nil
}

// tailOf counts the keys that two paths have in common at their ends, without the indexes of lists.
func tailOf(path, steps []string) int {
	keys := slices.DeleteFunc(slices.Clone(path), func(key string) bool {
		_, err := strconv.Atoi(key)

		return err == nil
	})
	if len(keys) == 0 || keys[len(keys)-1] != path[len(path)-1] {
		return 0 // An item of a list is not called anything.
	}
	n := 0
	for n < len(keys) && n < len(steps) && keys[len(keys)-1-n] == steps[len(steps)-1-n] {
		n++
	}

	return n
}

// likeness compares values: 2 where they are the same, 1 where a text is a part of the other. Short ones, and what is
// everywhere, are a part of too much.
func likeness(value, field any) int {
	a, b := scalarText(value), scalarText(field)
	switch {
	case a == "" && b == "":
		if text := jsonOf(value); len(text) > 4 && text == jsonOf(field) {
			return 2
		}

		return 0
	case a == "" || b == "" || a == "true" || a == "false":
		return 0
	case a == b:
		return 2
	case len(a) > 2 && strings.Contains(b, a):
		return 1
	default:
		return 0
	}
}

func jsonOf(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}

	return string(text)
}

// scalarText is a scalar's text, empty for other values.
func scalarText(value any) string {
	switch value.(type) {
	case nil, map[string]any, []any:
		return ""
	default:
		return fmt.Sprint(value)
	}
}

// at is the value at a path of keys; nil where there is none.
func at(values map[string]any, path []string) any {
	var value any = values
	for _, key := range path {
		below, _ := value.(map[string]any)
		value = below[key]
	}

	return value
}

// endsWith tells whether a path ends with a key in dots.
func endsWith(path []string, key string) bool {
	keys := strings.Split(key, ".")

	return len(path) >= len(keys) && slices.Equal(path[len(path)-len(keys):], keys)
}

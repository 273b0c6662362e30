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

// An entry is one of a chart's values, maps and lists among them.
type entry struct {
	path  []string
	value any
	// text is a scalar's.
	text string
	// whole is the JSON of what is no scalar, once somebody has asked.
	whole string
}

func (e *entry) json() string {
	if e.whole == "" {
		e.whole = jsonOf(e.value)
	}

	return e.whole
}

// mostValues is how many values a chart may have to be searched for those that feed a field.
const mostValues = 20_000

// entriesOf are the values of a chart in an order that stays the same; none of a chart that has too many.
func entriesOf(values map[string]any) []entry {
	var found []entry
	walk(values, nil, func(path []string, value any) {
		if len(found) <= mostValues {
			found = append(found, entry{path: path, value: value, text: scalarText(value)})
		}
	})
	if len(found) > mostValues {
		return nil
	}

	return found
}

// guesses are the values that may feed a field, the likeliest first: those that are called like it, and those that say the
// same. A key that the values don't have may be one that its chart reads.
func guesses(entries []entry, field place, was any) []guess {
	steps, text, whole := field.steps(), scalarText(was), jsonOf(was)
	var found []guess
	for i := range entries {
		e := &entries[i]
		g := guess{path: e.path, tail: tailOf(e.path, steps), like: likeness(e, text, whole)}
		holds := ""
		if long, ok := e.value.(string); ok && field.embedded {
			if other, ok := textChanged(long, field.inner); ok {
				g.tail, g.inside, holds = len(steps), field.inner, other
			}
		}
		if g.tail == 0 && g.like == 0 {
			continue
		}
		if g.changes = changesOf(e.value); holds != "" {
			g.changes = []any{holds}
		}
		if len(g.changes) > 0 {
			found = append(found, g)
		}
	}
	if was == nil {
		found = append(found, unset(entries, steps)...)
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
func unset(entries []entry, steps []string) []guess {
	var found []guess
	add := func(path, rest []string) {
		found = append(found, guess{path: append(slices.Clone(path), rest...), changes: []any{"1"}, tail: len(rest) + 1})
	}
	top := map[string]any{}
	for _, e := range entries {
		if len(e.path) == 1 {
			top[e.path[0]] = e.value
		}
		if _, isMap := e.value.(map[string]any); !isMap {
			continue
		}
		for i := len(steps) - 2; i >= 0; i-- {
			if e.path[len(e.path)-1] == steps[i] && lacks(e.value, steps[i+1:]) {
				add(e.path, steps[i+1:])

				break
			}
		}
	}
	for i := max(0, len(steps)-4); i < len(steps); i++ {
		if lacks(top, steps[i:]) {
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
	if len(steps) == 0 || path[len(path)-1] != steps[len(steps)-1] {
		return 0
	}
	keys := slices.DeleteFunc(slices.Clone(path), func(key string) bool {
		_, err := strconv.Atoi(key)

		return err == nil
	})
	n := 0
	for n < len(keys) && n < len(steps) && keys[len(keys)-1-n] == steps[len(steps)-1-n] {
		n++
	}

	return n
}

// likeness compares values: 2 where they are the same, 1 where a text is a part of the other. Short ones, and what is
// everywhere, are a part of too much.
func likeness(e *entry, text, whole string) int {
	switch a := e.text; {
	case a == "" && text == "":
		if len(whole) > 4 && e.json() == whole {
			return 2
		}

		return 0
	case a == "" || text == "" || a == "true" || a == "false":
		return 0
	case a == text:
		return 2
	case len(a) > 2 && strings.Contains(text, a):
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

// endsWith tells whether a path ends with a key in dots.
func endsWith(path []string, key string) bool {
	keys := strings.Split(key, ".")

	return len(path) >= len(keys) && slices.Equal(path[len(path)-len(keys):], keys)
}

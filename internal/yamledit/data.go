package yamledit

import (
	"cmp"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// ordered are changes in an order in which none moves the place of a later one: values first, then what goes, the last of a
// list before those in front of it, and then new keys, the inner ones first.
func ordered(changes []Change) []Change {
	rank := func(c Change) int {
		switch {
		case c.Remove:
			return 1
		case c.Rename != "":
			return 2
		default:
			return 0
		}
	}
	sorted := slices.Clone(changes)
	slices.SortStableFunc(sorted, func(a, b Change) int {
		pathA, pathB := a.Path.Join(a.Inside...), b.Path.Join(b.Inside...)

		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(len(pathB), len(pathA)), cmp.Compare(last(pathB), last(pathA)))
	})

	return sorted
}

// last is the index with which a path ends.
func last(path source.Path) int {
	if len(path) == 0 {
		return 0
	}
	index, _ := path[len(path)-1].Index()

	return index
}

// With is what data says after changes, which are all of its document. The maps and lists given are changed.
func With(data any, changes []Change) any {
	for _, c := range ordered(changes) {
		data = with(data, c.Path.Join(c.Inside...), c)
	}

	return data
}

// with is data after a change at a path.
func with(data any, path source.Path, c Change) any {
	if len(path) == 0 {
		return c.Value
	}
	key, isKey := path[0].Key()
	list, isList := data.([]any)
	if isList || data == nil && !isKey {
		return withItem(list, path, c)
	}
	if !isKey {
		return data
	}
	changed, _ := data.(map[string]any)
	if changed == nil {
		changed = map[string]any{}
	}
	switch {
	case len(path) > 1:
		changed[key] = with(changed[key], path[1:], c)
	case c.Remove:
		delete(changed, key)
	case c.Rename != "":
		changed[c.Rename] = changed[key]
		delete(changed, key)
	default:
		changed[key] = c.Value
	}

	return changed
}

func withItem(list []any, path source.Path, c Change) any {
	i, ok := path[0].Index()
	if !ok || i > len(list) {
		return list
	}
	switch {
	case len(path) == 1 && c.Insert != nil:
		return slices.Insert(list, i, c.Insert...)
	case i == len(list):
		return append(list, with(nil, path[1:], c))
	case len(path) == 1 && c.Remove:
		return slices.Delete(list, i, i+1)
	default:
		list[i] = with(list[i], path[1:], c)

		return list
	}
}

// lookup is what data has at a path.
func lookup(data any, path source.Path) any {
	for _, step := range path {
		key, _ := step.Key()
		switch at := data.(type) {
		case map[string]any:
			data = at[key]
		case []any:
			i, ok := step.Index()
			if !ok || i >= len(at) {
				return nil
			}
			data = at[i]
		default:
			return nil
		}
	}

	return data
}

// nested is a value below the keys of a path.
func nested(path source.Path, value any) any {
	for i := len(path) - 1; i >= 0; i-- {
		if key, ok := path[i].Key(); ok {
			value = map[string]any{key: value}
		} else {
			value = []any{value}
		}
	}

	return value
}

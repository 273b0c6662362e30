package lint

import (
	"strconv"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Field is a place in an object or a collector config: the value that stands there, or
// the place where it would stand. The zero Field is nowhere, and nothing is below it.
type Field struct {
	root *source.Node
	node *source.Node // nil where nothing stands
	path source.Path
	// within is the field whose text this one was worked out of, where positions inside
	// of it are not known.
	within *Field
}

// At is the field at the steps below this one: keys (string) and indexes (int).
func (f Field) At(steps ...any) Field {
	path := toPath(steps)
	below := Field{root: f.root, path: f.path.Join(path...), within: f.within}
	if f.node != nil {
		below.node = f.node.Lookup(path)
	}
	return below
}

func toPath(steps []any) source.Path {
	path := make(source.Path, 0, len(steps))
	for _, step := range steps {
		switch step := step.(type) {
		case string:
			path = append(path, source.Key(step))
		case int:
			path = append(path, source.Index(step))
		}
	}
	return path
}

// fromPath is a path as At takes it.
func fromPath(path source.Path) []any {
	steps := make([]any, 0, len(path))
	for _, step := range path {
		if index, ok := step.Index(); ok {
			steps = append(steps, index)
		} else if key, ok := step.Key(); ok {
			steps = append(steps, key)
		}
	}
	return steps
}

// Steps are the keys and indexes that lead to the field, as At takes them.
func (f Field) Steps() []any { return fromPath(f.path) }

// Exists tells whether something stands there; null counts as nothing.
func (f Field) Exists() bool { return f.node != nil && !f.node.IsNull() }

// Written tells whether the key stands there, also with null.
func (f Field) Written() bool { return f.node != nil }

// Path is where the field is in its document, such as spec.template.
func (f Field) Path() string {
	if f.within != nil {
		return f.within.Path()
	}
	return f.path.String()
}

// Position is where a person edits the field: its key, or the nearest place around it
// where something stands.
func (f Field) Position() source.Position {
	switch {
	case f.within != nil:
		return f.within.Position()
	case f.root == nil:
		return source.Position{}
	}
	return f.root.PositionOf(f.path)
}

// Text is a scalar's text; empty for anything else.
func (f Field) Text() string {
	if !f.Exists() || f.node.Kind != source.Scalar {
		return ""
	}
	return f.node.Value
}

// Int is a whole number, also one that is written as a string.
func (f Field) Int() (int64, bool) {
	number, err := strconv.ParseInt(f.Text(), 10, 64)
	return number, err == nil
}

// True tells whether the field is the boolean true.
func (f Field) True() bool { return f.Text() == "true" }

// Len is the number of items or keys; 0 for a scalar.
func (f Field) Len() int {
	if f.node == nil {
		return 0
	}
	return len(f.node.Items) + len(f.node.Pairs)
}

// Items are the items of a list; nil for anything else.
func (f Field) Items() []Field {
	if f.node == nil {
		return nil
	}
	items := make([]Field, 0, len(f.node.Items))
	for i, item := range f.node.Items {
		items = append(items, Field{root: f.root, node: item, path: f.path.Join(source.Index(i)), within: f.within})
	}
	return items
}

// Keys are the keys of a map in the order of the file; nil for anything else.
func (f Field) Keys() []string {
	if f.node == nil {
		return nil
	}
	keys := make([]string, 0, len(f.node.Pairs))
	for _, pair := range f.node.Pairs {
		keys = append(keys, pair.Key.Value)
	}
	return keys
}

// Texts are the texts of a list's scalars.
func (f Field) Texts() []string {
	var texts []string
	for _, item := range f.Items() {
		texts = append(texts, item.Text())
	}
	return texts
}

// StringMap is a map of scalars, such as labels; empty for anything else.
func (f Field) StringMap() map[string]string {
	found := map[string]string{}
	for _, key := range f.Keys() {
		found[key] = f.At(key).Text()
	}
	return found
}

// Value is what stands there in Go's plain types; nil for nothing.
func (f Field) Value() any {
	if f.node == nil {
		return nil
	}
	return f.node.Any()
}

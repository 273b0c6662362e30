package provenance

import (
	"reflect"
	"slices"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// documents are those of a rendering's manifests, by file.
type documents map[string]*source.File

func documentsOf(r *render.Rendering) documents {
	found := make(documents, len(r.Manifests))
	for _, m := range r.Manifests {
		found[m.File] = m.Parsed
	}

	return found
}

// A place is a field of an object, or of a config in one of its texts.
type place struct {
	file, kind, name string
	// nth is which of the file's objects of the kind it is.
	nth int
	// outer leads to the field, or to the text that inner leads on from.
	outer, inner source.Path
	embedded     bool
}

// steps are the keys and indexes that lead to the field.
func (p place) steps() []string {
	var steps []string
	for _, step := range append(append(source.Path{}, p.outer...), p.inner...) {
		if key, ok := step.Key(); ok {
			steps = append(steps, key)
		}
	}

	return steps
}

func (d documents) of(file string) []*source.Document {
	if d[file] == nil {
		return nil
	}
	found, err := d[file].Documents()
	if err != nil {
		return nil
	}

	return found
}

// find is the place of a finding. Its path is one of its object, or of the config that stands in a text of it.
func (d documents) find(f lint.Finding) (place, bool) {
	path, err := source.ParsePath(f.Path)
	if err != nil || len(path) == 0 {
		return place{}, false
	}
	var root *source.Node
	at := place{file: f.Position.File, kind: f.Object.Kind, name: f.Object.Name, nth: -1}
	for _, document := range d.of(at.file) {
		if text(document.Root, "kind") != at.kind {
			continue
		}
		at.nth++
		if text(document.Root.Get("metadata"), "name") == at.name {
			root = document.Root

			break
		}
	}
	if root == nil {
		return place{}, false
	}
	first, _ := path[0].Key()
	if root.Get(first) != nil {
		at.outer = path

		return at, true
	}
	outer, ok := holder(root, first)
	at.outer, at.inner, at.embedded = outer, path, true

	return at, ok
}

// holder is the path to the text that holds a document with the key.
func holder(root *source.Node, key string) (found source.Path, ok bool) {
	root.Scalars(func(path source.Path, scalar *source.Node) {
		if ok || scalar.Style != source.Literal && scalar.Style != source.Folded && scalar.Style != source.Quoted {
			return
		}
		inside, err := scalar.Embedded()
		if err == nil && len(inside) > 0 && inside[0].Root.Get(key) != nil {
			found, ok = append(source.Path{}, path...), true
		}
	})

	return found, ok
}

// read is what stands at a place, in Go's plain types.
func (d documents) read(at place) (value any, exists bool) {
	nth := -1
	for _, document := range d.of(at.file) {
		if text(document.Root, "kind") != at.kind {
			continue
		}
		if nth++; nth == at.nth {
			return at.in(document.Root)
		}
	}

	return nil, false
}

func (p place) in(root *source.Node) (value any, exists bool) {
	node := root.Lookup(p.outer)
	if p.embedded && node != nil {
		inside, err := node.Embedded()
		if err != nil || len(inside) == 0 {
			return nil, false
		}
		node = inside[0].Root.Lookup(p.inner)
	}
	if node == nil {
		return nil, false
	}

	return node.Any(), true
}

func text(node *source.Node, key string) string {
	if node == nil {
		return ""
	}
	if value := node.Get(key); value != nil {
		return value.Value
	}

	return ""
}

// has tells whether the place's object is there.
func (d documents) has(at place) bool {
	_, exists := d.read(place{file: at.file, kind: at.kind, nth: at.nth})

	return exists
}

// differs tells whether a field is there, and other than it was. An item of a list that has only moved is no other.
func (d documents) differs(at place, was any, existed bool) bool {
	is, exists := d.read(at)
	if !exists || existed && reflect.DeepEqual(is, was) {
		return false
	}
	list, ok := at.list()
	if !existed || !ok {
		return true
	}
	items, _ := d.read(list)
	all, _ := items.([]any)

	return !slices.ContainsFunc(all, func(item any) bool { return reflect.DeepEqual(item, was) })
}

// list is the list whose item the place is.
func (p place) list() (place, bool) {
	path := &p.outer
	if p.embedded {
		path = &p.inner
	}
	if len(*path) == 0 {
		return place{}, false
	}
	last := len(*path) - 1
	_, isItem := (*path)[last].Index()
	*path = (*path)[:last:last]

	return p, isItem
}

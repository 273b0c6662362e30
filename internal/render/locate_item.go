package render

import (
	"slices"
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// LocateItem says where the user must edit to change what is in a list that a manifest shows: the item, or what is below it,
// of the file that sets the list. The keys are of the list, as in Locate. It is false where the list is not as one file has
// it: since an argument or the chart has changed it, nobody knows which of its items are the user's.
func (r *Rendering) LocateItem(file string, list *source.Node, below source.Path, keys ...string) (source.Position, bool) {
	l, path, ok := r.setsList(file, list, keys)
	if !ok {
		return source.Position{}, false
	}
	steps := make([]string, 0, len(below))
	for _, step := range below {
		name, _ := step.Key()
		if i, isIndex := step.Index(); isIndex {
			name = strconv.Itoa(i)
		}
		steps = append(steps, name)
	}
	at, depth := findNode(l.valueAt(path), steps)

	return source.Position{File: l.file, Line: at.Line, Column: at.Column}, depth > 0
}

// PlacedList is where a list that a manifest shows is to be edited in a file: in the one that has all of it. The keys are of
// the list, as in Locate.
func (r *Rendering) PlacedList(file string, list *source.Node, keys ...string) (Placed, bool) {
	l, path, ok := r.setsList(file, list, keys)

	return Placed{File: l.file, Path: path, Written: true}, ok && editable(l)
}

// setsList is the file, and the path in it, that has a list just as a manifest shows it. Only what sets the first key that
// is set at all can be.
func (r *Rendering) setsList(file string, list *source.Node, keys []string) (layer, []string, bool) {
	owner, prefix := r.owner(file)
	if owner == nil || owner.Metadata.Name != collectorChart {
		return layer{}, nil, false
	}
	modes, layers := r.modes(prefix), r.valuesLayers()
	for _, key := range keys {
		for _, path := range spellings(prefix, modes, splitPath(key)) {
			for _, l := range slices.Backward(layers) {
				if _, depth := l.find(path); depth == len(path) {
					return l, path, l.root != nil && shows(list, l.valueAt(path))
				}
			}
		}
	}

	return layer{}, nil, false
}

// valueAt is what a file has at a path; nil for nothing.
func (l layer) valueAt(path []string) *yaml.Node {
	if len(l.root.Content) == 0 {
		return nil
	}
	node := named(l.root.Content[0])
	for len(path) > 0 {
		_, value, taken := child(node, path)
		if value == nil {
			return nil
		}
		node, path = named(value), path[taken:]
	}

	return node
}

// named is what an alias names, or else the node itself.
func named(node *yaml.Node) *yaml.Node {
	for node.Kind == yaml.AliasNode {
		node = node.Alias
	}

	return node
}

// shows tells whether what is rendered is what is written. Where they may be written in different ways, it is no.
func shows(rendered *source.Node, written *yaml.Node) bool {
	if rendered == nil || written == nil {
		return false
	}
	written = named(written)
	switch rendered.Kind {
	case source.Sequence:
		return written.Kind == yaml.SequenceNode && slices.EqualFunc(rendered.Items, written.Content, shows)
	case source.Mapping:
		if written.Kind != yaml.MappingNode || len(written.Content) != 2*len(rendered.Pairs) {
			return false
		}
		for i := 0; i < len(written.Content); i += 2 {
			if !shows(rendered.Get(written.Content[i].Value), written.Content[i+1]) {
				return false
			}
		}

		return true
	default:
		return written.Kind == yaml.ScalarNode && sameScalar(rendered, written)
	}
}

// sameScalar compares values: a number may have been 1000000 and be 1e+06, and a date is a text.
func sameScalar(rendered *source.Node, written *yaml.Node) bool {
	was, is := scalarKind(written.ShortTag()), scalarKind(rendered.Tag)
	switch {
	case was != is:
		return false
	case was == "!!null" || rendered.Value == written.Value:
		return true
	case was != "!!float":
		return false
	}
	a, unread := strconv.ParseFloat(written.Value, 64)
	b, err := strconv.ParseFloat(rendered.Value, 64)

	return unread == nil && err == nil && a == b
}

// scalarKind is a tag of those that values keep apart.
func scalarKind(tag string) string {
	switch tag {
	case "!!timestamp":
		return "!!str"
	case "!!int":
		return "!!float"
	default:
		return tag
	}
}

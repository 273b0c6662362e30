// Package fix mends what lint finds, in the files that a user wrote: it finds where a field of a manifest stands in them,
// makes the changes, and keeps those after which the finding is gone and no other has come.
package fix

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Places are all that stands in files, by where it begins.
type Places struct {
	at    map[source.Position][]yamledit.Place
	files map[string][]*source.Document
}

// NewPlaces reads files. What is no YAML has no places.
func NewPlaces(files Files) *Places {
	p := &Places{at: map[source.Position][]yamledit.Place{}, files: map[string][]*source.Document{}}
	for name, data := range files {
		documents, err := source.Parse(name, data)
		if err != nil {
			continue
		}
		p.files[name] = documents
		for i, document := range documents {
			p.note(document.Root.Position(), yamledit.Place{Document: i})
			p.walk(document.Root, yamledit.Place{Document: i})
		}
	}

	return p
}

func (p *Places) note(at source.Position, place yamledit.Place) { p.at[at] = append(p.at[at], place) }

// walk notes what is below a node, also in texts that hold YAML, such as those of ConfigMaps.
func (p *Places) walk(node *source.Node, place yamledit.Place) {
	for _, pair := range node.Pairs {
		below := place.Below(source.Key(pair.Key.Value))
		p.note(pair.Key.Position(), below)
		p.walk(pair.Value, below)
	}
	for i, item := range node.Items {
		below := place.Below(source.Index(i))
		p.note(item.Position(), below)
		p.walk(item, below)
	}
	if node.Kind != source.Scalar || node.Style != source.Literal || place.Inside != nil || !strings.Contains(node.Value, ":") {
		return
	}
	if documents, err := node.Embedded(); err == nil && len(documents) == 1 {
		place.Inside = source.Path{}
		p.note(documents[0].Root.Position(), place)
		p.walk(documents[0].Root, place)
	}
}

// At is the place that begins at a position and ends with a step, or, with none, is the whole of a document.
func (p *Places) At(at source.Position, step *source.Step) (yamledit.Place, bool) {
	for _, place := range p.at[at] {
		last, below := place.Last()
		if step == nil && !below || step != nil && below && last == *step {
			return place, true
		}
	}

	return yamledit.Place{}, false
}

// Node is what stands at a place; nil for nothing.
func (p *Places) Node(file string, place yamledit.Place) *source.Node {
	documents := p.files[file]
	if place.Document >= len(documents) {
		return nil
	}
	node := documents[place.Document].Lookup(place.Path)
	if node == nil || place.Inside == nil {
		return node
	}
	inner, err := node.Embedded()
	if err != nil || len(inner) != 1 {
		return nil
	}

	return inner[0].Lookup(place.Inside)
}

// Find is the place of a value of a chart at a path, of which one step may be several of the file's where a key has dots.
// Missing are the steps at which nothing stands.
func (p *Places) Find(file string, path []string) (place yamledit.Place, missing []string) {
	documents := p.files[file]
	if len(documents) != 1 {
		return yamledit.Place{}, path
	}
	node := documents[0].Root
	for len(path) > 0 {
		taken := len(path)
		for ; taken > 0; taken-- {
			if next := node.Lookup(source.Keys(strings.Join(path[:taken], "."))); next != nil {
				node = next

				break
			}
		}
		if taken == 0 {
			break
		}
		place = place.Below(source.Key(strings.Join(path[:taken], ".")))
		path = path[taken:]
	}

	return place, path
}

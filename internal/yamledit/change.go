package yamledit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A Place is where a value of a file stands, or would stand.
type Place struct {
	// Document counts those of the file from 0.
	Document int
	Path     source.Path
	// Inside leads on in the YAML that the text at the path holds; nil: it leads nowhere.
	Inside source.Path
}

// Below is a place further on.
func (p Place) Below(steps ...source.Step) Place {
	if p.Inside != nil {
		p.Inside = p.Inside.Join(steps...)
	} else {
		p.Path = p.Path.Join(steps...)
	}

	return p
}

// Last is the last step to the place in its document, or in the text that holds it; false at their root.
func (p Place) Last() (source.Step, bool) {
	path := p.Path
	if p.Inside != nil {
		path = p.Inside
	}
	if len(path) == 0 {
		return source.Step{}, false
	}

	return path[len(path)-1], true
}

// A Change is what a file is to say at a place: nothing (Remove), the same under another key (Rename), more items of a list
// there (Insert), or a value.
type Change struct {
	Place
	Remove bool
	Rename string
	// Insert are items that go in front of the one at the place, or behind the last.
	Insert []any
	Value  any
	// Items are Insert, or Value, where they are put into many texts; nil: they are not.
	Items *Items
}

// ErrWritten says that a file is written in a way in which a change can't be made in its text.
var ErrWritten = errors.New("it can't be changed as it is written")

// Make makes changes in the text of a file. Where the text would not say what it should then, and nothing else, it is
// ErrWritten.
func Make(file string, data []byte, changes []Change) ([]byte, error) {
	const mark = "\uFEFF"
	text := bytes.TrimPrefix(data, []byte(mark))
	documents, err := source.Parse(file, text)
	if err != nil {
		return nil, err
	}
	if len(documents) == 0 {
		documents = []*source.Document{nil}
	}
	changed, err := Edit(file, text, documents, changes)
	if err != nil {
		return nil, err
	}

	return append(data[:len(data)-len(text):len(data)-len(text)], changed...), nil
}

// Edit is Make for a text without a mark of the byte order, whose documents are read already.
func Edit(file string, text []byte, documents []*source.Document, changes []Change) ([]byte, error) {
	if stand, some := withStandIns(text, changes); some {
		changed, isJSON, err := edit(file, text, documents, stand)
		if err != nil {
			return nil, err
		}
		if settled, ok := settle(changed, changes, isJSON); ok {
			return settled, nil
		}
	}
	changed, _, err := edit(file, text, documents, changes)

	return changed, err
}

func edit(file string, text []byte, documents []*source.Document, changes []Change) (changed []byte, isJSON bool, err error) {
	t := Text{Bytes: text, json: json.Valid(text)}
	changed, err = t.edit(file, documents, changes)
	if err != nil && (bytes.Contains(text, []byte("|+")) || bytes.Contains(text, []byte(">+"))) {
		t = Text{Bytes: text, keep: true}
		changed, err = t.edit(file, documents, changes)
	}

	return changed, t.json, err
}

func (t *Text) edit(file string, documents []*source.Document, changes []Change) ([]byte, error) {
	text := t.Bytes
	var splices []Splice
	// Where two write at one place, such as behind the last line of a map, what belongs further inside comes first: it has
	// the longer path, or is indented deeper.
	inner := slices.Clone(changes)
	slices.SortStableFunc(inner, func(a, b Change) int { return len(b.Path) + len(b.Inside) - len(a.Path) - len(a.Inside) })
	for _, c := range inner {
		if c.Document >= len(documents) {
			return nil, fmt.Errorf("%s has no document %d: %w", file, c.Document+1, ErrWritten)
		}
		t.Document = documents[c.Document]
		made, ok := t.splicesOf(c)
		if !ok {
			return nil, fmt.Errorf("%s: %s: %w", file, c.Path.Join(c.Inside...), ErrWritten)
		}
		splices = append(splices, made...)
	}
	slices.SortStableFunc(splices, func(a, b Splice) int { return margin(b) - margin(a) })
	changed, apart := Apply(text, splices)
	if !apart || t.json && !json.Valid(changed) || !says(file, changed, documents, changes) {
		return nil, fmt.Errorf("%s: %w", file, ErrWritten)
	}

	return changed, nil
}

// margin is how far the lines are indented that a splice writes.
func margin(s Splice) int {
	text := strings.TrimLeft(s.Text, "\r\n")

	return len(text) - len(strings.TrimLeft(text, " "))
}

// EditInTurn is Edit, which makes one change after the other where they can't be made at once: such as two that both take
// a comma away. The last line is ended where that is what it needs.
func EditInTurn(file string, text []byte, documents []*source.Document, changes []Change) ([]byte, error) {
	changed, err := Edit(file, text, documents, changes)
	if err != nil && len(changes) > 1 {
		changed, err = inTurn(file, text, documents, changes)
	}
	if err == nil {
		return changed, nil
	}
	// With the last line ended, a text between lines that is the last one then stays as it is.
	if ended, same := end(file, text, documents); same {
		return EditInTurn(file, append(bytes.Clone(text), '\n'), ended, changes)
	}

	return nil, err
}

func inTurn(file string, text []byte, documents []*source.Document, changes []Change) ([]byte, error) {
	var err error
	for _, c := range ordered(changes) {
		if text, err = Edit(file, text, documents, []Change{c}); err != nil {
			return nil, err
		}
		if documents, err = source.Parse(file, text); err != nil {
			return nil, err
		}
	}

	return text, nil
}

// end are the documents of a text whose last line is not ended, once it is; false where it is, or they would say other
// things then.
func end(file string, text []byte, documents []*source.Document) ([]*source.Document, bool) {
	if len(text) == 0 || text[len(text)-1] == '\n' {
		return nil, false
	}
	ended, err := source.Parse(file, append(bytes.Clone(text), '\n'))
	if err != nil || len(ended) != len(documents) {
		return nil, false
	}
	for i := range ended {
		if !reflect.DeepEqual(dataOf(ended[i]), dataOf(documents[i])) {
			return nil, false
		}
	}

	return ended, true
}

// splicesOf are those that make one change.
func (t *Text) splicesOf(c Change) ([]Splice, bool) {
	if t.Document == nil {
		end := len(t.Bytes)

		return []Splice{{end, end, lines(nested(c.Path, c.Value), 0, "\n")}}, !c.Remove && c.Rename == "" && c.Insert == nil && c.Inside == nil
	}
	root, path := t.Document.Root, c.Path
	if c.Inside != nil {
		inner := embedded(root, c.Path)
		if inner == nil {
			return nil, false
		}
		root, path = inner, c.Inside
	}
	switch {
	case len(path) == 0:
		return nil, false
	case c.Insert != nil:
		return t.insert(root, path, c.Insert)
	case c.Remove:
		return t.remove(root, path)
	case c.Rename != "":
		return t.rename(root, path, c.Rename)
	default:
		return t.set(root, path, c.Value)
	}
}

// embedded is the YAML in the text at a path, of which all positions are known.
func embedded(root *source.Node, path source.Path) *source.Node {
	node := root.Lookup(path)
	if node == nil || node.Kind != source.Scalar || node.Style != source.Literal {
		return nil
	}
	documents, err := node.Embedded()
	if err != nil || len(documents) != 1 {
		return nil
	}

	return documents[0].Root
}

// says tells whether a changed text says what it should, and all else as before.
func says(file string, changed []byte, before []*source.Document, changes []Change) bool {
	after, err := source.Parse(file, changed)
	if err != nil || len(after) != len(before) {
		return false
	}
	for i := range before {
		want, got := dataOf(before[i]), dataOf(after[i])
		for _, c := range changes {
			if c.Document != i || c.Inside == nil {
				continue
			}
			// What a text says counts, not the text.
			inner := embedded(after[i].Root, c.Path)
			if inner == nil {
				return false
			}
			if was, _ := lookup(want, c.Path).(string); was != "" {
				want = with(want, c.Path, Change{Value: embedded(before[i].Root, c.Path).Any()})
			}
			got = with(got, c.Path, Change{Value: inner.Any()})
		}
		own := slices.DeleteFunc(slices.Clone(changes), func(c Change) bool { return c.Document != i })
		want = With(want, own)
		if !reflect.DeepEqual(want, got) {
			return false
		}
	}

	return true
}

func dataOf(document *source.Document) any {
	if document == nil {
		return nil
	}

	return document.Root.Any()
}

package yamledit

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// remove takes away what stands at a path.
func (t *Text) remove(root *source.Node, path source.Path) ([]Splice, bool) {
	holder, step := root.Lookup(path[:len(path)-1]), path[len(path)-1]
	if holder == nil {
		return nil, false
	}
	if key, ok := step.Key(); ok && holder.Kind == source.Mapping {
		pair, has := pairOf(holder, key)
		if !has {
			return nil, false
		}

		if len(holder.Pairs) == 1 && !t.Flow(holder) {
			return t.emptied(root, path[:len(path)-1], t.Removal(holder, pair))
		}

		return []Splice{t.Removal(holder, pair)}, true
	}
	i, ok := step.Index()
	if !ok || holder.Kind != source.Sequence || i >= len(holder.Items) {
		return nil, false
	}
	if _, itemStands := t.itemStart(holder, i); !itemStands && !t.Flow(holder) {
		return nil, false
	}

	return []Splice{t.ItemRemoval(holder, holder.Items[i])}, true
}

// emptied leaves braces where the last key of a map goes: a key without a value is null, which to Helm takes away what
// other values say there.
func (t *Text) emptied(root *source.Node, path source.Path, removal Splice) ([]Splice, bool) {
	if len(path) == 0 {
		return nil, false
	}
	key, isKey := path[len(path)-1].Key()
	if !isKey {
		return nil, false
	}
	pair, _ := pairOf(root.Lookup(path[:len(path)-1]), key)
	_, to, _, ok := t.Scalar(pair.Key)
	if !ok || to >= len(t.Bytes) || t.Bytes[to] != ':' {
		return nil, false
	}

	return []Splice{{to + 1, to + 1, " {}"}, removal}, true
}

// rename writes another key in the place of the one at the end of a path.
func (t *Text) rename(root *source.Node, path source.Path, name string) ([]Splice, bool) {
	holder := root.Lookup(path[:len(path)-1])
	key, isKey := path[len(path)-1].Key()
	if holder == nil || !isKey {
		return nil, false
	}
	pair, has := pairOf(holder, key)
	_, another := pairOf(holder, name)
	if !has || another {
		return nil, false
	}

	return t.scalarTo(pair.Key, name)
}

// set writes a value at a path, with the keys of the path that are not there yet.
func (t *Text) set(root *source.Node, path source.Path, value any) ([]Splice, bool) {
	there, at := root, 0
	for at < len(path) {
		next := there.Lookup(path[at : at+1])
		if next == nil || next.IsNull() {
			break
		}
		there, at = next, at+1
	}
	items, isList := value.([]any)
	switch {
	case at < len(path):
		return t.add(root, path, at, value)
	case there.Kind != source.Scalar && len(there.Pairs)+len(there.Items) == 0 && t.Flow(there) && !isScalar(value):
		return t.setEmpty(root, path, there, value)
	case isList && there.Kind == source.Sequence:
		return t.setList(there, items)
	case !isScalar(value) || there.Kind != source.Scalar:
		return nil, false
	default:
		return t.scalarTo(there, value)
	}
}

// setEmpty writes a value in the place of braces with nothing between: in lines of its own, where lines are around it.
func (t *Text) setEmpty(root *source.Node, path source.Path, empty *source.Node, value any) ([]Splice, bool) {
	from := t.content(empty)
	to := t.FlowEnd(from)
	key, isKey := path[len(path)-1].Key()
	holder := root.Lookup(path[:len(path)-1])
	rest := bytes.TrimLeft(t.Bytes[to:t.LineEnd(to)], " \r\n")
	if !isKey || t.Flow(holder) || len(rest) > 0 && rest[0] != '#' {
		text, ok := t.flow(value)

		return []Splice{{from, to, text}}, ok
	}
	pair, has := pairOf(holder, key)
	_, colon, _, ok := t.Scalar(pair.Key)
	if !has || !ok || colon >= from || t.Bytes[colon] != ':' {
		return nil, false
	}

	return append([]Splice{{colon + 1, to, ""}}, t.insertion(t.LineEnd(to), lines(value, Indent(pair)+2, t.EOL()))...), true
}

func isScalar(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return false
	}

	return true
}

// add writes what is below a path's first steps, which are all that is there of it. The next one may be a key without a
// value.
func (t *Text) add(root *source.Node, path source.Path, there int, value any) ([]Splice, bool) {
	holder := root.Lookup(path[:there])
	value = nested(path[there+1:], value)
	key, isKey := path[there].Key()
	if i, _ := path[there].Index(); !isKey {
		return t.append(root, path[:there], i, []any{value})
	}
	if pair, has := pairOf(holder, key); has {
		return t.fill(pair, value)
	}
	switch {
	case holder.Kind != source.Mapping:
		return nil, false
	case t.Flow(holder):
		text, ok := t.flow(map[string]any{key: value})

		return t.behind(holder, strings.TrimSuffix(strings.TrimPrefix(text, "{"), "}")), ok
	}
	final := holder.Pairs[len(holder.Pairs)-1]
	_, end := t.Block(final)

	return t.insertion(end, lines(map[string]any{key: value}, Indent(holder.Pairs[0]), t.EOL())), true
}

// insertion puts whole lines at the start of a line, or after the last one of a file that does not end it.
func (t *Text) insertion(at int, text string) []Splice {
	if at > 0 && t.Bytes[at-1] != '\n' {
		text = t.EOL() + strings.TrimRight(text, "\r\n")
	}

	return []Splice{{at, at, text}}
}

// fill gives a value to a key that has none.
func (t *Text) fill(pair source.Pair, value any) ([]Splice, bool) {
	_, to, _, ok := t.Scalar(pair.Key)
	if !ok || to >= len(t.Bytes) || t.Bytes[to] != ':' {
		return nil, false
	}
	to++
	end := to
	// A null may be written.
	if at, behind, _, written := t.Scalar(pair.Value); written && at >= to {
		end = behind
	}
	if isScalar(value) || t.json {
		text, ok := t.scalarText(value, "", true)

		return []Splice{{to, end, " " + text}}, ok
	}
	rest := bytes.TrimLeft(t.Bytes[end:t.LineEnd(end)], " \r\n")
	if len(rest) > 0 && (rest[0] != '#' || t.Bytes[end] == '#') {
		text, ok := t.flow(value)

		return []Splice{{to, end, " " + text}}, ok && end > to
	}
	var splices []Splice
	if end > to {
		splices = []Splice{{to, end, ""}}
	}

	return append(splices, t.insertion(t.LineEnd(end), lines(value, Indent(pair)+2, t.EOL()))...), true
}

// scalarTo writes another scalar in the place of one, with the same quotes where it is a text.
func (t *Text) scalarTo(node *source.Node, value any) ([]Splice, bool) {
	from, to, quote, ok := t.Scalar(node)
	if !ok {
		return nil, false
	}
	text, ok := t.scalarText(value, quote, true)

	return []Splice{{from, to, text}}, ok
}

// scalarText is how a scalar is written, between the quotes given where it is a text.
func (t *Text) scalarText(value any, quote string, flow bool) (string, bool) {
	if t.json {
		return t.flow(value)
	}
	node := &yaml.Node{}
	if err := node.Encode(value); err != nil || node.Kind != yaml.ScalarNode {
		return "", false
	}
	text, isText := value.(string)
	switch {
	case isText && quote == "'":
		node.Style = yaml.SingleQuotedStyle
	case isText && (quote == `"` || flow && strings.ContainsAny(text, ",[]{}")):
		node.Style = yaml.DoubleQuotedStyle
	}
	written, err := yaml.Marshal(node)
	line := strings.TrimSuffix(string(written), "\n")

	return line, err == nil && !strings.Contains(line, "\n")
}

// lines are a value's, indented.
func lines(value any, indent int, eol string) string {
	var quick strings.Builder
	if quickLines(&quick, value, 0) {
		return indented(quick.String(), indent, eol)
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	node := &yaml.Node{}
	if node.Encode(value) != nil {
		return "" // What is written then does not say what it should.
	}
	nameFirst(node)
	if err := encoder.Encode(node); err != nil {
		return ""
	}

	return indented(out.String(), indent, eol)
}

// nameFirst puts the name of a list's item in front of what else the item has, as people write it.
func nameFirst(node *yaml.Node) {
	for _, item := range node.Content {
		if node.Kind == yaml.SequenceNode && item.Kind == yaml.MappingNode {
			for i := 0; i+1 < len(item.Content); i += 2 {
				if item.Content[i].Value == "name" {
					name := slices.Clone(item.Content[i : i+2])
					item.Content = slices.Insert(slices.Delete(item.Content, i, i+2), 0, name...)

					break
				}
			}
		}
		nameFirst(item)
	}
}

// flow is a value between braces, in one line.
func (t *Text) flow(value any) (string, bool) {
	if t.json {
		written, err := json.Marshal(value)

		return string(written), err == nil
	}
	node := &yaml.Node{}
	if err := node.Encode(value); err != nil {
		return "", false
	}
	node.Style = yaml.FlowStyle
	written, err := yaml.Marshal(node)
	line := strings.TrimSuffix(string(written), "\n")

	return line, err == nil && !strings.Contains(line, "\n")
}

func pairOf(holder *source.Node, key string) (source.Pair, bool) {
	for _, pair := range holder.Pairs {
		if pair.Key.Value == key {
			return pair, true
		}
	}

	return source.Pair{}, false
}

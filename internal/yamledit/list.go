package yamledit

import (
	"bytes"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// insert puts items in front of the one at the end of a path, or behind the last.
func (t *Text) insert(root *source.Node, path source.Path, items []any) ([]Splice, bool) {
	list := root.Lookup(path[:len(path)-1])
	i, ok := path[len(path)-1].Index()
	switch {
	case !ok || list == nil || list.Kind != source.Sequence || i > len(list.Items) || len(items) == 0:
		return nil, false
	case i == len(list.Items):
		return t.append(root, path[:len(path)-1], i, items)
	case t.Flow(list):
		at := t.Offset(list.Items[i])
		text, ok := t.flowItems(items)

		return []Splice{{at, at, text + ", "}}, ok
	}
	at, ok := t.itemStart(list, i)
	if !ok {
		return nil, false
	}
	if i == 0 {
		at = t.beforeFirst(root, path[:len(path)-1], at)
	}

	return t.insertion(at, lines(items, t.dashes(list), t.EOL())), true
}

// dashes are so far from the start of their lines, in a list of lines. One with an anchor begins at that.
func (t *Text) dashes(list *source.Node) int {
	if len(list.Items) == 0 || t.content(list) == t.Offset(list) {
		return list.Position().Column - 1
	}
	line := t.Bytes[t.LineStart(t.Offset(list.Items[0])):]

	return len(line) - len(bytes.TrimLeft(line, " "))
}

// itemStart is where the line of an item's dash begins; false where something else stands before the dash.
func (t *Text) itemStart(list *source.Node, i int) (int, bool) {
	item := t.Offset(list.Items[i])
	start := t.LineStart(item)
	dash := start + t.dashes(list)
	if dash >= item || t.Bytes[dash] != '-' || len(bytes.TrimLeft(t.Bytes[start:dash], " ")) > 0 {
		return 0, false
	}

	return start, true
}

// beforeFirst is the line below a list's key, so that comments above its first item stay with that; else the line of the
// first item.
func (t *Text) beforeFirst(root *source.Node, path source.Path, first int) int {
	if len(path) == 0 {
		return first
	}
	key, isKey := path[len(path)-1].Key()
	pair, has := pairOf(root.Lookup(path[:len(path)-1]), key)
	if below := t.LineEnd(t.Offset(pair.Key)); isKey && has && below <= first {
		return below
	}

	return first
}

// append writes a list's next items.
func (t *Text) append(root *source.Node, path source.Path, i int, items []any) ([]Splice, bool) {
	list := root.Lookup(path)
	if list.Kind != source.Sequence || i != len(list.Items) || len(path) == 0 {
		return nil, false
	}
	if t.Flow(list) {
		text, ok := t.flowItems(items)

		return t.behind(list, text), ok
	}
	key, isKey := path[len(path)-1].Key()
	if !isKey {
		return nil, false
	}
	pair, _ := pairOf(root.Lookup(path[:len(path)-1]), key)
	_, end := t.Block(pair)

	return t.insertion(end, lines(items, t.dashes(list), t.EOL())), true
}

// flowItems are items as they stand between brackets.
func (t *Text) flowItems(items []any) (string, bool) {
	text, ok := t.flow(items)

	return strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"), ok
}

// setList makes a list of scalars another one. Items that it had before keep their comments.
func (t *Text) setList(list *source.Node, items []any) ([]Splice, bool) {
	for _, item := range list.Items {
		if item.Kind != source.Scalar {
			return nil, false
		}
	}
	if len(list.Items) == 0 || t.Flow(list) {
		return t.setFlowList(list, items)
	}
	written, from, to, ok := t.itemLines(list)
	if !ok {
		return nil, false
	}
	var text strings.Builder
	for _, item := range items {
		scalar, ok := t.scalarText(item, "", false)
		if !ok {
			return nil, false
		}
		line := strings.Repeat(" ", t.dashes(list)) + "- " + scalar + t.EOL()
		for i, old := range list.Items {
			if written[i] != "" && old.Any() == item {
				line, written[i] = written[i], ""

				break
			}
		}
		text.WriteString(line)
	}

	return []Splice{{from, to, text.String()}}, true
}

// itemLines are the lines of the items of a list, each with the comments before it, and where they begin and end.
func (t *Text) itemLines(list *source.Node) (written []string, from, to int, ok bool) {
	starts := make([]int, 0, len(list.Items)+1)
	for i, item := range list.Items {
		at := t.Offset(item)
		start := t.LineStart(at)
		if before := bytes.TrimLeft(t.Bytes[start:at], " "); !bytes.HasPrefix(before, []byte("-")) || len(bytes.TrimLeft(before[1:], " ")) > 0 {
			return nil, 0, 0, false
		}
		for (i > 0 || t.dashes(list) > 0) && start > 0 && bytes.HasPrefix(bytes.TrimLeft(t.Bytes[t.LineStart(start-1):start], " "), []byte("#")) {
			start = t.LineStart(start - 1)
		}
		starts = append(starts, start)
	}
	starts = append(starts, t.LineEnd(t.Offset(list.Items[len(list.Items)-1])))
	for i := range list.Items {
		text := string(t.Bytes[starts[i]:starts[i+1]])
		if !strings.HasSuffix(text, "\n") {
			text += t.EOL()
		}
		written = append(written, text)
	}

	return written, starts[0], starts[len(starts)-1], true
}

// setFlowList writes a list between brackets, which is on one line.
func (t *Text) setFlowList(list *source.Node, items []any) ([]Splice, bool) {
	from := t.content(list)
	if !t.Flow(list) {
		return nil, false
	}
	to := t.FlowEnd(from)
	if bytes.ContainsAny(t.Bytes[from:to], "\n#") {
		return nil, false
	}
	texts := make([]string, 0, len(items))
	for _, item := range items {
		text, ok := t.scalarText(item, "", true)
		for _, old := range list.Items {
			if start, end, _, written := t.Scalar(old); written && old.Any() == item {
				text, ok = string(t.Bytes[start:end]), true
			}
		}
		if !ok {
			return nil, false
		}
		texts = append(texts, text)
	}

	return []Splice{{from, to, "[" + strings.Join(texts, ", ") + "]"}}, true
}

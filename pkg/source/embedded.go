package source

import "bytes"

// Embedded parses a scalar's text as YAML of its own, as a collector config stands in a
// ConfigMap. Positions and errors are those of the outer file: to the character in a
// literal block (|), and the scalar's own position in any other style, where the text
// was folded or unescaped.
func (n *Node) Embedded() ([]*Document, error) {
	scalar := n
	if n.anchor != nil {
		scalar = n.anchor
	}
	inner := newText(n.text.file, []byte(scalar.Value))
	inner.outer = n.text.outer
	if scalar.Style != Literal || !inner.placeLiteral(scalar) {
		at := scalar.Position()
		for i := range inner.lines {
			inner.lines[i].line, inner.lines[i].shift, inner.lines[i].exact = at.Line, at.Column-1, false
		}
	}
	return inner.parse()
}

// placeLiteral gives the lines of a literal block their places in the file: the block's
// first line is the one after its header, and all are indented alike. It reports
// whether it found them there.
func (t *text) placeLiteral(n *Node) bool {
	outer := n.text
	header := literalHeader(outer, int(n.line))
	if header < 0 {
		return false
	}
	first := header + 1
	indent := -1
	for i := range t.lines {
		content := t.content(i)
		if len(bytes.TrimSpace(content)) == 0 {
			continue
		}
		if first+i >= len(outer.lines) {
			return false
		}
		raw := outer.content(first + i)
		if !bytes.HasSuffix(raw, content) {
			return false
		}
		if indent = len(raw) - len(content); len(bytes.Trim(raw[:indent], " ")) > 0 {
			return false
		}
		break
	}
	if indent < 0 {
		return false
	}
	for i := range t.lines {
		place := outer.lines[min(first+i, len(outer.lines)-1)]
		t.lines[i].line, t.lines[i].shift, t.lines[i].exact = place.line, place.shift+indent, place.exact
	}
	return true
}

// literalHeader finds the line of the `|`: the line on which the scalar begins, or a
// later one when a tag or an anchor stands on a line before it.
func literalHeader(outer *text, line int) int {
	for i := line; i < min(line+3, len(outer.lines)); i++ {
		if bytes.IndexByte(outer.content(i), '|') >= 0 {
			return i
		}
	}
	return -1
}

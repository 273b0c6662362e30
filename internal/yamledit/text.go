// Package yamledit changes YAML files in their text, so that comments, order and style of all else stay.
package yamledit

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A Text is a file with the document in it that is to be changed.
type Text struct {
	Bytes    []byte
	Document *source.Document
	// json says that the file is JSON, and has to stay so.
	json bool
	// keep says that empty lines belong to what is above them, as those do behind a text that keeps its ends of lines (|+).
	keep bool
	// eol is how lines end, once somebody asked.
	eol string
}

// Offset is where a node begins.
func (t *Text) Offset(node *source.Node) int {
	offset, _ := t.Document.Offset(node.Position())

	return offset
}

// Scalar is the range of a scalar that is written in one line, and its quote, which may be none; false where it is not
// written as it reads.
func (t *Text) Scalar(node *source.Node) (from, to int, quote string, ok bool) {
	from = t.Offset(node)
	for _, quote := range []string{"", `"`, "'"} {
		written := quote + node.Value + quote
		if node.Value != "" && bytes.HasPrefix(t.Bytes[from:], []byte(written)) {
			return from, from + len(written), quote, true
		}
	}

	return from, from, "", false
}

// Replacement writes another scalar in the place of one, with the same quotes; none where it can't.
func (t *Text) Replacement(node *source.Node, text string) []Splice {
	from, to, quote, ok := t.Scalar(node)
	if !ok {
		return Impossible(from)
	}

	return []Splice{{from, to, quote + text + quote}}
}

// Impossible are edits that can't be made together, so that the operation is left to a person.
func Impossible(at int) []Splice { return []Splice{{at, at + 1, ""}, {at, at + 2, ""}} }

// named is an anchor or a tag in front of a value.
var named = regexp.MustCompile(`^[&!][^\s,\[\]{}]*\s+`)

// content is where a map or a list begins, behind its anchor and its tag.
func (t *Text) content(node *source.Node) int {
	at := t.Offset(node)
	for range 2 {
		at += len(named.Find(t.Bytes[at:]))
	}

	return at
}

// Flow tells whether a map or a list is written between braces.
func (t *Text) Flow(node *source.Node) bool {
	at := t.content(node)

	return at < len(t.Bytes) && (t.Bytes[at] == '{' || t.Bytes[at] == '[')
}

// LineStart is where the line of an offset begins.
func (t *Text) LineStart(at int) int { return bytes.LastIndexByte(t.Bytes[:at], '\n') + 1 }

// LineEnd is where the line after that of an offset begins.
func (t *Text) LineEnd(at int) int {
	if end := bytes.IndexByte(t.Bytes[at:], '\n'); end >= 0 {
		return at + end + 1
	}

	return len(t.Bytes)
}

// EOL is how lines end.
func (t *Text) EOL() string {
	if t.eol == "" {
		t.eol = "\n"
		if bytes.Contains(t.Bytes, []byte("\r\n")) {
			t.eol = "\r\n"
		}
	}

	return t.eol
}

// Indent is how far a pair's key is from the start of its line.
func Indent(pair source.Pair) int { return pair.Key.Position().Column - 1 }

// Block is the range of a pair's lines, from its key on, with the comments that are indented deeper.
func (t *Text) Block(pair source.Pair) (from, to int) {
	from = t.Offset(pair.Key)
	if t.Flow(pair.Value) {
		return from, t.LineEnd(t.FlowEnd(t.Offset(pair.Value)))
	}

	return from, t.blockEnd(from, Indent(pair), pair.Value.Kind == source.Sequence)
}

// blockEnd is where the lines below that of an offset end which are indented deeper, comments among them; with dashes,
// the items of a list count that are not indented deeper.
func (t *Text) blockEnd(from, indent int, dashes bool) int {
	to := t.LineEnd(from)
	for at := to; at < len(t.Bytes); {
		end := t.LineEnd(at)
		line := bytes.TrimRight(t.Bytes[at:end], "\r\n")
		content := bytes.TrimLeft(line, " ")
		depth := len(line) - len(content)
		switch {
		case len(content) == 0:
			if t.keep {
				to = end
			}
		case depth > indent, dashes && depth == indent && content[0] == '-':
			to = end
		case content[0] == '#':
		default:
			return to
		}
		at = end
	}

	return to
}

// FlowEnd is where a value between braces ends: before the comma or bracket that ends it.
func (t *Text) FlowEnd(at int) int {
	depth, begins := 0, true
	for at < len(t.Bytes) {
		if end := t.textEnd(at, begins); end > at {
			at, begins = end, false

			continue
		}
		c := t.Bytes[at]
		switch c {
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth < 0 {
				return at
			}
			if depth == 0 {
				return at + 1
			}
		case ',':
			if depth == 0 {
				return at
			}
		}
		// A quote in the middle of a word is none.
		begins = strings.IndexByte(" \t\r\n,:[{", c) >= 0
		at++
	}

	return at
}

// textEnd is where a quoted text or a comment ends that begins at an offset; the offset where none does.
func (t *Text) textEnd(at int, begins bool) int {
	switch c := t.Bytes[at]; {
	case begins && (c == '"' || c == '\''):
		return quoteEnd(t.Bytes, at)
	case c == '#' && at > 0 && strings.IndexByte(" \t\n", t.Bytes[at-1]) >= 0:
		return t.LineEnd(at)
	default:
		return at
	}
}

// quoteEnd is the byte after the quote that ends a quoted text.
func quoteEnd(text []byte, at int) int {
	quote := text[at]
	for at++; at < len(text) && text[at] != quote; at++ {
		if quote == '"' && text[at] == '\\' {
			at++
		}
	}

	return min(at+1, len(text))
}

// Removal takes a pair out of a map.
func (t *Text) Removal(holder *source.Node, pair source.Pair) Splice {
	if t.Flow(holder) {
		return t.flowItem(t.Offset(pair.Key))
	}
	from, to := t.Block(pair)
	// The first pair of a list's element shares its line with the dash.
	if start := t.LineStart(from); strings.TrimLeft(string(t.Bytes[start:from]), " ") == "" {
		from = start
	}

	return t.cut(from, to)
}

// cut takes whole lines out. The last line of a file that does not end it leaves the one before as the last.
func (t *Text) cut(from, to int) Splice {
	if to == len(t.Bytes) && to > from && t.Bytes[to-1] != '\n' && from > 0 {
		from = len(bytes.TrimRight(t.Bytes[:from], "\r\n"))
	}

	return Splice{from, to, ""}
}

// ItemRemoval takes an item out of a list.
func (t *Text) ItemRemoval(list, item *source.Node) Splice {
	at := t.Offset(item)
	if t.Flow(list) {
		return t.flowItem(at)
	}
	end := t.LineEnd(at)
	if item.Kind != source.Scalar || item.Style == source.Literal {
		end = t.blockEnd(at, t.dashes(list), false)
	}

	return t.cut(t.LineStart(at), end)
}

// flowBack is where something can be put behind the last item between braces that end before an offset.
func (t *Text) flowBack(end int) int {
	back := len(bytes.TrimRight(t.Bytes[:end], " \r\n"))
	if !t.json && bytes.Contains(t.Bytes[t.LineStart(back):back], []byte(" #")) {
		return end // Behind a comment nothing can.
	}

	return back
}

// behind puts text behind the last item between braces. A comma that stands behind the last item does so still.
func (t *Text) behind(holder *source.Node, text string) []Splice {
	end := t.flowBack(t.FlowEnd(t.Offset(holder)) - 1)
	switch {
	case len(holder.Items)+len(holder.Pairs) == 0:
	case t.Bytes[end-1] == ',':
		text += ","
	default:
		text = ", " + text
	}

	return []Splice{{end, end, text}}
}

// flowItem takes an item out of braces, with the comma that goes with it.
func (t *Text) flowItem(from int) Splice {
	to := t.flowBack(t.FlowEnd(from))
	if to < len(t.Bytes) && t.Bytes[to] == ',' {
		to++
		next := to + len(t.Bytes[to:]) - len(bytes.TrimLeft(t.Bytes[to:], " "))
		if next == len(t.Bytes) || t.Bytes[next] != '}' && t.Bytes[next] != ']' {
			return Splice{from, next, ""}
		}
		// The comma before it is the last one now.
		if back := len(bytes.TrimRight(t.Bytes[:from], " ")); back > 0 && t.Bytes[back-1] == ',' {
			from = back
		}

		return Splice{from, to, ""}
	}
	for back := from - 1; back >= 0 && strings.IndexByte(" ,\r\n", t.Bytes[back]) >= 0; back-- {
		if t.Bytes[back] == ',' {
			return Splice{back, to, ""}
		}
	}

	return Splice{from, to, ""}
}

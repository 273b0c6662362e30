package migrate

import (
	"bytes"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// offset is where a node begins.
func (m *migration) offset(node *source.Node) int {
	offset, _ := m.document.Offset(node.Position())

	return offset
}

// scalar is the range of a scalar that is written in one line, and its quote, which may be none; false where it is not
// written as it reads.
func (m *migration) scalar(node *source.Node) (from, to int, quote string, ok bool) {
	from = m.offset(node)
	for _, quote := range []string{"", `"`, "'"} {
		written := quote + node.Value + quote
		if node.Value != "" && bytes.HasPrefix(m.text[from:], []byte(written)) {
			return from, from + len(written), quote, true
		}
	}

	return from, from, "", false
}

// replacement writes another scalar in the place of one, with the same quotes; none where it can't.
func (m *migration) replacement(node *source.Node, text string) []edit {
	from, to, quote, ok := m.scalar(node)
	if !ok {
		return impossible(from)
	}

	return []edit{{from, to, quote + text + quote}}
}

// impossible are edits that can't be made together, so that the operation is left to a person.
func impossible(at int) []edit { return []edit{{at, at + 1, ""}, {at, at + 2, ""}} }

// flow tells whether a map or a list is written between braces.
func (m *migration) flow(node *source.Node) bool {
	at := m.offset(node)

	return at < len(m.text) && (m.text[at] == '{' || m.text[at] == '[')
}

// lineStart is where the line of an offset begins, and lineEnd where the next one does.
func (m *migration) lineStart(at int) int { return bytes.LastIndexByte(m.text[:at], '\n') + 1 }

func (m *migration) lineEnd(at int) int {
	if end := bytes.IndexByte(m.text[at:], '\n'); end >= 0 {
		return at + end + 1
	}

	return len(m.text)
}

// eol is how lines end.
func (m *migration) eol() string {
	if bytes.Contains(m.text, []byte("\r\n")) {
		return "\r\n"
	}

	return "\n"
}

// indent is how far a pair's key is from the start of its line.
func indent(pair source.Pair) int { return pair.Key.Position().Column - 1 }

// block is the range of a pair's lines, from its key on, with the comments that are indented deeper.
func (m *migration) block(pair source.Pair) (from, to int) {
	from = m.offset(pair.Key)
	if m.flow(pair.Value) {
		return from, m.lineEnd(m.flowEnd(m.offset(pair.Value)))
	}
	to = m.lineEnd(from)
	for at := to; at < len(m.text); {
		end := m.lineEnd(at)
		line := strings.TrimRight(string(m.text[at:end]), "\r\n")
		content := strings.TrimLeft(line, " ")
		depth := len(line) - len(content)
		switch {
		case content == "":
		case depth > indent(pair), pair.Value.Kind == source.Sequence && depth == indent(pair) && strings.HasPrefix(content, "-"):
			to = end
		case strings.HasPrefix(content, "#"):
		default:
			return from, to
		}
		at = end
	}

	return from, to
}

// flowEnd is where a value between braces ends: before the comma or bracket that ends it.
func (m *migration) flowEnd(at int) int {
	depth, begins := 0, true
	for at < len(m.text) {
		if end := m.textEnd(at, begins); end > at {
			at, begins = end, false

			continue
		}
		c := m.text[at]
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
func (m *migration) textEnd(at int, begins bool) int {
	switch c := m.text[at]; {
	case begins && (c == '"' || c == '\''):
		return quoteEnd(m.text, at)
	case c == '#' && at > 0 && strings.IndexByte(" \t\n", m.text[at-1]) >= 0:
		return m.lineEnd(at)
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

// removal takes a pair out of a map.
func (m *migration) removal(holder *source.Node, pair source.Pair) edit {
	if m.flow(holder) {
		return m.flowItem(m.offset(pair.Key))
	}
	from, to := m.block(pair)
	// The first pair of a list's element shares its line with the dash.
	if start := m.lineStart(from); strings.TrimLeft(string(m.text[start:from]), " ") == "" {
		from = start
	}

	return edit{from, to, ""}
}

// itemRemoval takes a scalar out of a list.
func (m *migration) itemRemoval(list, item *source.Node) edit {
	at := m.offset(item)
	if m.flow(list) {
		return m.flowItem(at)
	}

	return edit{m.lineStart(at), m.lineEnd(at), ""}
}

// flowItem takes an item out of braces, with the comma that goes with it.
func (m *migration) flowItem(from int) edit {
	to := m.flowEnd(from)
	if to < len(m.text) && m.text[to] == ',' {
		to++
		for to < len(m.text) && m.text[to] == ' ' {
			to++
		}

		return edit{from, to, ""}
	}
	for back := from - 1; back >= 0 && strings.IndexByte(" ,\r\n", m.text[back]) >= 0; back-- {
		if m.text[back] == ',' {
			return edit{back, to, ""}
		}
	}

	return edit{from, to, ""}
}

package migrate

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// An edit puts text in the place of the bytes of a range.
type edit struct {
	from, to int
	text     string
}

// change adds an edit, once, and what it does for people.
func (m *migration) change(from, to int, text, format string, args ...any) {
	e := edit{from, to, text}
	if m.made[e] {
		return // An alias leads to the same text.
	}
	m.made[e] = true
	m.edits = append(m.edits, e)
	if format != "" {
		m.changes = append(m.changes, fmt.Sprintf(format, args...))
	}
}

// hand notes what is to be done by hand.
func (m *migration) hand(path source.Path, hint, format string, args ...any) {
	m.byHand = append(m.byHand, handwork{path: path, message: fmt.Sprintf(format, args...), hint: hint})
}

// apply makes the step's edits, and reads what comes of them.
func (m *migration) apply() error {
	if len(m.edits) == 0 {
		return nil
	}
	slices.SortStableFunc(m.edits, func(a, b edit) int { return a.from - b.from })
	var out bytes.Buffer
	at := 0
	for _, e := range m.edits {
		if e.from < at {
			return fmt.Errorf("%s: two changes of the same place, at byte %d: this is a bug of helm-otlp", m.file, e.from)
		}
		out.Write(m.text[at:e.from])
		out.WriteString(e.text)
		at = e.to
	}
	out.Write(m.text[at:])
	m.text, m.edits, m.made = out.Bytes(), nil, map[edit]bool{}
	if err := m.parse(); err != nil {
		return fmt.Errorf("the migrated file is no YAML, which is a bug of helm-otlp: %w", err)
	}

	return nil
}

// offset is where a node begins.
func (m *migration) offset(node *source.Node) int {
	offset, _ := m.document.Offset(node.Position())

	return offset
}

// scalar is the range of a scalar that is written in one line; false where it is not written as it reads.
func (m *migration) scalar(node *source.Node) (from, to int, ok bool) {
	from = m.offset(node)
	for _, written := range []string{node.Value, `"` + node.Value + `"`, "'" + node.Value + "'"} {
		if written != "" && bytes.HasPrefix(m.text[from:], []byte(written)) {
			return from, from + len(written), true
		}
	}

	return from, from, false
}

// replace writes another scalar in the place of one.
func (m *migration) replace(node *source.Node, path source.Path, text, format string, args ...any) {
	from, to, ok := m.scalar(node)
	if !ok {
		m.hand(path, "write "+text, "%s is written in a way that is left alone", node.Value)

		return
	}
	m.change(from, to, text, format, args...)
}

// flows tells whether a pair stands between braces: there is something else than blanks and a dash before its key.
func (m *migration) flows(pair source.Pair) bool {
	start := m.offset(pair.Key)
	line := m.text[bytes.LastIndexByte(m.text[:start], '\n')+1 : start]

	return strings.Trim(string(line), " -") != ""
}

// indent is how far a pair's key is from the start of its line.
func (m *migration) indent(pair source.Pair) int { return pair.Key.Position().Column - 1 }

// block is the range of a pair's lines, without those of comments and blanks that follow it. The first line counts from
// the key on.
func (m *migration) block(pair source.Pair) (from, to int) {
	from = m.offset(pair.Key)
	indent := m.indent(pair)
	to = lineEnd(m.text, from)
	sequence := pair.Value.Kind == source.Sequence
	for at := to; at < len(m.text); {
		end := lineEnd(m.text, at)
		line := strings.TrimRight(string(m.text[at:end]), "\r\n")
		content := strings.TrimLeft(line, " ")
		depth := len(line) - len(content)
		switch {
		case content == "" || strings.HasPrefix(content, "#"):
		case depth > indent || sequence && depth == indent && strings.HasPrefix(content, "-"):
			to = end
		default:
			return from, to
		}
		at = end
	}

	return from, to
}

// lineEnd is where the line after the one at an offset begins.
func lineEnd(text []byte, at int) int {
	if end := bytes.IndexByte(text[at:], '\n'); end >= 0 {
		return at + end + 1
	}

	return len(text)
}

// flowEnd is where a value between braces ends: before the comma or bracket that ends it.
func flowEnd(text []byte, at int) int {
	depth := 0
	for at < len(text) {
		switch text[at] {
		case '"', '\'':
			at = quoteEnd(text, at)

			continue
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
		at++
	}

	return at
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

// remove takes a pair out of a mapping.
func (m *migration) remove(pair source.Pair, format string, args ...any) {
	if m.flows(pair) {
		from, to := m.flowItem(m.offset(pair.Key))
		m.change(from, to, "", format, args...)

		return
	}
	from, to := m.block(pair)
	// The first pair of a list's element shares its line with the dash.
	start := bytes.LastIndexByte(m.text[:from], '\n') + 1
	if strings.TrimLeft(string(m.text[start:from]), " ") == "" {
		from = start
	}
	m.change(from, to, "", format, args...)
}

// flowItem is the range of an item between braces, with the comma that goes with it.
func (m *migration) flowItem(from int) (start, end int) {
	to := flowEnd(m.text, from)
	if to < len(m.text) && m.text[to] == ',' {
		to++
		for to < len(m.text) && m.text[to] == ' ' {
			to++
		}

		return from, to
	}
	for back := from - 1; back >= 0 && (m.text[back] == ' ' || m.text[back] == ','); back-- {
		if m.text[back] == ',' {
			return back, to
		}
	}

	return from, to
}

// removeItem takes a scalar out of a list.
func (m *migration) removeItem(item *source.Node, format string, args ...any) {
	from := m.offset(item)
	start := bytes.LastIndexByte(m.text[:from], '\n') + 1
	if strings.Trim(string(m.text[start:from]), " -") == "" {
		m.change(start, lineEnd(m.text, from), "", format, args...)

		return
	}
	from, to := m.flowItem(from)
	m.change(from, to, "", format, args...)
}

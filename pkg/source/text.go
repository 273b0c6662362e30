package source

import (
	"bytes"
	"fmt"
	"sort"
	"sync/atomic"
	"unicode/utf8"
)

// text is what is parsed: a file, or the value of a scalar in one.
type text struct {
	file string
	data []byte
	// lines has one entry for each line as YAML counts lines.
	lines []textLine
	// plain says that lines end in \n alone.
	plain bool
	// outer is the text that the file's lines are read from; itself for a file.
	outer *text
	// before is how many bytes of the file stand in front of it.
	before int
	// last is the line of a file that was looked for last.
	last atomic.Pointer[lineRange]
}

// textLine says where a line of a text stands.
type textLine struct {
	// offset is the first byte in the text's data.
	offset int
	// line is the file's line, shift the characters that precede the text in it.
	line, shift int
	// exact is false where the place inside the line can't be known: every column is
	// then the one at shift.
	exact bool
}

// newText indexes the lines of a file. YAML 1.1 ends a line at NEL, LS and PS too, and
// editors don't; such a line starts in the middle of one of the file's.
func newText(file string, data []byte) *text {
	t := &text{file: file, data: data, plain: true}
	for _, separator := range []string{"\r", "\u0085", "\u2028", "\u2029"} {
		t.plain = t.plain && !bytes.Contains(data, []byte(separator))
	}
	t.lines = make([]textLine, 0, 1+bytes.Count(data, []byte("\n")))
	t.outer = t
	line, shift := 1, 0
	for start := 0; ; {
		t.lines = append(t.lines, textLine{offset: start, line: line, shift: shift, exact: true})
		end, next, editors := t.lineEnd(start)
		if next == end {
			return t
		}
		if editors {
			line, shift = line+1, 0
		} else {
			shift += utf8.RuneCount(data[start:next])
		}
		start = next
	}
}

// lineEnd finds where the line that begins at start ends and the next one begins, and
// whether an editor sees that break. At the end of the data, next equals end.
func (t *text) lineEnd(start int) (end, next int, editors bool) {
	data := t.data
	if t.plain {
		if i := bytes.IndexByte(data[start:], '\n'); i >= 0 {
			return start + i, start + i + 1, true
		}
		return len(data), len(data), false
	}
	for i := start; i < len(data); i++ {
		switch data[i] {
		case '\n':
			return i, i + 1, true
		case '\r':
			if i+1 < len(data) && data[i+1] == '\n' {
				return i, i + 2, true
			}
			return i, i + 1, true
		case 0xC2:
			if bytes.HasPrefix(data[i:], []byte("\u0085")) {
				return i, i + 2, false
			}
		case 0xE2:
			if bytes.HasPrefix(data[i:], []byte("\u2028")) || bytes.HasPrefix(data[i:], []byte("\u2029")) {
				return i, i + 3, false
			}
		}
	}
	return len(data), len(data), false
}

// content gives line i of the text without its break.
func (t *text) content(i int) []byte {
	start := t.lines[i].offset
	end, _, _ := t.lineEnd(start)
	return t.data[start:end]
}

// position maps line i (from 0) and column (from 1) of the text to the file.
func (t *text) position(i, column int) Position {
	if i < 0 || len(t.lines) == 0 {
		return Position{File: t.file}
	}
	l := t.lines[min(i, len(t.lines)-1)]
	if !l.exact {
		column = 1
	}
	return Position{File: t.file, Line: l.line, Column: l.shift + column}
}

// lineOf gives the index of the line that holds the byte at offset.
func (t *text) lineOf(offset int) int {
	return sort.Search(len(t.lines), func(i int) bool { return t.lines[i].offset > offset }) - 1
}

// positionOf maps a byte offset of the text to the file.
func (t *text) positionOf(offset int) Position {
	i := t.lineOf(offset)
	return t.position(i, 1+utf8.RuneCount(t.data[t.lines[i].offset:offset]))
}

// A lineRange is a line of the file without its break.
type lineRange struct {
	number, start, end int
	// ascii says that each of its characters is a byte.
	ascii bool
}

// lineAt finds line n (from 1) of the file. The last one is kept: some files are one long line.
func (t *text) lineAt(n int) (lineRange, bool) {
	f := t.outer
	if last := f.last.Load(); last != nil && last.number == n {
		return *last, true
	}
	i := sort.Search(len(f.lines), func(i int) bool { return f.lines[i].line >= n })
	if n < 1 || i == len(f.lines) {
		return lineRange{}, false
	}
	l := lineRange{number: n, start: f.lines[i].offset, ascii: true}
	for l.end = l.start; l.end < len(f.data) && f.data[l.end] != '\n' && f.data[l.end] != '\r'; l.end++ {
		l.ascii = l.ascii && f.data[l.end] < utf8.RuneSelf
	}
	f.last.Store(&l)
	return l, true
}

// fileLine gives line n (from 1) of the file without its break.
func (t *text) fileLine(n int) (line string, offset int, ok bool) {
	l, ok := t.lineAt(n)
	if !ok {
		return "", 0, false
	}
	return string(t.outer.data[l.start:l.end]), l.start, true
}

// checkEncoding finds the first byte that YAML can't hold.
func (t *text) checkEncoding() *Error {
	for offset := 0; offset < len(t.data); {
		if b := t.data[offset]; b >= 0x20 && b < 0x7F || b == '\n' {
			offset++
			continue
		}
		r, size := utf8.DecodeRune(t.data[offset:])
		if r == utf8.RuneError && size == 1 {
			return &Error{
				Position: t.positionOf(offset),
				Message:  fmt.Sprintf("byte 0x%02x at offset %d is not UTF-8", t.data[offset], t.before+offset),
				Hint:     encodingHint(t.data),
			}
		}
		if !allowed(r) {
			return &Error{
				Position: t.positionOf(offset),
				Message:  fmt.Sprintf("control character U+%04X at offset %d is not allowed in YAML", r, t.before+offset),
				Hint:     `remove it, or write it as an escape in double quotes, such as "\x1b"`,
			}
		}
		offset += size
	}
	return nil
}

// allowed reports whether YAML lets the character stand in a file.
func allowed(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || r == 0x85 ||
		r >= 0x20 && r <= 0x7E || r >= 0xA0 && r <= 0xFFFD || r >= 0x10000
}

func encodingHint(data []byte) string {
	if bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}) {
		return "the file is UTF-16; save it as UTF-8"
	}
	return "save the file as UTF-8"
}

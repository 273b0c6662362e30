package report

import (
	"strings"
	"unicode/utf8"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// maxQuoted is the longest line that is shown, in bytes: a file that is all one line would be
// printed once a finding.
const maxQuoted = 2000

// A quote is the line on which a finding stands, as it may be shown.
type quote struct {
	line string
	// indent is what stands before the caret below the line; caret is false where there is none.
	indent string
	caret  bool
}

// quoteOf is the line of a finding; false where there is none, or it is too long.
func (r Report) quoteOf(f lint.Finding) (quote, bool) {
	if r.Line == nil || f.Position.Line < 1 {
		return quote{}, false
	}
	line, ok := r.Line(f.Position.File, f.Position.Line)
	if !ok || len(line) > maxQuoted {
		return quote{}, false
	}
	shown := line
	if r.Mask != nil {
		shown = r.Mask(line)
	}
	// A caret below a line that is shorter now would point at something else.
	caret := f.Position.Column > 0 && sameUpTo(f.Position.Column-1, line, shown)

	return quote{line: Printable(shown), indent: indent(line, f.Position.Column), caret: caret}, true
}

// sameUpTo tells that two lines begin with the same characters, that many.
func sameUpTo(count int, a, b string) bool {
	ra, rb := []rune(a), []rune(b)

	return count <= len(ra) && count <= len(rb) && string(ra[:count]) == string(rb[:count]) || a == b
}

// indent is blank up to the column (from 1, in characters), with the line's own tabs.
func indent(line string, column int) string {
	var b strings.Builder
	for range column - 1 {
		char, size := utf8.DecodeRuneInString(line)
		if size == 0 {
			break
		}
		line = line[size:]
		if char != '\t' {
			char = ' '
		}
		b.WriteRune(char)
	}

	return b.String()
}

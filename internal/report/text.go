package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// Text is for people: file:line:column, severity, message and rule, then the line itself
// with a caret under the column, and a summary at the end.
type Text struct {
	// Colour adds ANSI colours.
	Colour bool
}

// maxQuoted is the longest line that is shown, in bytes: a file that is all one line would be
// printed once a finding.
const maxQuoted = 2000

// Write writes the report.
func (t Text) Write(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Findings {
		t.finding(out, r, f)
	}
	fmt.Fprintln(out, r.Summary())

	return out.Flush()
}

func (t Text) finding(out io.Writer, r Report, f lint.Finding) {
	position := place(f)
	if position != "" {
		position = t.paint("1", Printable(position)+":") + " "
	}
	fmt.Fprintf(out, "%s%s %s %s\n", position,
		t.paint(severityColour(f.Severity), string(f.Severity)+":"), Printable(f.Message), t.paint("2", "["+f.Rule+"]"))

	if r.Line == nil || f.Position.Line < 1 {
		return
	}
	line, ok := r.Line(f.Position.File, f.Position.Line)
	if !ok || len(line) > maxQuoted {
		return
	}
	shown := line
	if r.Mask != nil {
		shown = r.Mask(line)
	}
	number := fmt.Sprintf("%5d", f.Position.Line)
	fmt.Fprintf(out, "%s\n", t.paint("2", number+" | ")+Printable(shown))
	// A caret below a line that is shorter now would point at something else.
	if f.Position.Column > 0 && sameUpTo(f.Position.Column-1, line, shown) {
		fmt.Fprintf(out, "%s%s\n", t.paint("2", strings.Repeat(" ", len(number))+" | ")+indent(line, f.Position.Column), t.paint("32", "^"))
	}
}

// place is where a finding is: its position, else its object.
func place(f lint.Finding) string {
	switch {
	case f.Position.File == "":
		return object(f.Object)
	case f.Position.Line < 1:
		return f.Position.File
	default:
		return fmt.Sprintf("%s:%d:%d", f.Position.File, f.Position.Line, f.Position.Column)
	}
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

func (t Text) paint(colour, text string) string {
	if !t.Colour {
		return text
	}

	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

func severityColour(s lint.Severity) string {
	switch s {
	case lint.Info:
		return "36"
	case lint.Warning:
		return "33"
	default:
		return "31"
	}
}

package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// Text is for people: file:line:column, severity, message and rule, then the line itself
// with a caret under the column, and a summary at the end.
type Text struct {
	// Colour adds ANSI colours.
	Colour bool
}

// Write writes the report.
func (t Text) Write(w io.Writer, r Report) error {
	out := bufio.NewWriter(w)
	for _, f := range r.Findings {
		t.finding(out, r, f)
	}
	fmt.Fprintln(out, r.Summary())
	if n := r.fixable(); n > 0 {
		fmt.Fprintf(out, "%d may be mended: --fix shows how\n", n)
	}

	return out.Flush()
}

func (t Text) finding(out io.Writer, r Report, f lint.Finding) {
	position := place(f)
	if position != "" {
		position = t.paint("1", Printable(position)+":") + " "
	}
	fmt.Fprintf(out, "%s%s %s %s\n", position,
		t.paint(severityColour(f.Severity), string(f.Severity)+":"), Printable(said(f)), t.paint("2", "["+f.Rule+"]"))

	q, ok := r.quoteOf(f)
	if !ok {
		return
	}
	number := fmt.Sprintf("%5d", f.Position.Line)
	fmt.Fprintf(out, "%s\n", t.paint("2", number+" | ")+q.line)
	if q.caret {
		fmt.Fprintf(out, "%s%s\n", t.paint("2", strings.Repeat(" ", len(number))+" | ")+q.indent, t.paint("32", "^"))
	}
}

// place is where a finding is: its position, else its object.
func place(f lint.Finding) string {
	switch {
	case f.Position.File == "":
		return object(f.Object)
	case f.Position.Line < 1:
		return f.Position.File
	case f.Position.Column < 1:
		return fmt.Sprintf("%s:%d", f.Position.File, f.Position.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", f.Position.File, f.Position.Line, f.Position.Column)
	}
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

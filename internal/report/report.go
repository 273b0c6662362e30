// Package report writes what lint found, in the formats that people, editors and CI
// systems read. The same report gives the same bytes, whatever the machine and the time.
package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/graph"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// A Report is what every format writes.
type Report struct {
	// Version of the program, for formats that name their tool.
	Version string
	// Rules that ran, in the order in which they are listed.
	Rules []*lint.Rule
	// Findings, sorted.
	Findings []lint.Finding
	// Objects and Collectors count what was looked at.
	Objects, Collectors int
	// FailOn is the least severity that fails the run.
	FailOn lint.Severity
	// Line yields a line (from 1) of a file that a position names, where it is known.
	// It may be nil.
	Line func(file string, line int) (string, bool)
	// Graphs are those of the collectors, for formats that draw. MoreGraphs is how many more there would be.
	Graphs     []graph.Graph
	MoreGraphs int
	// Mask hides the secrets in a line before it is shown. It may be nil.
	Mask func(line string) string
}

// A Format writes a report. Its error is that of the writer.
type Format interface {
	Write(w io.Writer, r Report) error
}

// Names lists the formats that Named knows.
func Names() []string { return []string{"text", "json", "sarif", "junit", "github", "html"} }

// Named returns the format of that name. Colour is for the text format alone.
func Named(name string, colour bool) (Format, error) {
	switch name {
	case "text":
		return Text{Colour: colour}, nil
	case "json":
		return JSON{}, nil
	case "sarif":
		return SARIF{}, nil
	case "junit":
		return JUnit{}, nil
	case "github":
		return GitHub{}, nil
	case "html":
		return HTML{}, nil
	default:
		return nil, fmt.Errorf("no output format is named %q: use one of %s", name, strings.Join(Names(), ", "))
	}
}

// Summary counts findings by severity, and what was looked at.
type Summary struct {
	Errors     int `json:"errors"`
	Warnings   int `json:"warnings"`
	Infos      int `json:"infos"`
	Objects    int `json:"objects"`
	Collectors int `json:"collectors"`
}

// fixable is of how many findings the rules know a change that would mend them.
func (r Report) fixable() int {
	n := 0
	for _, f := range r.Findings {
		if f.Fix != nil {
			n++
		}
	}

	return n
}

// Summary of the report.
func (r Report) Summary() Summary {
	s := Summary{Objects: r.Objects, Collectors: r.Collectors}
	for _, f := range r.Findings {
		switch f.Severity {
		case lint.Error:
			s.Errors++
		case lint.Warning:
			s.Warnings++
		case lint.Info:
			s.Infos++
		}
	}

	return s
}

// String is one line for people, such as
// "1 error, 0 warnings, 2 infos in 14 objects and 1 collector".
func (s Summary) String() string {
	return fmt.Sprintf("%s, %s, %s in %s and %s",
		count(s.Errors, "error"), count(s.Warnings, "warning"), count(s.Infos, "info"),
		count(s.Objects, "object"), count(s.Collectors, "collector"))
}

// Fails says whether a finding is at or above FailOn.
func (r Report) Fails() bool {
	for _, f := range r.Findings {
		if r.fails(f) {
			return true
		}
	}

	return false
}

func (r Report) fails(f lint.Finding) bool { return rank(f.Severity) >= rank(r.FailOn) }

// rank orders severities, the worst highest. What is unknown is the worst.
func rank(s lint.Severity) int {
	switch s {
	case lint.Info:
		return 1
	case lint.Warning:
		return 2
	default:
		return 3
	}
}

func count(n int, one string) string { return fmt.Sprintf("%d %s", n, noun(n, one)) }

// noun is the word for so many.
func noun(n int, one string) string {
	if n == 1 {
		return one
	}

	return one + "s"
}

// object names an object for people: "Deployment team/app"; empty for none.
func object(o lint.ObjectRef) string {
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}

	return strings.TrimSpace(o.Kind + " " + name)
}

// said is the message of a finding, with the releases that it is about where its file does not say them.
func said(f lint.Finding) string {
	switch n := len(f.Releases); {
	case n == 0, n == 1 && f.Releases[0] == f.Position.File:
		return f.Message
	case n == 1:
		return fmt.Sprintf("%s (with %s)", f.Message, f.Releases[0])
	case n == 2:
		return fmt.Sprintf("%s (with %s and %s)", f.Message, f.Releases[0], f.Releases[1])
	default:
		return fmt.Sprintf("%s (with %s, %s and %d more)", f.Message, f.Releases[0], f.Releases[1], n-2)
	}
}

// inFile says whether the position is in a file that a reader can open.
func inFile(file string) bool {
	return file != "" && !strings.HasPrefix(file, "--") && !strings.HasPrefix(file, "<")
}

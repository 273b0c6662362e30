package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/inject"
)

// An injectReport says on stderr what was done to each object.
type injectReport struct {
	out      io.Writer
	uninject bool
	lines    strings.Builder
	counts   map[inject.Action]int
	unasked  int
	// left are those that are to have no sidecar, and have it still.
	left int
}

// reportBytes are those that are written at once.
const reportBytes = 32 << 10

func newInjectReport(out io.Writer, uninject bool) *injectReport {
	return &injectReport{out: out, uninject: uninject, counts: map[inject.Action]int{}}
}

func (r *injectReport) add(result inject.Result) {
	r.counts[result.Action]++
	if result.Reason == inject.NotAsked {
		r.unasked++
	}
	if result.Left {
		r.left++
	}
	if result.Action == inject.NoPods {
		return
	}
	fmt.Fprintln(&r.lines, result)
	if r.lines.Len() > reportBytes {
		r.flush()
	}
}

// note adds a line.
func (r *injectReport) note(line string) { fmt.Fprintln(&r.lines, line) }

func (r *injectReport) flush() {
	if r.lines.Len() > 0 {
		fmt.Fprint(r.out, r.lines.String())
		r.lines.Reset()
	}
}

// finish says how many there were, what is to be known of what was injected, and what is to be done where nobody asked.
func (r *injectReport) finish(all bool, notes []string) {
	actions := []inject.Action{inject.Injected, inject.Updated, inject.Unchanged, inject.Skipped, inject.NoPods}
	if r.uninject {
		actions = []inject.Action{inject.Removed, inject.Unchanged, inject.NoPods}
	}
	var parts []string
	for _, action := range actions {
		parts = append(parts, fmt.Sprintf("%d %s", r.counts[action], strings.Replace(string(action), "no Pods", "without Pods", 1)))
	}
	fmt.Fprintln(&r.lines, strings.Join(parts, ", "))
	served := r.counts[inject.Injected] + r.counts[inject.Updated] + r.counts[inject.Unchanged]
	if r.counts[inject.Injected]+r.counts[inject.Updated] > 0 {
		for _, note := range notes {
			r.note("note: " + note)
		}
	}
	if !all && served == 0 && r.unasked > 0 && r.unasked == r.counts[inject.Skipped] {
		fmt.Fprintf(&r.lines, "nothing asks for a sidecar: put the annotation %s: \"true\" on the Pod template, a label of that name on its Namespace in front of it, or give --all\n",
			inject.Annotation)
	}
	r.flush()
}

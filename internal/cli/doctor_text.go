package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// mostPodsNamed is how many Pods a cause names.
const mostPodsNamed = 3

// printDiagnosis prints the causes, then the findings, then what could not be asked.
func (p *program) printDiagnosis(d *diagnosis) error {
	out := bufio.NewWriter(p.stdout)
	fmt.Fprintln(out, summaryOf(d))
	for i := range d.Causes {
		printCause(out, i+1, &d.Causes[i])
	}
	if len(d.Findings) > 0 {
		fmt.Fprintln(out, "\nlint:")
		for _, f := range d.Findings {
			fmt.Fprintf(out, "  %s: %s: %s [%s]\n", f.Position, f.Severity, f.Message, f.Rule)
		}
	}
	if len(d.Unasked) > 0 {
		fmt.Fprintln(out, "\nnot known:")
		for _, text := range d.Unasked {
			fmt.Fprintf(out, "  %s\n", text)
		}
	}
	if err := out.Flush(); err != nil {
		return internalError{fmt.Errorf("write the output: %w", err)}
	}

	return nil
}

func printCause(out io.Writer, number int, cause *diagnose.Cause) {
	fmt.Fprintf(out, "\n%d. %s [%s]\n", number, cause.Summary, cause.ID)
	if len(cause.Pods) > 0 {
		fmt.Fprintf(out, "   pods: %s\n", namedPods(cause.Pods))
	}
	for _, e := range cause.Evidence {
		fmt.Fprintf(out, "   seen: %s: %s\n", e.Object, e.Says)
	}
	fmt.Fprintf(out, "   mend: %s\n", cause.Mend)
	for line := range strings.Lines(cause.Values) {
		fmt.Fprintf(out, "         %s", line)
	}
}

func namedPods(pods []string) string {
	if more := len(pods) - mostPodsNamed; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(pods[:mostPodsNamed], ", "), more)
	}

	return strings.Join(pods, ", ")
}

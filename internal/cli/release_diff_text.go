package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/changes"
)

// printChanges prints what changes, the collector's terms first.
func (p *program) printChanges(name string, report *changes.Report) error {
	out := bufio.NewWriter(p.stdout)
	if report.Same {
		fmt.Fprintf(out, "%s: nothing changes\n", name)

		return out.Flush()
	}
	for _, c := range report.Collectors {
		printCollector(out, c)
	}
	printDifference(out, "rights", report.Rights)
	printDifference(out, "ports", report.Ports)
	printWorkloads(out, report.Workloads)
	fmt.Fprintf(out, "objects: %s\n", objectCounts(report.Objects))
	for _, object := range report.Objects {
		fmt.Fprintf(out, "\n%s", object.Diff)
	}
	if err := out.Flush(); err != nil {
		return internalError{fmt.Errorf("write the output: %w", err)}
	}

	return nil
}

// sign is how an action looks in a list.
func sign(action changes.Action) string {
	switch action {
	case changes.Add:
		return "+"
	case changes.Remove:
		return "-"
	default:
		return "~"
	}
}

func printCollector(out io.Writer, c changes.Collector) {
	fmt.Fprintf(out, "collector %s:\n", c.Ref)
	if c.Unseen != "" {
		fmt.Fprintf(out, "  not compared: %s\n", c.Unseen)
	}
	for _, part := range c.Parts {
		fmt.Fprintf(out, "  %s %s %s\n", sign(part.Action), part.Kind, part.ID)
		for _, s := range part.Settings {
			name := s.Path
			if name != "" {
				name += ": "
			}
			switch s.Action {
			case changes.Add:
				fmt.Fprintf(out, "      + %s%s\n", name, s.After)
			case changes.Remove:
				fmt.Fprintf(out, "      - %s%s\n", name, s.Before)
			default:
				fmt.Fprintf(out, "      ~ %s%s -> %s\n", name, s.Before, s.After)
			}
		}
	}
}

func printDifference(out io.Writer, what string, d changes.Difference) {
	if len(d.Gained)+len(d.Lost) == 0 {
		return
	}
	fmt.Fprintf(out, "%s:\n", what)
	for _, gained := range d.Gained {
		fmt.Fprintf(out, "  + %s\n", gained)
	}
	for _, lost := range d.Lost {
		fmt.Fprintf(out, "  - %s\n", lost)
	}
}

func printWorkloads(out io.Writer, workloads []changes.Workload) {
	if len(workloads) == 0 {
		fmt.Fprintln(out, "workloads: no Pod starts again")

		return
	}
	fmt.Fprintln(out, "workloads:")
	for _, w := range workloads {
		switch w.Action {
		case changes.Add:
			fmt.Fprintf(out, "  + %s, %s\n", w.Ref, podCount(w.Pods))
		case changes.Remove:
			fmt.Fprintf(out, "  - %s, %s\n", w.Ref, podCount(w.Pods))
		default:
			fmt.Fprintf(out, "  ~ %s: %s started again, for %s\n", w.Ref, podCount(w.Pods), strings.Join(w.Because, ", "))
		}
		if w.Note != "" {
			fmt.Fprintf(out, "      %s\n", w.Note)
		}
	}
}

func podCount(n int) string {
	if n == 1 {
		return "1 Pod"
	}

	return fmt.Sprintf("%d Pods", n)
}

func objectCounts(objects []changes.Object) string {
	count := map[changes.Action]int{}
	for _, o := range objects {
		count[o.Action]++
	}

	return fmt.Sprintf("%d added, %d removed, %d changed", count[changes.Add], count[changes.Remove], count[changes.Change])
}

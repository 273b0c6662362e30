package cli

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

// printStatus prints a status for people.
func (p *program) printStatus(s *deployment.Status) error {
	var text bytes.Buffer
	fmt.Fprintln(&text, headline(s))
	r := s.Release
	facts := [][2]string{
		{"release", fmt.Sprintf("revision %d in the namespace %s, %s", r.Revision, r.Namespace, r.Status)},
		{"chart", fmt.Sprintf("%s %s, app version %s", r.Chart, r.ChartVersion, cmp.Or(r.AppVersion, "none"))},
	}
	for _, w := range s.Workloads {
		facts = append(
			facts, [2]string{w.Kind, fmt.Sprintf("%s: %s", w.Name, w.Rollout)},
			[2]string{"pods", fmt.Sprintf("%d of %d ready, %d updated, %d available%s", w.Ready, w.Wanted, w.Updated, w.Available, outOfDate(w.OutOfDate))},
			[2]string{"image", w.Image}, [2]string{"config", w.ConfigHash},
		)
	}
	if side := s.Sidecars; side != nil {
		facts = append(
			facts, [2]string{"sidecars", fmt.Sprintf("%d of %d ready%s", side.Ready, len(side.Pods), outOfDate(side.OutOfDate))},
			[2]string{"config", cmp.Or(side.ConfigHash, "its hash is not known")},
		)
	}
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, fact := range facts {
		fmt.Fprintf(table, "  %s\t%s\n", fact[0], report.Printable(fact[1]))
	}
	_ = table.Flush() // A buffer takes everything.
	podTable(&text, podsOf(s), s.Sidecars != nil)
	for _, note := range s.Notes {
		fmt.Fprintf(p.stderr, "note: %s\n", note)
	}
	if _, err := text.WriteTo(p.stdout); err != nil {
		return internalError{fmt.Errorf("write the status: %w", err)}
	}

	return nil
}

func headline(s *deployment.Status) string {
	line := s.Release.Name + ": " + string(s.State)
	if s.Reason != "" {
		line += ": " + s.Reason
	}

	return report.Printable(line)
}

func outOfDate(count int) string {
	if count == 0 {
		return ""
	}

	return fmt.Sprintf(", %d with another config than the one installed", count)
}

// podTable shows a Pod a line.
func podTable(out io.Writer, pods []deployment.Pod, sidecars bool) {
	if len(pods) == 0 {
		return
	}
	fmt.Fprintln(out)
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(cells ...string) {
		for i := range cells {
			cells[i] = report.Printable(strings.ReplaceAll(cells[i], "\t", " "))
		}
		if !sidecars {
			cells = cells[1:]
		}
		fmt.Fprintln(table, strings.Join(cells, "\t"))
	}
	row("NAMESPACE", "POD", "READY", "CONFIG", "RESTARTS", "NODE", "HEALTH", "WHY NOT READY")
	for _, pod := range pods {
		row(pod.Namespace, pod.Name, yesNo(pod.Ready), configOf(pod), strconv.Itoa(pod.Restarts), cmp.Or(pod.Node, "-"), healthOf(pod), pod.Reason)
	}
	_ = table.Flush() // Its writer is a buffer.
}

func yesNo(is bool) string {
	if is {
		return "yes"
	}

	return "no"
}

// configOf is the hash of a Pod's config, and whether it is another than the one installed.
func configOf(pod deployment.Pod) string {
	switch {
	case pod.ConfigHash == "":
		return "unknown"
	case pod.Current:
		return pod.ConfigHash
	default:
		return pod.ConfigHash + " (other)"
	}
}

func healthOf(pod deployment.Pod) string {
	switch {
	case pod.Health == nil:
		return "-"
	case !pod.Health.Reached:
		return "no answer"
	case pod.Health.Healthy:
		return "ok"
	default:
		return pod.Health.Detail
	}
}

func podsOf(s *deployment.Status) []deployment.Pod {
	if s == nil {
		return nil
	}
	var all []deployment.Pod
	for _, w := range s.Workloads {
		all = append(all, w.Pods...)
	}
	if s.Sidecars != nil {
		all = append(all, s.Sidecars.Pods...)
	}

	return all
}

// lines are what may change of a status, a line each.
func lines(s *deployment.Status) []string {
	if s == nil {
		return nil
	}
	all := []string{fmt.Sprintf("%s (revision %d, %s)", headline(s), s.Release.Revision, s.Release.Status)}
	for _, w := range s.Workloads {
		all = append(all, fmt.Sprintf("%s %s: %s, %d of %d ready, %d updated, config %s", w.Kind, w.Name, w.State, w.Ready, w.Wanted, w.Updated, w.ConfigHash))
	}
	for _, pod := range podsOf(s) {
		state := "ready"
		if !pod.Ready {
			state = "not ready: " + pod.Reason
		}
		all = append(all, report.Printable(fmt.Sprintf("Pod %s: %s, config %s, %d restarts", pod.Name, state, configOf(pod), pod.Restarts)))
	}

	return all
}

// redraw shows a screen anew where it differs from the last one.
func (p *program) redraw(last *string, show func(*program) error) error {
	var screen bytes.Buffer
	own := *p
	own.stdout = &screen
	if err := show(&own); err != nil {
		return err
	}
	if screen.String() == *last {
		return nil
	}
	*last = screen.String()
	const home = "\x1b[H\x1b[2J" // To the first line, and clear.
	if _, err := io.WriteString(p.stdout, home+screen.String()); err != nil {
		return internalError{fmt.Errorf("write to the terminal: %w", err)}
	}

	return nil
}

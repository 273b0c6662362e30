package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
)

type topFlags struct {
	cluster     clusterFlags
	output      string
	watch, each bool
	interval    time.Duration
	pods        int
}

func (p *program) topCommand() *cobra.Command {
	var flags topFlags
	cmd := &cobra.Command{
		Use:   "top RELEASE",
		Short: "Show what the collectors of a release use and do",
		Long: `Show CPU and memory of each collector against its request and limit, and the rates of its receivers, processors
and exporters: what was accepted, refused, sent, failed and dropped a second, and how full the queues are.

CPU and memory come from the cluster's metrics API (metrics-server), else from the collectors. The rates are
those between two looks at the collectors' own metrics, through the API server's proxy.`,
		Example: `  helm otlp top gateway -n observability
  helm otlp top agent -n observability --pods 0 --output json`,
		Args: oneRelease,
		RunE: func(cmd *cobra.Command, args []string) error { return p.top(cmd.Context(), args[0], flags) },
	}
	flags.cluster.register(cmd.Flags(), p)
	registerOutput(cmd, &flags.output)
	cmd.Flags().BoolVarP(&flags.watch, "watch", "w", false, "go on until interrupted: redraws a terminal")
	cmd.Flags().BoolVar(&flags.each, "each", false, "show the rates of each Pod, not their sum")
	cmd.Flags().DurationVar(&flags.interval, "interval", time.Second, "time between two looks at the metrics")
	cmd.Flags().IntVar(&flags.pods, "pods", 30, "ask at most so many collectors for their metrics, those that are ready first; 0: all")

	return cmd
}

func (p *program) top(ctx context.Context, name string, flags topFlags) error {
	if err := checkOutput(flags.output, textOrJSON()); err != nil {
		return err
	}
	if flags.interval <= 0 || flags.pods < 0 {
		return fmt.Errorf("--interval %s, --pods %d: give a time above 0, and 0 or more Pods", flags.interval, flags.pods)
	}
	cluster, err := flags.cluster.connect(p)
	if err != nil {
		return err
	}
	if flags.watch {
		return p.watchTop(ctx, cluster.Meter(name, flags.pods), flags)
	}
	metrics, err := cluster.Metrics(ctx, name, flags.interval, flags.pods)
	if err != nil {
		return err
	}
	p.hideMetrics(metrics)
	if flags.output == "json" {
		return p.printJSON(metrics, false)
	}

	return p.printTop(metrics, flags.each)
}

func (p *program) watchTop(ctx context.Context, meter *deployment.Meter, flags topFlags) error {
	seen := ""
	if _, err := meter.Read(ctx); err != nil {
		return err
	}

	return p.watch(ctx, func() error {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(flags.interval):
		}
		metrics, err := meter.Read(ctx)
		if err != nil {
			return err
		}
		p.hideMetrics(metrics)
		switch {
		case flags.output == "json":
			return p.printJSON(metrics, true)
		case p.onTerminal():
			return p.redraw(&seen, func(out *program) error { return out.printTop(metrics, flags.each) })
		default:
			return p.printTop(metrics, flags.each)
		}
	})
}

func (p *program) printTop(m *deployment.Metrics, each bool) error {
	var text bytes.Buffer
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "POD\tNODE\tCPU\tREQUEST\tLIMIT\tMEMORY\tREQUEST\tLIMIT")
	for _, pod := range m.Pods {
		row(table, pod.Name, cmp.Or(pod.Node, "-"), milli(pod.CPU.Used), milli(pod.CPU.Request), milli(pod.CPU.Limit),
			mebi(pod.Memory.Used), mebi(pod.Memory.Request), mebi(pod.Memory.Limit))
	}
	fmt.Fprintln(table)
	of := func(pod string, components []deployment.Component) {
		for _, c := range components {
			cells := []string{c.Kind + " " + c.Name, c.Signal, rate(c.Accepted), rate(c.Refused), rate(c.Sent), rate(c.Failed), rate(c.Dropped), queue(c)}
			if each {
				cells = append([]string{pod}, cells...)
			}
			row(table, cells...)
		}
	}
	const heads = "COMPONENT\tSIGNAL\tACCEPTED/S\tREFUSED/S\tSENT/S\tFAILED/S\tDROPPED/S\tQUEUE"
	switch {
	case len(m.Components) == 0:
	case each:
		fmt.Fprintln(table, "POD\t"+heads)
		for _, pod := range m.Pods {
			of(pod.Name, pod.Components)
		}
	default:
		fmt.Fprintln(table, heads)
		of("", m.Components)
	}
	_ = table.Flush() // A buffer takes everything.
	p.noteTop(m)
	if _, err := text.WriteTo(p.stdout); err != nil {
		return internalError{fmt.Errorf("write the metrics: %w", err)}
	}

	return nil
}

// fewProblems is how many Pods are named that did not answer.
const fewProblems = 3

// noteTop says what is not among the figures.
func (p *program) noteTop(m *deployment.Metrics) {
	for _, note := range m.Notes {
		fmt.Fprintf(p.stderr, "note: %s\n", note)
	}
	if m.NotAsked > 0 {
		fmt.Fprintf(p.stderr, "note: the rates are those of %d of %d Pods: --pods 0 asks all of them\n", len(m.Pods)-m.NotAsked, len(m.Pods))
	}
	problems := 0
	for _, pod := range m.Pods {
		if pod.Problem == "" {
			continue
		}
		if problems++; problems <= fewProblems {
			fmt.Fprintf(p.stderr, "note: Pod %s tells no rates: %s\n", pod.Name, pod.Problem)
		}
	}
	if more := problems - fewProblems; more > 0 {
		fmt.Fprintf(p.stderr, "note: %d more Pods tell no rates\n", more)
	}
}

func row(table *tabwriter.Writer, cells ...string) {
	for i := range cells {
		cells[i] = report.Printable(strings.ReplaceAll(cells[i], "\t", " "))
	}
	fmt.Fprintln(table, strings.Join(cells, "\t"))
}

func milli(cores float64) string {
	if cores == 0 {
		return "-"
	}

	return strconv.FormatFloat(cores*1000, 'f', 0, 64) + "m"
}

func mebi(bytes float64) string {
	if bytes == 0 {
		return "-"
	}

	return strconv.FormatFloat(bytes/(1<<20), 'f', 0, 64) + "Mi"
}

func rate(n float64) string {
	if n == 0 {
		return "0"
	}

	return strconv.FormatFloat(n, 'f', 1, 64)
}

func queue(c deployment.Component) string {
	if c.QueueCapacity == 0 {
		return "-"
	}

	return fmt.Sprintf("%.0f of %.0f", c.QueueSize, c.QueueCapacity)
}

// Package ledger sums up what trials came to, and keeps it in a document.
package ledger

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// An Outcome is what one trial came to.
type Outcome struct {
	Scenario, Subject string
	Tally             telemetry.Tally
	Sent              telemetry.Sent
	Took              time.Duration
	// CPU is what the collectors used from the start of the load to its end, 0 where it was not measured. Memory is the
	// most that one of them took, in bytes.
	CPU    time.Duration
	Memory int64
	// Yardstick is the subject's own that it is held against, Loses that it may lose something.
	Yardstick string
	Loses     bool
	// Rate is what was sent a second, or written, 0 for as much as went.
	Rate int64
	// Traces are counted, not records, and no duplicates.
	Traces bool
	// Finished tells that what arrived was counted, Failed that something was not as the test wants it.
	Finished, Failed bool
}

func (o Outcome) String() string {
	if o.CPU > 0 {
		return fmt.Sprintf("%s in %s, %.0f a second of one core, at most %d MiB a Pod", o.Tally, o.Took.Round(time.Second), float64(o.Tally.Delivered)/o.CPU.Seconds(), o.Memory>>20)
	}

	return fmt.Sprintf("%s in %s, longest gap %s", o.Tally, o.Took.Round(time.Second), o.Sent.LongestGap.Round(10*time.Millisecond))
}

// A Ledger keeps the outcomes of all trials.
type Ledger struct {
	mu       sync.Mutex
	outcomes []Outcome
	// Report is a Markdown file that has all of them at any time, in case the run does not come to its end; empty: none.
	Report  string
	writing sync.Mutex
}

// Add keeps what a trial came to.
func (l *Ledger) Add(o Outcome) {
	l.mu.Lock()
	l.outcomes = append(l.outcomes, o)
	l.mu.Unlock()
	if err := l.Write(); err != nil {
		fmt.Println("writing the report:", err) // The end of the run tries again, and fails.
	}
}

// Write writes the report.
func (l *Ledger) Write() error {
	if l.Report == "" {
		return nil
	}

	return l.document(l.Report, time.Now())
}

// A row sums up the trials of one scenario and subject.
type row struct {
	scenario, subject string
	// runs are those whose telemetry was counted, lossy those of them that lost some, and failed all that were not as the
	// test wants them, counted or not.
	runs, lossy, failed int
	tally               telemetry.Tally
	missed, rate        int64
	yardstick           string
	loses               bool
	gap, took, cpu      time.Duration
	memory              int64
	// offered tells that there was a sender, traces that no records are counted.
	offered, traces bool
}

// perCore is how many records a second one core handles, where it was measured.
func (r row) perCore() string {
	if r.cpu == 0 {
		return ""
	}

	return fmt.Sprintf("%.0f", r.throughput())
}

// mebibytes is the most memory that a Pod took, where it was measured.
func (r row) mebibytes() string {
	if r.memory == 0 {
		return ""
	}

	return fmt.Sprintf("%d", r.memory>>20)
}

// rows are in the order in which the first trial of each ended.
func (l *Ledger) rows() []row {
	l.mu.Lock()
	defer l.mu.Unlock()
	var rows []row
	for _, o := range l.outcomes {
		i := slices.IndexFunc(rows, func(r row) bool { return r.scenario == o.Scenario && r.subject == o.Subject })
		if i < 0 {
			i = len(rows)
			rows = append(rows, row{scenario: o.Scenario, subject: o.Subject, yardstick: o.Yardstick, loses: o.Loses})
		}
		r := &rows[i]
		if o.Failed {
			r.failed++
		}
		if !o.Finished {
			continue
		}
		r.runs++
		r.rate = o.Rate
		if o.Tally.Lost > 0 {
			r.lossy++
		}
		r.tally.Sent += o.Tally.Sent
		r.tally.Accepted += o.Tally.Accepted
		r.tally.Delivered += o.Tally.Delivered
		r.tally.Duplicated += o.Tally.Duplicated
		r.tally.Lost += o.Tally.Lost
		r.missed += o.Sent.Missed
		r.offered = r.offered || o.Sent.Numbers.Count > 0
		r.traces = r.traces || o.Traces
		r.cpu += o.CPU
		r.memory = max(r.memory, o.Memory)
		r.gap = max(r.gap, o.Sent.LongestGap)
		r.took = max(r.took, o.Took)
	}

	return rows
}

// tolerance is how much less counts as the same, where the measured differ by as much from run to run.
const tolerance = 0.95

// Behind says where ours has lost more of what it accepted, or handles less on a core at the same rate,
// than what it is held against. What a killed process had in memory is a matter of chance.
func (l *Ledger) Behind() (problems []string) {
	rows := l.rows()
	for _, theirs := range rows {
		for _, ours := range rows {
			if theirs.yardstick != ours.subject || theirs.scenario != ours.scenario {
				continue
			}
			if !ours.loses && ours.lossRate() > theirs.lossRate() {
				problems = append(problems, fmt.Sprintf("%s: %s lost %.4f%%, %s %.4f%%", ours.scenario,
					ours.subject, 100*ours.lossRate(), theirs.subject, 100*theirs.lossRate()))
			}
			if ours.rate > 0 && ours.cpu > 0 && theirs.cpu > 0 && ours.throughput() < tolerance*theirs.throughput() {
				problems = append(problems, fmt.Sprintf("%s: %s handles %.0f a second on a core, %s %.0f", ours.scenario,
					ours.subject, ours.throughput(), theirs.subject, theirs.throughput()))
			}
		}
	}

	return problems
}

func (r row) lossRate() float64 { return float64(r.tally.Lost) / float64(max(r.tally.Accepted, 1)) }

// throughput is in records a second of one core.
func (r row) throughput() float64 { return float64(r.tally.Delivered) / r.cpu.Seconds() }

// headings are those of cells. What was not measured is blank.
func headings() []string {
	return []string{
		"scenario", "subject", "a second", "runs", "failed runs", "missed", "sent", "accepted", "delivered", "duplicated", "lost", "runs with loss",
		"longest gap", "longest run", "records/s per core", "MiB",
	}
}

func (r row) cells() []string {
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	rate, missed, duplicated, gap := "", "", "", ""
	if r.rate > 0 {
		rate = count(r.rate)
	}
	if r.offered {
		gap = r.gap.Round(10 * time.Millisecond).String()
	}
	if r.offered && !r.traces {
		missed = count(r.missed)
	}
	if !r.traces {
		duplicated = count(r.tally.Duplicated)
	}

	return []string{
		r.scenario, r.subject, rate, strconv.Itoa(r.runs), strconv.Itoa(r.failed), missed, count(r.tally.Sent), count(r.tally.Accepted), count(r.tally.Delivered),
		duplicated, count(r.tally.Lost), strconv.Itoa(r.lossy), gap, r.took.Round(time.Second).String(), r.perCore(), r.mebibytes(),
	}
}

// Print writes the summary.
func (l *Ledger) Print(to io.Writer) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(headings(), "\t"))
	for _, r := range l.rows() {
		fmt.Fprintln(table, strings.Join(r.cells(), "\t"))
	}
	_ = table.Flush()
	for _, problem := range l.Behind() {
		fmt.Fprintln(to, "behind:", problem)
	}
}

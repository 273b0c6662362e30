package reliability

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// An outcome is what one trial came to.
type outcome struct {
	scenario, subject string
	tally             telemetry.Tally
	sent              telemetry.Sent
	took              time.Duration
	// cpu is what the collectors used from the start of the load to its end, 0 where it was not measured. Memory is the
	// most that one of them took, in bytes.
	cpu    time.Duration
	memory int64
	// yardstick is the subject's, loses that it may lose something.
	yardstick string
	loses     bool
	// rate is what was sent a second, or written, 0 for as much as went.
	rate int64
	// traces are counted, not records, and no duplicates.
	traces bool
	// finished tells that what arrived was counted, failed that something was not as the test wants it.
	finished, failed bool
}

func (o outcome) String() string {
	if o.cpu > 0 {
		return fmt.Sprintf("%s in %s, %.0f a second of one core, at most %d MiB a Pod", o.tally, o.took.Round(time.Second), float64(o.tally.Delivered)/o.cpu.Seconds(), o.memory>>20)
	}

	return fmt.Sprintf("%s in %s, longest gap %s", o.tally, o.took.Round(time.Second), o.sent.LongestGap.Round(10*time.Millisecond))
}

// ledger keeps the outcomes of all trials.
type ledger struct {
	mu       sync.Mutex
	outcomes []outcome
	// report is a Markdown file that has all of them at any time, in case the run does not come to its end; empty: none.
	report  string
	writing sync.Mutex
}

func (l *ledger) add(o outcome) {
	l.mu.Lock()
	l.outcomes = append(l.outcomes, o)
	l.mu.Unlock()
	if err := l.write(); err != nil {
		fmt.Println("writing the report:", err) // The end of the run tries again, and fails.
	}
}

// write writes the report.
func (l *ledger) write() error {
	if l.report == "" {
		return nil
	}

	return l.document(l.report, time.Now())
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
func (l *ledger) rows() []row {
	l.mu.Lock()
	defer l.mu.Unlock()
	var rows []row
	for _, o := range l.outcomes {
		i := slices.IndexFunc(rows, func(r row) bool { return r.scenario == o.scenario && r.subject == o.subject })
		if i < 0 {
			i = len(rows)
			rows = append(rows, row{scenario: o.scenario, subject: o.subject, yardstick: o.yardstick, loses: o.loses})
		}
		r := &rows[i]
		if o.failed {
			r.failed++
		}
		if !o.finished {
			continue
		}
		r.runs++
		r.rate = o.rate
		if o.tally.Lost > 0 {
			r.lossy++
		}
		r.tally.Sent += o.tally.Sent
		r.tally.Accepted += o.tally.Accepted
		r.tally.Delivered += o.tally.Delivered
		r.tally.Duplicated += o.tally.Duplicated
		r.tally.Lost += o.tally.Lost
		r.missed += o.sent.Missed
		r.offered = r.offered || o.sent.Numbers.Count > 0
		r.traces = r.traces || o.traces
		r.cpu += o.cpu
		r.memory = max(r.memory, o.memory)
		r.gap = max(r.gap, o.sent.LongestGap)
		r.took = max(r.took, o.took)
	}

	return rows
}

// tolerance is how much less counts as the same, where the measured differ by as much from run to run.
const tolerance = 0.95

// behind says where ours has lost more of what it accepted, or handles less on a core at the same rate,
// than what it is held against. What a killed process had in memory is a matter of chance.
func (l *ledger) behind() (problems []string) {
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

// print writes the summary.
func (l *ledger) print(to io.Writer) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, strings.Join(headings(), "\t"))
	for _, r := range l.rows() {
		fmt.Fprintln(table, strings.Join(r.cells(), "\t"))
	}
	_ = table.Flush()
	for _, problem := range l.behind() {
		fmt.Fprintln(to, "behind:", problem)
	}
}

func TestWhatIsBehindIsSaid(t *testing.T) {
	t.Parallel()
	tally := func(lost int64) telemetry.Tally {
		return telemetry.Tally{Accepted: 1000, Delivered: 1000 - lost, Lost: lost}
	}
	theirs := outcome{scenario: "steady", subject: "theirs", yardstick: "ours", tally: tally(1), cpu: 10 * time.Second, rate: 100}
	for _, test := range []struct {
		ours   outcome
		behind int
	}{
		{outcome{tally: tally(1), cpu: 10 * time.Second, rate: 100}, 0},
		{outcome{tally: tally(2), cpu: 10 * time.Second, rate: 100}, 1},
		{outcome{tally: tally(2), cpu: 10 * time.Second, rate: 100, loses: true}, 0},
		{outcome{tally: tally(0), cpu: 11 * time.Second, rate: 100}, 1},
		{outcome{tally: tally(2), cpu: 11 * time.Second, rate: 100}, 2},
		{outcome{tally: tally(0), cpu: 11 * time.Second}, 0},
		{outcome{tally: tally(0), rate: 100}, 0},
	} {
		test.ours.scenario, test.ours.subject = "steady", "ours"
		var l ledger
		l.add(test.ours)
		l.add(theirs)
		assert.Len(t, l.behind(), test.behind, "%+v", test.ours)
	}
}

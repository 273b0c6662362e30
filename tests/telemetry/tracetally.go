package telemetry

import "fmt"

// TraceTally says what became of the traces of a [Load] with SpansPerTrace, for those with a mark and those without.
type TraceTally struct{ Marked, Unmarked TraceCounts }

// TraceCounts are counts of traces whose every span was acknowledged, but for the last.
type TraceCounts struct {
	Whole int64 // all spans arrived
	Part  int64 // some spans arrived
	None  int64 // no span arrived
	// Unacknowledged is how many traces have a span that was not acknowledged, whatever arrived.
	Unacknowledged int64
}

func (c TraceCounts) String() string {
	return fmt.Sprintf("%d whole, %d in part, %d not at all, %d unacknowledged", c.Whole, c.Part, c.None, c.Unacknowledged)
}

func (t TraceTally) String() string {
	return fmt.Sprintf("marked traces: %s; unmarked traces: %s", t.Marked, t.Unmarked)
}

// Traces tells which of the traces that a run has sent have arrived so far in one stream.
func (l *ledger) Traces(stream Stream, sent Sent) TraceTally {
	l.mu.Lock()
	defer l.mu.Unlock()
	var tally TraceTally
	arrived, allAcknowledged := int64(0), true
	l.existing(stream).counts.each(sent.Numbers, func(number, times int64) {
		arrived += min(times, 1)
		allAcknowledged = allAcknowledged && sent.acknowledged(number)
		root := sent.traces.root(number)
		if number < root+sent.traces.spans-1 {
			return
		}
		counts := &tally.Unmarked
		if sent.traces.isMarked(root) {
			counts = &tally.Marked
		}
		counts.judge(arrived, sent.traces.spans, allAcknowledged)
		arrived, allAcknowledged = 0, true
	})
	return tally
}

// judge adds one trace.
func (c *TraceCounts) judge(arrived, spans int64, acknowledged bool) {
	switch {
	case !acknowledged:
		c.Unacknowledged++
	case arrived == spans:
		c.Whole++
	case arrived > 0:
		c.Part++
	default:
		c.None++
	}
}

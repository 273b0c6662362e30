package otelcol

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
)

// stream is what one exporter sends of one signal.
type stream struct {
	signal   Signal
	exporter string
}

// ledger counts records by number. Its zero value is not usable; a [Sink] makes its own.
type ledger struct {
	mu         sync.Mutex
	seen       map[stream]map[int64]int
	unnumbered map[stream]int64
	arrived    time.Time
}

// entry returns what writes the records of one request into the ledger.
func (l *ledger) entry(signal Signal, exporter string) func(pcommon.Map) {
	key := stream{signal: signal, exporter: exporter}
	return func(attributes pcommon.Map) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.arrived = time.Now()
		number, ok := attributes.Get(NumberAttribute)
		if !ok || number.Type() != pcommon.ValueTypeInt {
			l.unnumbered[key]++
			return
		}
		if l.seen[key] == nil {
			l.seen[key] = map[int64]int{}
		}
		l.seen[key][number.Int()]++
	}
}

// Tally says what became of records that were sent.
type Tally struct {
	Sent      int64
	Delivered int64 // different numbers that arrived, each once or more
	Lost      int64 // numbers that never arrived
	// Duplicated is how many arrivals there were beyond the first of each number.
	Duplicated int64
	// Unnumbered is how many records without a number arrived: a collector's own, or made by a connector.
	Unnumbered int64
}

// Exact tells whether each record sent arrived exactly once.
func (t Tally) Exact() bool { return t.Delivered == t.Sent && t.Lost == 0 && t.Duplicated == 0 }

func (t Tally) String() string {
	return fmt.Sprintf("%d sent, %d delivered, %d lost, %d duplicated, %d without a number", t.Sent, t.Delivered, t.Lost, t.Duplicated, t.Unnumbered)
}

// Tally compares the numbers that were sent with what has arrived so far of one signal from one exporter. An
// exporter that does not name itself by [ExporterHeader] is "".
func (l *ledger) Tally(signal Signal, exporter string, sent ...Numbers) Tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := stream{signal: signal, exporter: exporter}
	tally := Tally{Unnumbered: l.unnumbered[key]}
	for _, numbers := range sent {
		tally.Sent += numbers.Count
	}
	for number, times := range l.seen[key] {
		for _, numbers := range sent {
			if numbers.contains(number) {
				tally.Delivered++
				tally.Duplicated += int64(times - 1)
				break
			}
		}
	}
	tally.Lost = tally.Sent - tally.Delivered
	return tally
}

// Wait returns the tally as soon as every number has arrived, else the last one when ctx ends. It then waits for
// quiet, that is until nothing at all has arrived for that long, so that a late duplicate is counted too.
func (l *ledger) Wait(ctx context.Context, quiet time.Duration, signal Signal, exporter string, sent ...Numbers) Tally {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		tally := l.Tally(signal, exporter, sent...)
		if tally.Lost == 0 && l.quietFor(quiet) {
			return tally
		}
		select {
		case <-ctx.Done():
			return tally
		case <-ticker.C:
		}
	}
}

func (l *ledger) quietFor(quiet time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Since(l.arrived) >= quiet
}

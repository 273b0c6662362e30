package telemetry

import (
	"context"
	"fmt"
	"time"
)

// Claim is numbers that were sent, and which of them were acknowledged: [Numbers] or a [Sent].
type Claim interface {
	claimed() Numbers
	acknowledged(number int64) bool
}

// Tally says what became of records that were sent. All are counts of records.
type Tally struct {
	Sent      int64 // offered to a receiver, acknowledged or not
	Accepted  int64 // acknowledged by the receiver
	Delivered int64 // different numbers that arrived, each once or more
	Lost      int64 // acknowledged, and never arrived
	// Duplicated is how many arrivals there were beyond the first of each number, at most 254 each.
	Duplicated int64
	// Unacknowledged arrived though their sender never got an acknowledgement.
	Unacknowledged int64
	// Unnumbered is how many records without a number arrived in the stream; see [Arrivals].
	Unnumbered int64
}

// Exact tells whether each record sent was acknowledged and arrived exactly once.
func (t Tally) Exact() bool {
	return t.Accepted == t.Sent && t.Delivered == t.Sent && t.Lost == 0 && t.Duplicated == 0
}

// String tells all of it in one line.
func (t Tally) String() string {
	return fmt.Sprintf("%d sent, %d accepted, %d delivered, %d lost, %d duplicated, %d delivered unacknowledged, %d without a number",
		t.Sent, t.Accepted, t.Delivered, t.Lost, t.Duplicated, t.Unacknowledged, t.Unnumbered)
}

// Tally compares what was sent with what has arrived so far of one stream. The claims must not share numbers.
func (l *ledger) Tally(stream Stream, sent ...Claim) Tally {
	l.mu.Lock()
	defer l.mu.Unlock()
	account := l.existing(stream)
	tally := Tally{Unnumbered: account.Unnumbered}
	for _, claim := range sent {
		numbers := claim.claimed()
		tally.Sent += numbers.Count
		account.counts.each(numbers, func(number, times int64) { tally.judge(claim.acknowledged(number), times) })
	}
	return tally
}

// judge adds one number, which arrived some times.
func (t *Tally) judge(acknowledged bool, times int64) {
	if acknowledged {
		t.Accepted++
	}
	switch {
	case times > 0:
		t.Delivered++
		t.Duplicated += times - 1
		if !acknowledged {
			t.Unacknowledged++
		}
	case acknowledged:
		t.Lost++
	}
}

// Missing returns the numbers that are lost so far, in order. It helps to find out when they were.
func (l *ledger) Missing(stream Stream, sent ...Claim) []Numbers {
	l.mu.Lock()
	defer l.mu.Unlock()
	var missing []Numbers
	for _, claim := range sent {
		l.existing(stream).counts.each(claim.claimed(), func(number, times int64) {
			if times > 0 || !claim.acknowledged(number) {
				return
			}
			if last := len(missing) - 1; last >= 0 && missing[last].First+missing[last].Count == number {
				missing[last].Count++
			} else {
				missing = append(missing, Numbers{First: number, Count: 1})
			}
		})
	}
	return missing
}

// Wait returns the tally as soon as nothing that was acknowledged is missing and nothing of the stream has arrived
// for the time quiet, so that a late duplicate is counted too; else the last one when ctx ends.
func (l *ledger) Wait(ctx context.Context, quiet time.Duration, stream Stream, sent ...Claim) Tally {
	for {
		began := time.Now()
		tally := l.Tally(stream, sent...)
		if tally.Lost == 0 && l.quietFor(stream, quiet) {
			return tally
		}
		// Looking through millions of numbers must not take the processor from those who send them.
		select {
		case <-ctx.Done():
			return tally
		case <-time.After(max(20*time.Millisecond, 10*time.Since(began))):
		}
	}
}

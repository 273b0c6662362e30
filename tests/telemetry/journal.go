package telemetry

import (
	"slices"
	"sync"
	"time"
)

// errorsKept is how many different errors a run keeps as text.
const errorsKept = 10

// journal is what a run keeps of what it did.
type journal struct {
	mu           sync.Mutex
	sent         Sent // its counts
	acknowledged bitmap
	latencies    latencies
	began        time.Time
	ended        time.Time // zero while the run goes on
	last         time.Time // the last acknowledgement, or else began
}

// missed notes records that were due and not offered.
func (j *journal) missed(records int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sent.Missed += records
}

// offered notes records that are about to be sent.
func (j *journal) offered(records int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sent.Numbers.Count += records
}

// attempted notes how an attempt to send a request ended.
func (j *journal) attempted(request due, attempt int, err error, outcome outcome) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sent.Attempts++
	if attempt > 0 {
		j.sent.Retries++
	}
	switch outcome.kind {
	case acknowledged:
		j.acknowledge(request)
	case refused:
		j.sent.Refused++
		j.sent.LastRefusal = err.Error()
	case timedOut:
		j.sent.TimedOut++
		j.sent.LastRefusal = err.Error()
	case partial:
		j.sent.PartialSuccesses++
		j.keep(err)
	case failed:
		j.sent.Failed++
		j.keep(err)
	case givenUp:
		j.sent.GivenUp++
	}
}

// gaveUp notes requests that are not under way and will not be.
func (j *journal) gaveUp(requests int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.sent.GivenUp += requests
}

// acknowledge notes an answer with success. The journal is locked.
func (j *journal) acknowledge(request due) {
	now := time.Now()
	for i := range request.numbers.count {
		j.acknowledged.set(request.numbers.at(i) - j.sent.Numbers.First)
	}
	j.sent.Acknowledged += request.numbers.count
	j.latencies.add(now.Sub(request.since))
	j.gap(now)
	j.last = now
}

// gap notes the time since the last acknowledgement when it is the longest so far.
func (j *journal) gap(now time.Time) {
	j.sent.LongestGap = max(j.sent.LongestGap, now.Sub(j.last))
}

func (j *journal) keep(err error) {
	if text := err.Error(); len(j.sent.Errors) < errorsKept && !slices.Contains(j.sent.Errors, text) {
		j.sent.Errors = append(j.sent.Errors, text)
	}
}

// end notes that nothing more will come.
func (j *journal) end() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.ended = time.Now()
}

// snapshot returns a copy of all of it.
func (j *journal) snapshot() Sent {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := j.ended
	if now.IsZero() {
		now = time.Now()
	}
	if j.sent.Acknowledged < j.sent.Numbers.Count {
		j.gap(now)
	}
	sent := j.sent
	sent.Errors = slices.Clone(j.sent.Errors)
	sent.bitmap = slices.Clone(j.acknowledged)
	sent.Elapsed = now.Sub(j.began)
	sent.P50, sent.P99 = j.latencies.percentile(50), j.latencies.percentile(99)
	return sent
}

// bitmap is which numbers from 0 on are set. Its zero value is ready.
type bitmap []uint64

func (b *bitmap) set(number int64) {
	for int64(len(*b)) <= number/64 {
		*b = append(*b, 0)
	}
	(*b)[number/64] |= 1 << (number % 64)
}

func (b bitmap) has(number int64) bool {
	return number >= 0 && number/64 < int64(len(b)) && b[number/64]&(1<<(number%64)) != 0
}

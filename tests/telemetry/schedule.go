package telemetry

import (
	"context"
	"time"
)

// due is one request.
type due struct {
	numbers sequence
	since   time.Time // when it was due; zero for when a sender takes it
}

// schedule puts requests into the queue when they are due, in blocks of as many requests as a trace has spans: each
// request of a block has one span of each of the block's traces. A block that has begun is finished, so that the
// numbers offered have no gap.
type schedule struct {
	load     Load
	queue    chan<- due
	journal  *journal
	stopping <-chan struct{}
	began    time.Time
	requests int64 // that came due, offered or missed
}

// run returns when the run is stopping, the load's count is offered or ctx ends.
func (s *schedule) run(ctx context.Context) {
	for offered := int64(0); s.load.Count == 0 || offered < s.load.Count; {
		traces := s.load.PerRequest
		if s.load.Count > 0 {
			traces = min(traces, (s.load.Count-offered)/s.load.SpansPerTrace)
		}
		block := Numbers{First: s.load.First + offered, Count: traces * s.load.SpansPerTrace}
		if !s.wait(ctx) {
			return
		}
		if s.load.Rate > 0 && len(s.queue) == cap(s.queue) {
			s.journal.missed(block.Count)
			s.requests += s.load.SpansPerTrace
			continue
		}
		if !s.offer(ctx, block) {
			return
		}
		offered += block.Count
	}
}

// wait returns true when the next request is due.
func (s *schedule) wait(ctx context.Context) bool {
	if s.load.Rate > 0 {
		select {
		case <-s.stopping:
			return false
		case <-ctx.Done():
			return false
		case <-time.After(time.Until(s.dueAt())):
		}
	}
	select {
	case <-s.stopping:
		return false
	default:
		return ctx.Err() == nil
	}
}

// dueAt is when the next request is due.
func (s *schedule) dueAt() time.Time {
	records := s.requests * s.load.PerRequest
	whole, rest := records/s.load.Rate, records%s.load.Rate
	return s.began.Add(time.Duration(whole)*time.Second + time.Duration(rest)*time.Second/time.Duration(s.load.Rate))
}

// offer puts a block into the queue, each request in its time. It returns false when ctx ended.
func (s *schedule) offer(ctx context.Context, block Numbers) bool {
	s.journal.offered(block.Count)
	spans := s.load.SpansPerTrace
	for i := range spans {
		request := due{numbers: sequence{first: block.First + i, step: spans, count: block.Count / spans}}
		if s.load.Rate > 0 {
			request.since = s.dueAt()
			sleep(ctx, time.Until(request.since))
		}
		select {
		case s.queue <- request:
			s.requests++
		case <-ctx.Done():
			s.journal.gaveUp(spans - i)
			return false
		}
	}
	return true
}

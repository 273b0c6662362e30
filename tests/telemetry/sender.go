package telemetry

import (
	"context"
	"math/rand/v2"
	"time"
)

// How long a sender waits before it tries again: about the shortest after the first refusal, twice as long after
// each further one, up to the longest.
const (
	shortestBackoff = 100 * time.Millisecond
	longestBackoff  = 5 * time.Second
)

// sender sends one request at a time over a connection of its own.
type sender struct {
	load    Load
	shape   shape
	journal *journal
	client  client    // nil while there is no connection
	expires time.Time // when the client makes way for another, by Load.Reconnect
}

// run sends what the queue holds until it is closed.
func (s *sender) run(ctx context.Context, queue <-chan due) {
	defer s.disconnect()
	for request := range queue {
		s.deliver(ctx, request)
	}
}

// deliver sends a request until it is accepted, must not be tried again, or ctx ends.
func (s *sender) deliver(ctx context.Context, request due) {
	if request.since.IsZero() {
		request.since = time.Now()
	}
	records := newRequest(s.load.Signal, s.shape, request.numbers)
	for attempt := 0; ctx.Err() == nil; attempt++ {
		err := s.attempt(ctx, records)
		outcome := outcomeOf(ctx, err)
		s.journal.attempted(request, attempt, err, outcome)
		if !outcome.retry() {
			return
		}
		if outcome.kind == timedOut {
			s.disconnect()
		}
		sleep(ctx, max(outcome.retryAfter, backoffAfter(attempt)))
	}
	s.journal.gaveUp(1)
}

// attempt sends a request once, over a new connection when there is none or it is too old.
func (s *sender) attempt(ctx context.Context, records request) error {
	if s.load.Reconnect > 0 && time.Now().After(s.expires) {
		s.disconnect()
	}
	if s.client == nil {
		client, err := newClient(s.load.Protocol, s.load.Address, s.load.Signal, s.load.Dial)
		if err != nil {
			return err
		}
		// Between half and all of the time, so that not all senders change at once.
		s.client, s.expires = client, time.Now().Add(s.load.Reconnect/2+rand.N(s.load.Reconnect/2+1))
	}
	ctx, cancel := context.WithTimeout(ctx, s.load.Timeout)
	defer cancel()
	return s.client.export(ctx, records)
}

func (s *sender) disconnect() {
	if s.client != nil {
		s.client.close()
		s.client = nil
	}
}

// backoffAfter returns a random time from half of the backoff to all of it.
func backoffAfter(attempt int) time.Duration {
	backoff := longestBackoff
	if attempt < 6 {
		backoff = min(longestBackoff, shortestBackoff<<attempt)
	}
	return backoff/2 + rand.N(backoff/2)
}

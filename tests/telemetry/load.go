package telemetry

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Load is numbered records to send to an OTLP receiver over some time, as the exporters of OTLP SDKs do: what is
// refused with a retryable answer, or meets a broken connection, is sent again.
type Load struct {
	Protocol Protocol
	Address  string // host:port
	Signal   Signal
	// Dial makes the connections; nil for the machine's own.
	Dial Dialer
	// Rate is in records a second; 0 sends as fast as they are acknowledged. The rate is kept by the clock, however
	// slow the answers: what comes due while as many requests as may are Waiting is not offered at all, but counted as
	// [Sent.Missed].
	Rate int64
	// PerRequest is how many records travel in one request, 100 when 0.
	PerRequest int64
	// Padding is how many bytes each record has beside what it needs.
	Padding int
	// Senders is how many requests are under way at once, each over a connection of its own; 4 when 0.
	Senders int
	// Waiting is how many requests may wait for a sender to be free; when 0, as many as come due in a second.
	Waiting int
	// First is the first number; the others follow without a gap.
	First int64
	// Count is how many records to offer at most; 0 for no end. It must be a multiple of SpansPerTrace.
	Count int64
	// Timeout is for one attempt; 10s when 0, as in the SDKs.
	Timeout time.Duration
	// Reconnect is how long a sender keeps its connection at most, and at least half of it; 0 for as long as it holds.
	// A Service's address leads each new connection to an endpoint of its own choice.
	Reconnect time.Duration
	// Stream is the [Stream.Writer] that the sink counts the records for.
	Stream string
	// SpansPerTrace is how many consecutive numbers are the spans of one trace; 1 when 0. The spans of a trace travel
	// in as many requests, one each, and each request goes to whichever sender is free.
	SpansPerTrace int64
	// MarkTraces gives every second trace one span with an error status and [MarkAttribute].
	MarkTraces bool
}

// Start starts sending, until [Run.Stop], or until ctx ends, which gives up what is under way. An error means that
// the load makes no sense; a receiver that can't be reached is none.
func (l Load) Start(ctx context.Context) (*Run, error) {
	load := l.withDefaults()
	if err := load.check(); err != nil {
		return nil, fmt.Errorf("starting a load of %s to %s: %w", l.Signal, l.Address, err)
	}
	return start(ctx, load), nil
}

func (l Load) withDefaults() Load {
	l.PerRequest = orDefault(l.PerRequest, recordsPerRequest)
	l.Senders = orDefault(l.Senders, 4)
	l.SpansPerTrace = orDefault(l.SpansPerTrace, 1)
	l.Timeout = orDefault(l.Timeout, 10*time.Second)
	l.Waiting = orDefault(l.Waiting, int(max(1, l.Rate/max(1, l.PerRequest))))
	return l
}

func orDefault[T int | int64 | time.Duration](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

func (l Load) check() error {
	switch {
	case !slices.Contains(Signals(), l.Signal):
		return unknownSignal(l.Signal)
	case !slices.Contains(Protocols(), l.Protocol):
		return unknownProtocol(l.Protocol)
	case l.Address == "":
		return errors.New("it has no address; give host:port")
	case l.Rate < 0 || l.PerRequest < 0 || l.Padding < 0 || l.Senders < 0 || l.Waiting < 0 || l.Count < 0 || l.SpansPerTrace < 0:
		return errors.New("a rate, count, size or number of senders is negative")
	case l.SpansPerTrace > 1 && l.Signal != Traces:
		return fmt.Errorf("%s have no traces; leave SpansPerTrace out", l.Signal)
	case l.Count%l.SpansPerTrace != 0:
		return fmt.Errorf("a count of %d cuts a trace of %d spans; give a multiple", l.Count, l.SpansPerTrace)
	}
	return nil
}

func (l Load) shape() shape {
	return shape{stream: l.Stream, traces: l.traces(), padding: strings.Repeat("x", l.Padding)}
}

func (l Load) traces() traceShape {
	return traceShape{first: l.First, spans: l.SpansPerTrace, marked: l.MarkTraces}
}

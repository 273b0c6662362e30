package telemetry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ExporterHeader is the header by which an exporter says its id to a [Sink].
const ExporterHeader = "x-helm-otlp-exporter"

// What an OTLP receiver takes by default (configgrpc.ServerConfig.MaxRecvMsgSizeMiB, confighttp.ServerConfig.MaxRequestBodySize).
const (
	largestMessage = 4 << 20
	largestBody    = 20 << 20
)

// How long a sink tries to listen, when it is new and when it comes up again.
const (
	patienceNew   = 100 * time.Millisecond
	patienceAgain = 10 * time.Second
)

// SinkConfig is where a [Sink] listens, at ports that are free.
type SinkConfig struct {
	// Host is the address to listen on, 127.0.0.1 when empty.
	Host string
}

// Sink is an OTLP backend over gRPC and HTTP that counts what arrives by its number, apart for each [Stream]. A
// record is counted when its request is about to be answered with success, not when the answer is anything else.
// As a receiver of a collector with the default settings it refuses a message of over 4 MiB and a body of over 20 MiB.
// Anything posted to /api/v1/write is answered in the same way and not counted.
type Sink struct {
	// GRPC and HTTP are its addresses, host:port, which it keeps for life.
	GRPC, HTTP string

	ledger
	behaviour atomic.Pointer[Behaviour]

	switching sync.Mutex // guards what follows
	servers   *servers   // nil while it is down
	flapping  *flapping  // nil unless it flaps
	closed    bool
}

// StartSink starts a sink that lives until the test ends.
func StartSink(tb testing.TB, config SinkConfig) *Sink {
	tb.Helper()
	sink, err := ListenSink(config)
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, sink.Close()) })
	return sink
}

// ListenSink starts a sink that accepts. The caller closes it.
func ListenSink(config SinkConfig) (*Sink, error) {
	host := config.Host
	if host == "" {
		host = "127.0.0.1"
	}
	sink := &Sink{
		GRPC: net.JoinHostPort(host, "0"),
		HTTP: net.JoinHostPort(host, "0"),
	}
	accepting := Accepting()
	sink.behaviour.Store(&accepting)
	listeners, err := sink.listen(context.Background(), patienceNew)
	if err != nil {
		return nil, err
	}
	sink.GRPC, sink.HTTP = listeners.grpc.Addr().String(), listeners.http.Addr().String()
	sink.serve(listeners)
	return sink, nil
}

// Behave changes how the sink answers, from now on: a request that is under way is answered as when it came, unless
// its connection is cut. An error means that the sink could not listen again, now or while it was flapping before,
// or is closed.
func (s *Sink) Behave(behaviour Behaviour) error {
	s.switching.Lock()
	defer s.switching.Unlock()
	if s.closed {
		return errors.New("the sink is closed; start another")
	}
	if err := s.endFlapping(); err != nil {
		return err
	}
	if behaviour.flaps() {
		s.flap(behaviour)
		return nil
	}
	return s.turn(context.Background(), behaviour)
}

// Close ends the sink. What it has counted can still be asked for.
func (s *Sink) Close() error {
	s.switching.Lock()
	defer s.switching.Unlock()
	err := s.endFlapping()
	s.stop()
	s.closed = true
	return err
}

// turn takes on a behaviour that does not flap.
func (s *Sink) turn(ctx context.Context, behaviour Behaviour) error {
	s.behaviour.Store(&behaviour)
	if behaviour.closed {
		s.stop()
		return nil
	}
	if s.servers != nil {
		return nil
	}
	listeners, err := s.listen(ctx, patienceAgain)
	if err != nil {
		return err
	}
	s.serve(listeners)
	return nil
}

// flapping is the goroutine that turns a sink down and up. While there is one, the servers are its own.
type flapping struct {
	end  context.CancelFunc
	done chan error
}

func (s *Sink) flap(behaviour Behaviour) {
	ctx, end := context.WithCancel(context.Background())
	s.flapping = &flapping{end: end, done: make(chan error, 1)}
	go func() { s.flapping.done <- s.flapUntil(ctx, behaviour) }()
}

func (s *Sink) flapUntil(ctx context.Context, behaviour Behaviour) error {
	for {
		if err := s.turn(ctx, Down()); err != nil {
			return err
		}
		if !sleep(ctx, behaviour.down) {
			return nil
		}
		if err := s.turn(ctx, Accepting()); err != nil && ctx.Err() == nil {
			return err
		}
		if !sleep(ctx, behaviour.up) {
			return nil
		}
	}
}

func (s *Sink) endFlapping() error {
	if s.flapping == nil {
		return nil
	}
	s.flapping.end()
	err := <-s.flapping.done
	s.flapping = nil
	if err != nil {
		return fmt.Errorf("flapping: %w", err)
	}
	return nil
}

// sleep returns false when ctx ended first.
func sleep(ctx context.Context, duration time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(duration):
		return true
	}
}

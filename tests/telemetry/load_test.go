package telemetry_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// way is how a load travels.
type way struct {
	protocol telemetry.Protocol
	signal   telemetry.Signal
}

func (w way) String() string { return string(w.protocol) + "/" + string(w.signal) }

func ways() (all []way) {
	for _, protocol := range telemetry.Protocols() {
		for _, signal := range telemetry.Signals() {
			all = append(all, way{protocol, signal})
		}
	}
	return all
}

// started starts a load that the test's end stops.
func started(t *testing.T, load telemetry.Load) *telemetry.Run {
	t.Helper()
	run, err := load.Start(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { run.Stop(0) })
	return run
}

// counted waits for what was acknowledged, and for late duplicates.
func counted(t *testing.T, sink *telemetry.Sink, stream telemetry.Stream, sent telemetry.Sent) telemetry.Tally {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tally := sink.Wait(ctx, 100*time.Millisecond, stream, sent)
	t.Logf("%s\n%s", sent, tally)
	return tally
}

func TestALoadDeliversEachNumberOnce(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.String(), func(t *testing.T) {
			t.Parallel()
			sink := telemetry.StartSink(t, telemetry.SinkConfig{})
			run := started(t, telemetry.Load{
				Protocol: way.protocol, Address: addressOf(sink, way.protocol), Signal: way.signal,
				First: 70_000_000, Count: 10_050, Stream: "a",
			})
			<-run.Done()
			sent := run.Sent()
			assert.Equal(t, telemetry.Numbers{First: 70_000_000, Count: 10_050}, sent.Numbers)
			assert.EqualValues(t, 101, sent.Attempts)
			assert.Zero(t, sent.Retries)
			tally := counted(t, sink, telemetry.Stream{Signal: way.signal, Writer: "a"}, sent)
			assert.Equal(t, telemetry.Tally{Sent: 10_050, Accepted: 10_050, Delivered: 10_050}, tally)
		})
	}
}

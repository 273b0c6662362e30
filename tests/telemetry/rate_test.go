package telemetry_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

func TestALoadKeepsItsRate(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	run := started(t, telemetry.Load{
		Protocol: telemetry.GRPC, Address: sink.GRPC, Signal: telemetry.Logs, Rate: 2000, PerRequest: 10, Waiting: 1000,
	})
	time.Sleep(time.Second)
	live := run.Sent()
	sent := run.Stop(10 * time.Second)
	assert.LessOrEqual(t, live.Numbers.Count, sent.Numbers.Count)
	due := int64(live.Elapsed.Seconds() * 2000)
	assert.InDelta(t, due, live.Numbers.Count, 600)
	assert.Zero(t, sent.Missed)
	assert.Equal(t, sent.Numbers.Count, sent.Acknowledged)
	assert.True(t, counted(t, sink, telemetry.Stream{Signal: telemetry.Logs}, sent).Exact())
}

func TestALoadThatCannotKeepItsRateSaysHowMuchItMissed(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	require.NoError(t, sink.Behave(telemetry.Slow(100*time.Millisecond)))
	run := started(t, telemetry.Load{
		Protocol: telemetry.HTTP, Address: sink.HTTP, Signal: telemetry.Traces, Rate: 10_000, Senders: 2, Waiting: 3,
	})
	time.Sleep(time.Second)
	live := run.Sent()
	sent := run.Stop(10 * time.Second)
	assert.InDelta(t, int64(live.Elapsed.Seconds()*10_000), live.Numbers.Count+live.Missed, 3000, "all that was due is accounted for")
	assert.Positive(t, live.Missed)
	// Two senders and a tenth of a second a request allow 20 requests a second; three may wait.
	assert.LessOrEqual(t, live.Numbers.Count, int64(live.Elapsed.Seconds()*2000)+500)
	assert.LessOrEqual(t, live.Numbers.Count-live.Acknowledged, int64(500), "no more is outstanding than may be")
	assert.GreaterOrEqual(t, sent.P50, 100*time.Millisecond)
	assert.Equal(t, sent.Numbers.Count, sent.Acknowledged, "what was offered is finished")
	tally := counted(t, sink, telemetry.Stream{Signal: telemetry.Traces}, sent)
	assert.True(t, tally.Exact(), "what was missed has no numbers: %s", tally)
}

func TestStopGivesUpAfterItsGrace(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.String(), func(t *testing.T) {
			t.Parallel()
			sink := telemetry.StartSink(t, telemetry.SinkConfig{})
			require.NoError(t, sink.Behave(telemetry.Down()))
			run := started(t, telemetry.Load{
				Protocol: way.protocol, Address: addressOf(sink, way.protocol), Signal: way.signal, Count: 1000, Senders: 3,
			})
			require.Eventually(t, func() bool { return run.Sent().Retries > 0 }, 10*time.Second, time.Millisecond)
			began := time.Now()
			sent := run.Stop(300 * time.Millisecond)
			assert.Less(t, time.Since(began), 5*time.Second)
			assert.GreaterOrEqual(t, time.Since(began), 300*time.Millisecond)
			assert.Zero(t, sent.Acknowledged)
			assert.Equal(t, sent.Numbers.Count/100, sent.GivenUp, "each request that was offered")
			assert.Positive(t, sent.GivenUp)
			assert.LessOrEqual(t, sent.Attempts-sent.Refused, int64(3), "each sender may have one under way; what was not sent is no attempt")
			require.NoError(t, sink.Behave(telemetry.Accepting()))
			time.Sleep(100 * time.Millisecond)
			assert.Equal(t, telemetry.Tally{Sent: sent.Numbers.Count}, sink.Tally(telemetry.Stream{Signal: way.signal}, sent))
			assert.Equal(t, sent, run.Stop(0), "it stays as it was")
		})
	}
}

func TestSendersKeepTheirConnectionUnlessToldToReconnect(t *testing.T) {
	t.Parallel()
	for _, protocol := range telemetry.Protocols() {
		for _, test := range []struct {
			reconnect    time.Duration
			atLeast, max int64
		}{
			{0, 3, 3},
			{100 * time.Millisecond, 12, 150},
		} {
			sink := telemetry.StartSink(t, telemetry.SinkConfig{})
			network := &lossy{}
			run := started(t, telemetry.Load{
				Protocol: protocol, Address: addressOf(sink, protocol), Signal: telemetry.Metrics, Dial: network.dial,
				Rate: 3000, PerRequest: 10, Senders: 3, Reconnect: test.reconnect,
			})
			time.Sleep(time.Second)
			sent := run.Stop(10 * time.Second)
			assert.GreaterOrEqual(t, network.dials.Load(), test.atLeast)
			assert.LessOrEqual(t, network.dials.Load(), test.max)
			assert.Zero(t, sent.Retries, "a connection is changed between requests")
			assert.True(t, counted(t, sink, telemetry.Stream{Signal: telemetry.Metrics}, sent).Exact())
		}
	}
}

func TestALoadThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	good := telemetry.Load{Protocol: telemetry.GRPC, Address: "127.0.0.1:1", Signal: telemetry.Traces}
	for says, change := range map[string]func(load *telemetry.Load){
		`unknown signal "profiles"`: func(load *telemetry.Load) { load.Signal = "profiles" },
		`unknown protocol "udp"`:    func(load *telemetry.Load) { load.Protocol = "udp" },
		"it has no address":         func(load *telemetry.Load) { load.Address = "" },
		"is negative":               func(load *telemetry.Load) { load.Rate = -1 },
		"cuts a trace of 3 spans":   func(load *telemetry.Load) { load.SpansPerTrace, load.Count = 3, 10 },
		"logs have no traces":       func(load *telemetry.Load) { load.SpansPerTrace, load.Signal = 3, telemetry.Logs },
	} {
		load := good
		change(&load)
		_, err := load.Start(t.Context())
		require.ErrorContains(t, err, says)
	}
}

package telemetry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// troubled runs a load of a way against a sink in trouble, and expects that nothing is lost.
func troubled(t *testing.T, way way, trouble func(sink *telemetry.Sink)) (telemetry.Sent, telemetry.Tally) {
	t.Helper()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	run := started(t, telemetry.Load{
		Protocol: way.protocol, Address: addressOf(sink, way.protocol), Signal: way.signal, Rate: 5000, First: 1000,
	})
	require.Eventually(t, func() bool { return run.Sent().Acknowledged > 0 }, 10*time.Second, 5*time.Millisecond)
	trouble(sink)
	require.NoError(t, sink.Behave(telemetry.Accepting()))
	time.Sleep(300 * time.Millisecond)
	sent := run.Stop(20 * time.Second)
	stream := telemetry.Stream{Signal: way.signal}
	tally := counted(t, sink, stream, sent)
	assert.Equal(t, sent.Numbers.Count, tally.Accepted, "all is acknowledged in the end")
	assert.Equal(t, tally.Sent, tally.Delivered)
	assert.Zero(t, tally.Lost)
	assert.Equal(t, sink.Arrivals(stream).Numbered, tally.Delivered+tally.Duplicated, "each arrival is counted")
	assert.Empty(t, sent.Errors)
	assert.Positive(t, sent.Retries)
	assert.Equal(t, sent.Attempts-sent.Refused, tally.Sent/100, "each request was acknowledged once")
	return sent, tally
}

func TestNothingIsLostWhileASinkIsDown(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.String(), func(t *testing.T) {
			t.Parallel()
			sent, _ := troubled(t, way, func(sink *telemetry.Sink) {
				require.NoError(t, sink.Behave(telemetry.Down()))
				time.Sleep(700 * time.Millisecond)
			})
			assert.GreaterOrEqual(t, sent.LongestGap, 600*time.Millisecond)
			assert.GreaterOrEqual(t, sent.P99, 500*time.Millisecond)
		})
	}
}

func TestNothingIsLostWhileASinkFlaps(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.String(), func(t *testing.T) {
			t.Parallel()
			troubled(t, way, func(sink *telemetry.Sink) {
				require.NoError(t, sink.Behave(telemetry.Flapping(150*time.Millisecond, 250*time.Millisecond)))
				time.Sleep(1500 * time.Millisecond)
			})
		})
	}
}

func TestNothingIsLostOrDoubledWhileASinkRefuses(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.String(), func(t *testing.T) {
			t.Parallel()
			sent, tally := troubled(t, way, func(sink *telemetry.Sink) {
				require.NoError(t, sink.Behave(telemetry.Refusing()))
				time.Sleep(500 * time.Millisecond)
			})
			assert.Zero(t, tally.Duplicated)
			assert.Contains(t, sent.LastRefusal, "told to answer 503")
		})
	}
}

func TestARejectedRequestIsNotSentAgain(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		sink := telemetry.StartSink(t, telemetry.SinkConfig{})
		require.NoError(t, sink.Behave(telemetry.Rejecting()))
		run := started(t, telemetry.Load{Protocol: way.protocol, Address: addressOf(sink, way.protocol), Signal: way.signal, Count: 300})
		<-run.Done()
		sent := run.Sent()
		assert.EqualValues(t, 3, sent.Attempts)
		assert.EqualValues(t, 3, sent.Failed)
		assert.Zero(t, sent.Retries)
		require.Len(t, sent.Errors, 1, "the same error is kept once")
		assert.Contains(t, sent.Errors[0], "told to answer 400")
		assert.Equal(t, telemetry.Tally{Sent: 300}, counted(t, sink, telemetry.Stream{Signal: way.signal}, sent))
	}
}

func TestAnAnswerThatIsLostMakesADuplicate(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	network := &lossy{}
	network.on.Store(true)
	run := started(t, telemetry.Load{
		Protocol: telemetry.HTTP, Address: sink.HTTP, Signal: telemetry.Logs, Dial: network.dial, Count: 100, Senders: 1,
	})
	require.Eventually(t, func() bool { return run.Sent().Refused >= 2 }, 10*time.Second, time.Millisecond)
	network.on.Store(false)
	<-run.Done()
	sent := run.Sent()
	tally := counted(t, sink, telemetry.Stream{Signal: telemetry.Logs}, sent)
	assert.Equal(t, telemetry.Tally{Sent: 100, Accepted: 100, Delivered: 100, Duplicated: 100 * sent.Refused}, tally)
	assert.Equal(t, sent.Refused+1, network.dials.Load(), "a connection that broke makes way for a new one")
}

func TestWhatArrivesWithoutAnAcknowledgementIsToldApart(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	network := &lossy{}
	network.on.Store(true)
	run := started(t, telemetry.Load{
		Protocol: telemetry.HTTP, Address: sink.HTTP, Signal: telemetry.Metrics, Dial: network.dial, Count: 100,
	})
	require.Eventually(t, func() bool { return run.Sent().Refused >= 1 }, 10*time.Second, time.Millisecond)
	sent := run.Stop(0)
	assert.EqualValues(t, 1, sent.GivenUp)
	assert.False(t, sent.IsAcknowledged(0))
	tally := counted(t, sink, telemetry.Stream{Signal: telemetry.Metrics}, sent)
	tally.Duplicated = 0 // as often as it could try before it was stopped
	assert.Equal(t, telemetry.Tally{Sent: 100, Delivered: 100, Unacknowledged: 100}, tally)
}

func TestWhatIsAcknowledgedAndNeverArrivesIsLost(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	var requests int
	address := receiving(t, func(context.Context, ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
		if requests++; requests > 2 {
			return ptraceotlp.NewExportResponse(), errors.New("no more")
		}
		return ptraceotlp.NewExportResponse(), nil
	})
	run := started(t, telemetry.Load{Protocol: telemetry.GRPC, Address: address, Signal: telemetry.Traces, Count: 500, Senders: 1})
	<-run.Done()
	sent := run.Sent()
	assert.True(t, sent.IsAcknowledged(199))
	assert.False(t, sent.IsAcknowledged(200))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	tally := sink.Wait(ctx, time.Millisecond, telemetry.Stream{Signal: telemetry.Traces}, sent)
	require.Error(t, ctx.Err(), "Wait does not return while something is missing")
	assert.Equal(t, telemetry.Tally{Sent: 500, Accepted: 200, Lost: 200}, tally)
	assert.Equal(t, "500 sent, 200 accepted, 0 delivered, 200 lost, 0 duplicated, 0 delivered unacknowledged, 0 without a number", tally.String())
}

func TestAPartialSuccessIsNoAcknowledgement(t *testing.T) {
	t.Parallel()
	address := receiving(t, func(context.Context, ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
		response := ptraceotlp.NewExportResponse()
		response.PartialSuccess().SetRejectedSpans(3)
		response.PartialSuccess().SetErrorMessage("three are too old")
		return response, nil
	})
	run := started(t, telemetry.Load{Protocol: telemetry.GRPC, Address: address, Signal: telemetry.Traces, Count: 200})
	<-run.Done()
	sent := run.Sent()
	assert.EqualValues(t, 2, sent.PartialSuccesses)
	assert.EqualValues(t, 2, sent.Attempts)
	assert.Zero(t, sent.Acknowledged)
	assert.Equal(t, []string{"3 records were rejected: three are too old"}, sent.Errors)
}

func TestAnAttemptThatTakesTooLongIsMadeAgainOverANewConnection(t *testing.T) {
	t.Parallel()
	for _, way := range ways() {
		t.Run(way.String(), func(t *testing.T) {
			t.Parallel()
			sink := telemetry.StartSink(t, telemetry.SinkConfig{})
			require.NoError(t, sink.Behave(telemetry.Slow(time.Minute)))
			network := &lossy{}
			run := started(t, telemetry.Load{
				Protocol: way.protocol, Address: addressOf(sink, way.protocol), Signal: way.signal, Dial: network.dial,
				Count: 100, Timeout: time.Second,
			})
			require.Eventually(t, func() bool { return run.Sent().TimedOut >= 1 }, 10*time.Second, time.Millisecond)
			require.NoError(t, sink.Behave(telemetry.Accepting()))
			<-run.Done()
			tally := counted(t, sink, telemetry.Stream{Signal: way.signal}, run.Sent())
			assert.Equal(t, telemetry.Tally{Sent: 100, Accepted: 100, Delivered: 100}, tally)
			assert.Equal(t, run.Sent().TimedOut+1, network.dials.Load())
		})
	}
}

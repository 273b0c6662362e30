package telemetry_test

import (
	"context"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// addressOf returns where a sink takes a protocol.
func addressOf(sink *telemetry.Sink, protocol telemetry.Protocol) string {
	return map[telemetry.Protocol]string{telemetry.GRPC: sink.GRPC, telemetry.HTTP: sink.HTTP}[protocol]
}

// sendHundred sends the numbers 0 to 99 as log records, once.
func sendHundred(ctx context.Context, sink *telemetry.Sink, protocol telemetry.Protocol) error {
	_, err := telemetry.Send(ctx, protocol, addressOf(sink, protocol), telemetry.Logs, telemetry.Numbers{Count: 100})
	return err
}

func delivered(sink *telemetry.Sink) int64 {
	return sink.Tally(telemetry.Stream{Signal: telemetry.Logs}, telemetry.Numbers{Count: 100}).Delivered
}

func TestSinkCountsLostAndDuplicated(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	for _, way := range ways() {
		acknowledged, err := telemetry.Send(t.Context(), way.protocol, addressOf(sink, way.protocol), way.signal, telemetry.Numbers{First: 5, Count: 150})
		require.NoError(t, err)
		assert.EqualValues(t, 150, acknowledged)
	}
	for _, signal := range telemetry.Signals() {
		stream := telemetry.Stream{Signal: signal}
		tally := sink.Tally(stream, telemetry.Numbers{Count: 200})
		assert.Equal(t, telemetry.Tally{Sent: 200, Accepted: 200, Delivered: 150, Lost: 50, Duplicated: 150}, tally, signal)
		assert.False(t, tally.Exact())
		assert.Equal(t, []telemetry.Numbers{{First: 0, Count: 5}, {First: 155, Count: 45}}, sink.Missing(stream, telemetry.Numbers{Count: 200}))
		assert.Equal(t, telemetry.Arrivals{Numbered: 300, Lowest: 5, Highest: 154}, sink.Arrivals(stream))
	}
}

func TestARefusedRequestIsNotCounted(t *testing.T) {
	t.Parallel()
	for _, protocol := range telemetry.Protocols() {
		sink := telemetry.StartSink(t, telemetry.SinkConfig{})
		for _, test := range []struct {
			behaviour telemetry.Behaviour
			code      codes.Code
			http      string
		}{
			{telemetry.Refusing(), codes.Unavailable, "answered 503"},
			{telemetry.Rejecting(), codes.InvalidArgument, "answered 400"},
		} {
			require.NoError(t, sink.Behave(test.behaviour))
			err := sendHundred(t.Context(), sink, protocol)
			require.Error(t, err)
			if protocol == telemetry.GRPC {
				assert.Equal(t, test.code, status.Code(err))
			} else {
				require.ErrorContains(t, err, test.http)
			}
			assert.Zero(t, delivered(sink))
		}
		require.NoError(t, sink.Behave(telemetry.Accepting()))
		require.NoError(t, sendHundred(t.Context(), sink, protocol))
		assert.EqualValues(t, 100, delivered(sink))
	}
}

func TestASlowSinkCountsWhatIsStillWantedAfterItsDelay(t *testing.T) {
	t.Parallel()
	for _, protocol := range telemetry.Protocols() {
		sink := telemetry.StartSink(t, telemetry.SinkConfig{})
		require.NoError(t, sink.Behave(telemetry.Slow(300*time.Millisecond)))
		impatient, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		require.Error(t, sendHundred(impatient, sink, protocol))
		time.Sleep(400 * time.Millisecond)
		assert.Zero(t, delivered(sink), "given up before the delay was over")

		began := time.Now()
		require.NoError(t, sendHundred(t.Context(), sink, protocol))
		assert.GreaterOrEqual(t, time.Since(began), 300*time.Millisecond)
		assert.EqualValues(t, 100, delivered(sink))
	}
}

func TestASinkThatIsDownRefusesConnectionsAndComesBackOnItsPorts(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	addresses := []string{sink.GRPC, sink.HTTP}
	open, err := net.Dial("tcp", sink.HTTP)
	require.NoError(t, err)
	defer func() { _ = open.Close() }()

	require.NoError(t, sink.Behave(telemetry.Down()))
	require.NoError(t, open.SetReadDeadline(time.Now().Add(10*time.Second)))
	_, err = open.Read(make([]byte, 1))
	require.Error(t, err)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection is cut")
	for _, address := range addresses {
		_, err := net.Dial("tcp", address)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
	require.NoError(t, sink.Behave(telemetry.Accepting()))
	assert.Equal(t, addresses[0], sink.GRPC)
	assert.Equal(t, addresses[1], sink.HTTP)
	for _, protocol := range telemetry.Protocols() {
		require.NoError(t, sendHundred(t.Context(), sink, protocol))
	}
}

func TestAFlappingSinkIsDownAndUpInTurn(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	require.NoError(t, sink.Behave(telemetry.Flapping(100*time.Millisecond, 100*time.Millisecond)))
	up := func() bool {
		connection, err := net.Dial("tcp", sink.HTTP)
		if err == nil {
			_ = connection.Close()
		}
		return err == nil
	}
	for range 2 {
		require.Eventually(t, func() bool { return !up() }, 5*time.Second, 5*time.Millisecond)
		require.Eventually(t, up, 5*time.Second, 5*time.Millisecond)
	}
	require.NoError(t, sink.Behave(telemetry.Accepting()))
	for range 30 {
		require.True(t, up(), "it flaps no more")
		time.Sleep(10 * time.Millisecond)
	}
}

func TestASinkListensWhereItIsTold(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{Host: "127.0.0.2"})
	for _, address := range []string{sink.GRPC, sink.HTTP} {
		host, _, err := net.SplitHostPort(address)
		require.NoError(t, err)
		assert.Equal(t, "127.0.0.2", host)
	}
	require.NoError(t, sink.Close())
	require.Error(t, sink.Behave(telemetry.Accepting()), "it stays closed")
	_, err := net.Dial("tcp", sink.HTTP)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)

	_, err = telemetry.ListenSink(telemetry.SinkConfig{Host: "192.0.2.1"})
	require.ErrorIs(t, err, syscall.EADDRNOTAVAIL)
}

func TestASinkTakesAsLongARequestAsAReceiver(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		protocol     telemetry.Protocol
		megabytes    int64 // of the request
		acknowledged int64
	}{
		{telemetry.GRPC, 3, 3}, {telemetry.GRPC, 5, 0},
		{telemetry.HTTP, 15, 15}, {telemetry.HTTP, 25, 0},
	} {
		sink := telemetry.StartSink(t, telemetry.SinkConfig{})
		run := started(t, telemetry.Load{
			Protocol: test.protocol, Address: addressOf(sink, test.protocol), Signal: telemetry.Logs,
			Padding: 1 << 20, PerRequest: test.megabytes, Count: test.megabytes,
		})
		<-run.Done()
		assert.Equal(t, test.acknowledged, run.Sent().Acknowledged, "%d MiB over %s", test.megabytes, test.protocol)
		assert.Equal(t, test.acknowledged, sink.Arrivals(telemetry.Stream{Signal: telemetry.Logs}).Numbered)
	}
}

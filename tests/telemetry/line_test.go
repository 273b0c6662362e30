package telemetry_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/plog/plogotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// sendLines sends log records with these bodies.
func sendLines(t *testing.T, sink *telemetry.Sink, lines ...string) {
	t.Helper()
	logs := plog.NewLogs()
	records := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	for _, line := range lines {
		records.AppendEmpty().Body().SetStr(line)
	}
	connection, err := grpc.NewClient(sink.GRPC, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer func() { _ = connection.Close() }()
	_, err = plogotlp.NewGRPCClient(connection).Export(context.WithoutCancel(t.Context()), plogotlp.NewExportRequestFromLogs(logs))
	require.NoError(t, err)
}

func TestLinesAreCountedByTheirWriter(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	sendLines(t, sink, "n=0 xxx.", "n=1 xxx.", "n=1 xxx.", "n=3.\n")
	sendLines(t, sink, "n=5 stream=a xxx.", "n=6 stream=a.\n", "n=7 stream=b .")

	of := func(writer string) telemetry.Stream { return telemetry.Stream{Signal: telemetry.Logs, Writer: writer} }
	assert.Equal(t, telemetry.Tally{Sent: 4, Accepted: 4, Delivered: 3, Lost: 1, Duplicated: 1}, sink.Tally(of(""), telemetry.Numbers{Count: 4}))
	assert.Equal(t, telemetry.Arrivals{Numbered: 2, Lowest: 5, Highest: 6}, sink.Arrivals(of("a")))
	assert.Equal(t, telemetry.Arrivals{Numbered: 1, Lowest: 7, Highest: 7}, sink.Arrivals(of("b")))
}

func TestATornLineIsNotDelivered(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	torn := []string{"", "xxxx", "n=", "n=.", "n= 1.", "n=1x xxx.", "=1 xxx.", "record n=1 xxx.", "n=99999999999999999999 x."}
	sendLines(t, sink, torn...)
	assert.Equal(t, telemetry.Arrivals{Unnumbered: int64(len(torn))}, sink.Arrivals(telemetry.Stream{Signal: telemetry.Logs}))
	of, sent := telemetry.Stream{Signal: telemetry.Logs, Writer: "ab"}, telemetry.Numbers{Count: 10}
	assert.Zero(t, sink.Torn(of, sent))
	sendLines(t, sink, "n=1", "n=2 str", "n=3 stream=a", "n=4 stream=ab xxx", "n=4 stream=ab xxx", "n=5 stream=b xxx")
	assert.Equal(t, telemetry.Arrivals{Unnumbered: int64(len(torn)) + 6}, sink.Arrivals(telemetry.Stream{Signal: telemetry.Logs}))
	assert.EqualValues(t, 4, sink.Torn(of, sent))
	// What then arrives whole is not lost.
	sendLines(t, sink, "n=3 stream=ab xxx.")
	assert.EqualValues(t, 3, sink.Torn(of, sent))
}

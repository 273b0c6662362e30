package telemetry_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// BenchmarkLoadAndSink measures how many records a second of one core carries from a load to a sink, both of which
// run in this process, over loopback. An operation is a record.
func BenchmarkLoadAndSink(b *testing.B) {
	for _, way := range ways() {
		b.Run(way.String(), func(b *testing.B) {
			sink, err := telemetry.ListenSink(telemetry.SinkConfig{})
			require.NoError(b, err)
			defer func() { require.NoError(b, sink.Close()) }()
			b.ResetTimer()
			before := processorTime(b)
			run, err := telemetry.Load{
				Protocol: way.protocol, Address: addressOf(sink, way.protocol), Signal: way.signal, Count: int64(b.N),
			}.Start(b.Context())
			require.NoError(b, err)
			<-run.Done()
			used := processorTime(b) - before
			b.StopTimer()
			tally := sink.Tally(telemetry.Stream{Signal: way.signal}, run.Sent())
			require.True(b, tally.Exact(), "%s", tally)
			b.ReportMetric(float64(b.N)/used.Seconds(), "records/core-s")
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// processorTime is what this process has used so far, of all cores.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

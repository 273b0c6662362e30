package otelcol_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

func config(tb testing.TB, name string) string {
	tb.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(tb, err)
	return string(text)
}

// eachDistribution runs a test against each collector.
func eachDistribution(t *testing.T, test func(t *testing.T, binary string)) {
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) { test(t, distribution.Binary(t)) })
	}
}

func TestCollectorsReportTheirVersion(t *testing.T) {
	for _, distribution := range otelcol.Distributions() {
		out, err := exec.CommandContext(t.Context(), distribution.Binary(t), "--version").Output()
		require.NoError(t, err)
		assert.Contains(t, string(out), distribution.Version)
	}
}

func TestEachRecordArrivesOnceFromEachExporter(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		delivery := otelcol.Deliver(t, binary, config(t, "delivery.yaml"), otelcol.Machine{}, 1000)
		t.Logf("\n%s", delivery)
		delivery.RequireExact(t)
		for _, signal := range otelcol.Signals() {
			for _, exporter := range []string{"otlp", "otlphttp"} {
				assert.Equal(t, otelcol.Tally{Sent: 2000, Delivered: 2000}, delivery.Tallies[signal][exporter], "%s from %s", signal, exporter)
			}
		}
	})
}

func TestKubernetesConfigRunsOnAPlainMachine(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		delivery := otelcol.Deliver(t, binary, config(t, "kubernetes.yaml"), otelcol.Machine{}, 100)
		t.Logf("\n%s", delivery)
		delivery.RequireExact(t)
		assert.Equal(t, []otelcol.Signal{otelcol.Metrics}, delivery.Skipped)
		require.NoError(t, delivery.Collector.Stop())
		assert.Contains(t, delivery.Collector.Log(), "Shutdown complete")
	})
}

func TestRecordsSurviveACrashInTheQueueOnDisk(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		sink := otelcol.StartSink(t)
		rewritten, err := otelcol.Rewrite(config(t, "delivery.yaml"), otelcol.Machine{Dir: t.TempDir(), Sink: sink})
		require.NoError(t, err)
		first := otelcol.Start(t, binary, rewritten.Config, rewritten.Env)
		numbers := otelcol.Numbers{Count: 1000}
		acknowledged, err := otelcol.Send(t.Context(), otelcol.GRPC, first.Endpoints.OTLPGRPC, otelcol.Logs, numbers)
		require.NoError(t, err)
		require.Equal(t, numbers.Count, acknowledged)
		first.Kill()

		otelcol.Start(t, binary, rewritten.Config, rewritten.Env)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		tally := sink.Wait(ctx, time.Second, otelcol.Logs, "otlp", numbers)
		assert.Zero(t, tally.Lost, "%s", tally)
	})
}

func TestValidateReportsWhatTheCollectorSays(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		err := otelcol.Validate(t.Context(), binary, "receivers: {otlp: {protokols: {}}}\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [debug]}}}\n", nil)
		require.ErrorContains(t, err, "protokols")
	})
}

func TestSinkCountsLostAndDuplicated(t *testing.T) {
	sink := otelcol.StartSink(t)
	for _, protocol := range otelcol.Protocols() {
		address := map[otelcol.Protocol]string{otelcol.GRPC: sink.GRPC, otelcol.HTTP: sink.HTTP}[protocol]
		for _, signal := range otelcol.Signals() {
			acknowledged, err := otelcol.Send(t.Context(), protocol, address, signal, otelcol.Numbers{First: 5, Count: 150})
			require.NoError(t, err)
			assert.EqualValues(t, 150, acknowledged)
		}
	}
	for _, signal := range otelcol.Signals() {
		tally := sink.Tally(signal, "", otelcol.Numbers{Count: 200})
		assert.Equal(t, otelcol.Tally{Sent: 200, Delivered: 150, Lost: 50, Duplicated: 150}, tally, signal)
		assert.False(t, tally.Exact())
	}
}

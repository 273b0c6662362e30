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
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
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
		for _, signal := range telemetry.Signals() {
			for _, exporter := range []string{"otlp", "otlphttp"} {
				assert.Equal(t, telemetry.Tally{Sent: 2000, Accepted: 2000, Delivered: 2000}, delivery.Tallies[signal][exporter], "%s from %s", signal, exporter)
			}
		}
	})
}

func TestKubernetesConfigRunsOnAPlainMachine(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		delivery := otelcol.Deliver(t, binary, config(t, "kubernetes.yaml"), otelcol.Machine{}, 100)
		t.Logf("\n%s", delivery)
		delivery.RequireExact(t)
		assert.Equal(t, []telemetry.Signal{telemetry.Metrics}, delivery.Skipped)
		require.NoError(t, delivery.Collector.Stop())
		assert.Contains(t, delivery.Collector.Log(), "Shutdown complete")
	})
}

func TestRecordsSurviveACrashInTheQueueOnDisk(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		sink := telemetry.StartSink(t, telemetry.SinkConfig{})
		rewritten, err := otelcol.Rewrite(config(t, "delivery.yaml"), otelcol.Machine{Dir: t.TempDir(), Sink: sink})
		require.NoError(t, err)
		first := otelcol.Start(t, binary, rewritten.Config, rewritten.Env)
		numbers := telemetry.Numbers{Count: 1000}
		acknowledged, err := telemetry.Send(t.Context(), telemetry.GRPC, first.Endpoints.OTLPGRPC, telemetry.Logs, numbers)
		require.NoError(t, err)
		require.Equal(t, numbers.Count, acknowledged)
		first.Kill()

		otelcol.Start(t, binary, rewritten.Config, rewritten.Env)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		tally := sink.Wait(ctx, time.Second, telemetry.Stream{Signal: telemetry.Logs, Exporter: "otlp"}, numbers)
		assert.Zero(t, tally.Lost, "%s", tally)
	})
}

func TestValidateReportsWhatTheCollectorSays(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		err := otelcol.Validate(t.Context(), binary, "receivers: {otlp: {protokols: {}}}\nexporters: {debug: }\nservice: {pipelines: {logs: {receivers: [otlp], exporters: [debug]}}}\n", nil)
		require.ErrorContains(t, err, "protokols")
	})
}

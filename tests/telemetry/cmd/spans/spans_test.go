package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// said is what the program says at the end.
type said struct {
	Stream                         string
	Offered, Acknowledged, Retries int64
}

func TestAllSpansAreSentUntilTheTimeIsOver(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	message := filepath.Join(t.TempDir(), "message")
	var stdout bytes.Buffer
	code := run(t.Context(), []string{"-address", sink.GRPC, "-stream", "a", "-rate", "500", "-for", "200ms", "-message", message}, &stdout, io.Discard)
	require.Zero(t, code)
	text, err := os.ReadFile(message)
	require.NoError(t, err)
	assert.Equal(t, string(text)+"\n", stdout.String())
	var end said
	require.NoError(t, json.Unmarshal(text, &end))
	assert.Equal(t, said{"a", end.Offered, end.Offered, 0}, end)
	assert.Positive(t, end.Offered)
	tally := sink.Tally(telemetry.Stream{Signal: telemetry.Traces, Writer: "a"}, telemetry.Numbers{Count: end.Offered})
	assert.True(t, tally.Exact(), tally)
}

func TestSpansAreSentAfterTheSignal(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout bytes.Buffer
	require.Zero(t, run(ctx, []string{"-address", sink.GRPC, "-rate", "500", "-linger", "300ms"}, &stdout, io.Discard))
	var end said
	require.NoError(t, json.Unmarshal(stdout.Bytes(), &end))
	assert.Greater(t, end.Offered, int64(20))
	assert.Equal(t, end.Offered, end.Acknowledged)
}

func TestSpansThatNobodyTakesEndTheProgramWithAnError(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	require.NoError(t, sink.Behave(telemetry.Refusing()))
	var stderr bytes.Buffer
	began := time.Now()
	assert.Equal(t, 1, run(t.Context(), []string{"-address", sink.GRPC, "-for", "100ms"}, io.Discard, &stderr))
	assert.GreaterOrEqual(t, time.Since(began), grace)
	assert.Contains(t, stderr.String(), "0 acknowledged")
}

func TestWrongFlagsAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"-rate=-1"}, {"-for=x"}, {"-address="}} {
		assert.Equal(t, 2, run(t.Context(), args, io.Discard, io.Discard), args)
	}
}

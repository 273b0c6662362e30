package otelcol

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// How long Deliver waits for what it has sent, and then for late duplicates.
const (
	deliveryTimeout = 60 * time.Second
	quietTime       = 500 * time.Millisecond
)

// Delivery is what became of the records that [Deliver] sent through a collector.
type Delivery struct {
	// Collector still runs, until the test ends.
	Collector *Collector
	// Rewritten tells the config that it runs.
	Rewritten *Rewritten
	// Tallies are by signal and exporter.
	Tallies map[telemetry.Signal]map[string]telemetry.Tally
	// Skipped are the signals that no pipeline takes from an OTLP receiver to the sink.
	Skipped []telemetry.Signal
}

// Deliver runs a compiled Kubernetes config, rewritten for this machine, on the collector at binary, sends count
// spans, data points and log records over each OTLP protocol that it serves, and returns once all of them have
// arrived from every exporter that should deliver them, or a minute has passed. It fails the test when the
// collector rejects the config, does not start or does not acknowledge; whether all must arrive is for the caller
// to say, who may call [Delivery.RequireExact]. The machine's Sink and Dir are made when they are missing. One sink
// serves one Deliver at a time, since the numbers begin at 0 each time.
func Deliver(tb testing.TB, binary, configYAML string, machine Machine, count int64) *Delivery {
	tb.Helper()
	if machine.Dir == "" {
		machine.Dir = tb.TempDir()
	}
	if machine.Sink == nil {
		machine.Sink = telemetry.StartSink(tb, telemetry.SinkConfig{})
	}
	rewritten, err := Rewrite(configYAML, machine)
	require.NoError(tb, err)
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("rewritten for this machine:\n%s", rewritten)
		}
	})
	require.NoError(tb, Validate(tb.Context(), binary, rewritten.Config, rewritten.Env))

	d := &Delivery{Rewritten: rewritten, Tallies: map[telemetry.Signal]map[string]telemetry.Tally{}}
	d.Collector = Start(tb, binary, rewritten.Config, rewritten.Env)
	ctx, cancel := context.WithTimeout(tb.Context(), deliveryTimeout)
	defer cancel()
	for _, signal := range telemetry.Signals() {
		if len(rewritten.Routes[signal]) == 0 {
			d.Skipped = append(d.Skipped, signal)
			continue
		}
		require.NoError(tb, d.send(ctx, signal, count))
	}
	d.wait(ctx, machine.Sink, count)
	return d
}

// addresses returns where the collector takes OTLP, by protocol.
func (d *Delivery) addresses() map[telemetry.Protocol]string {
	all := map[telemetry.Protocol]string{telemetry.GRPC: d.Collector.Endpoints.OTLPGRPC, telemetry.HTTP: d.Collector.Endpoints.OTLPHTTP}
	maps.DeleteFunc(all, func(_ telemetry.Protocol, address string) bool { return address == "" })
	return all
}

// send uses the numbers from 0 for the first protocol, those after them for the next.
func (d *Delivery) send(ctx context.Context, signal telemetry.Signal, count int64) error {
	numbers := telemetry.Numbers{Count: count}
	addresses := d.addresses()
	for _, protocol := range telemetry.Protocols() {
		address, serves := addresses[protocol]
		if !serves {
			continue
		}
		if _, err := telemetry.Send(ctx, protocol, address, signal, numbers); err != nil {
			return err
		}
		numbers.First += count
	}
	return nil
}

func (d *Delivery) wait(ctx context.Context, sink *telemetry.Sink, count int64) {
	sent := telemetry.Numbers{Count: count * int64(len(d.addresses()))}
	for _, signal := range telemetry.Signals() {
		for _, exporter := range d.Rewritten.Routes[signal] {
			if d.Tallies[signal] == nil {
				d.Tallies[signal] = map[string]telemetry.Tally{}
			}
			d.Tallies[signal][exporter] = sink.Wait(ctx, quietTime, telemetry.Stream{Signal: signal, Exporter: exporter}, sent)
		}
	}
}

// RequireExact fails the test unless each record arrived exactly once from every exporter that should deliver it,
// and something was sent at all.
func (d *Delivery) RequireExact(tb testing.TB) {
	tb.Helper()
	require.NotEmpty(tb, d.Tallies, "no pipeline takes any signal from an OTLP receiver to the sink")
	for signal, tallies := range d.Tallies {
		for exporter, tally := range tallies {
			require.Positive(tb, tally.Sent, "%s from %s: the collector serves no OTLP protocol", signal, exporter)
			require.True(tb, tally.Exact(), "%s from %s: %s", signal, exporter, tally)
		}
	}
}

// String tells the tallies and what was left out, one a line.
func (d *Delivery) String() string {
	var text strings.Builder
	for _, signal := range telemetry.Signals() {
		for _, exporter := range slices.Sorted(maps.Keys(d.Tallies[signal])) {
			fmt.Fprintf(&text, "%s from %s: %s\n", signal, exporter, d.Tallies[signal][exporter])
		}
	}
	for _, left := range d.Rewritten.LeftOut {
		fmt.Fprintf(&text, "left out: %s\n", left)
	}
	for _, signal := range d.Skipped {
		fmt.Fprintf(&text, "%s: no pipeline takes it from an OTLP receiver to the sink\n", signal)
	}
	return text.String()
}

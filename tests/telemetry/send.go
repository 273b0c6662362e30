package telemetry

import (
	"context"
	"fmt"
	"slices"
)

// recordsPerRequest is how many spans, points or log records travel in one request, unless a [Load] says otherwise.
const recordsPerRequest = 100

// Send sends one span, data point or log record for each number to an OTLP receiver at address, host:port, a
// hundred a request, once. It stops at the first request that is not wholly accepted and returns how many records were
// acknowledged before, counted from the first number; with no error that is all of them.
func Send(ctx context.Context, protocol Protocol, address string, signal Signal, numbers Numbers) (acknowledged int64, err error) {
	if !slices.Contains(Signals(), signal) {
		return 0, unknownSignal(signal)
	}
	client, err := newClient(protocol, address, signal, nil)
	if err != nil {
		return 0, err
	}
	defer client.close()
	shape := shape{traces: traceShape{first: numbers.First, spans: 1}}
	for acknowledged < numbers.Count {
		part := sequence{first: numbers.First + acknowledged, step: 1, count: min(recordsPerRequest, numbers.Count-acknowledged)}
		if err := client.export(ctx, newRequest(signal, shape, part)); err != nil {
			return acknowledged, fmt.Errorf("sending %s over %s to %s: %w", signal, protocol, address, err)
		}
		acknowledged += part.count
	}
	return acknowledged, nil
}

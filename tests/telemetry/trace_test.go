package telemetry_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc/peer"

	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// gathered is the spans of one trace that came to a receiver.
type gathered struct {
	requests, connections map[any]bool
	numbers               []int64
	roots, marks, errors  int
}

func TestTheSpansOfATraceTravelApart(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	traces := map[pcommon.TraceID]*gathered{}
	request := 0
	address := receiving(t, func(ctx context.Context, export ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
		mu.Lock()
		defer mu.Unlock()
		request++
		from, _ := peer.FromContext(ctx)
		for _, span := range export.Traces().ResourceSpans().At(0).ScopeSpans().At(0).Spans().All() {
			trace := traces[span.TraceID()]
			if trace == nil {
				trace = &gathered{requests: map[any]bool{}, connections: map[any]bool{}}
				traces[span.TraceID()] = trace
			}
			trace.add(span)
			trace.requests[request] = true
			trace.connections[from.Addr.String()] = true
		}
		return ptraceotlp.NewExportResponse(), nil
	})
	run := started(t, telemetry.Load{
		Protocol: telemetry.GRPC, Address: address, Signal: telemetry.Traces, First: 10, Count: 4 * 250, PerRequest: 20,
		Rate: 10_000, SpansPerTrace: 4, MarkTraces: true,
	})
	<-run.Done()
	assert.Len(t, traces, 250)
	marked, overSeveral := 0, 0
	for _, trace := range traces {
		assert.Len(t, trace.numbers, 4)
		assert.Len(t, trace.requests, 4, "one span a request")
		assert.Equal(t, 1, trace.roots)
		assert.Equal(t, trace.marks, trace.errors)
		assert.LessOrEqual(t, trace.marks, 1, "one span alone is marked")
		marked += trace.marks
		if len(trace.connections) > 1 {
			overSeveral++
		}
	}
	assert.Equal(t, 125, marked, "every second trace")
	assert.Greater(t, overSeveral, 50, "traces travel over several connections")
}

func (g *gathered) add(span ptrace.Span) {
	number, _ := span.Attributes().Get(telemetry.NumberAttribute)
	g.numbers = append(g.numbers, number.Int())
	if span.ParentSpanID().IsEmpty() {
		g.roots++
	}
	if _, ok := span.Attributes().Get(telemetry.MarkAttribute); ok {
		g.marks++
	}
	if span.Status().Code() == ptrace.StatusCodeError {
		g.errors++
	}
}

func TestTracesAreJudgedWhole(t *testing.T) {
	t.Parallel()
	number := func(span ptrace.Span) int64 {
		value, _ := span.Attributes().Get(telemetry.NumberAttribute)
		return value.Int() - 1000
	}
	for name, test := range map[string]struct {
		keep func(span ptrace.Span) bool
		want telemetry.TraceTally
	}{
		"all": {
			func(ptrace.Span) bool { return true },
			telemetry.TraceTally{Marked: telemetry.TraceCounts{Whole: 100}, Unmarked: telemetry.TraceCounts{Whole: 100}},
		},
		"the marked alone": {
			func(span ptrace.Span) bool { return number(span)/5%2 == 1 },
			telemetry.TraceTally{Marked: telemetry.TraceCounts{Whole: 100}, Unmarked: telemetry.TraceCounts{None: 100}},
		},
		"marked spans alone": {
			func(span ptrace.Span) bool { return span.Status().Code() == ptrace.StatusCodeError },
			telemetry.TraceTally{Marked: telemetry.TraceCounts{Part: 100}, Unmarked: telemetry.TraceCounts{None: 100}},
		},
		"all but one span": {
			func(span ptrace.Span) bool { return number(span) != 12 },
			telemetry.TraceTally{Marked: telemetry.TraceCounts{Whole: 100}, Unmarked: telemetry.TraceCounts{Whole: 99, Part: 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := telemetry.StartSink(t, telemetry.SinkConfig{})
			run := started(t, telemetry.Load{
				Protocol: telemetry.GRPC, Address: sampling(t, sink, test.keep), Signal: telemetry.Traces,
				First: 1000, Count: 5 * 200, SpansPerTrace: 5, MarkTraces: true, PerRequest: 30,
			})
			<-run.Done()
			tally := sink.Traces(telemetry.Stream{Signal: telemetry.Traces}, run.Sent())
			assert.Equal(t, test.want, tally, "%s", tally)
		})
	}
}

func TestATraceWithASpanThatWasNotAcknowledgedIsNotJudged(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	refuse := true
	address := receiving(t, func(context.Context, ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
		defer func() { refuse = false }()
		if refuse {
			return ptraceotlp.NewExportResponse(), assert.AnError
		}
		return ptraceotlp.NewExportResponse(), nil
	})
	run := started(t, telemetry.Load{
		Protocol: telemetry.GRPC, Address: address, Signal: telemetry.Traces, Count: 60, SpansPerTrace: 3, PerRequest: 10, Senders: 1,
	})
	<-run.Done()
	assert.Equal(t, telemetry.TraceTally{Unmarked: telemetry.TraceCounts{Unacknowledged: 10, None: 10}},
		sink.Traces(telemetry.Stream{Signal: telemetry.Traces}, run.Sent()))
}

func TestASpanThatComesTwiceMakesNoTraceWhole(t *testing.T) {
	t.Parallel()
	sink := telemetry.StartSink(t, telemetry.SinkConfig{})
	load := telemetry.Load{
		Protocol: telemetry.GRPC, Address: sampling(t, sink, func(span ptrace.Span) bool { return span.ParentSpanID().IsEmpty() }),
		Signal: telemetry.Traces, Count: 200, SpansPerTrace: 2,
	}
	first, second := started(t, load), started(t, load)
	<-first.Done()
	<-second.Done()
	stream := telemetry.Stream{Signal: telemetry.Traces}
	assert.Equal(t, telemetry.Tally{Sent: 200, Accepted: 200, Delivered: 100, Lost: 100, Duplicated: 100}, sink.Tally(stream, first.Sent()))
	assert.Equal(t, telemetry.TraceTally{Unmarked: telemetry.TraceCounts{Part: 100}}, sink.Traces(stream, first.Sent()))
}

package telemetry

import (
	"encoding/binary"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

const (
	// NumberAttribute is the attribute of each span, data point and log record that holds its number.
	NumberAttribute = "helm_otlp.number"
	// StreamAttribute is the resource attribute that names a [Load.Stream].
	StreamAttribute = "helm_otlp.stream"
	// MarkAttribute is true on one span of each marked trace; see [Load.MarkTraces].
	MarkAttribute = "helm_otlp.marked"
	// PaddingAttribute is as long as [Load.Padding].
	PaddingAttribute = "helm_otlp.padding"
)

// shape is what the records of a load look like beside their numbers.
type shape struct {
	stream  string
	traces  traceShape
	padding string // of each record
}

// number gives a record its number and its length.
func (s shape) number(attributes pcommon.Map, number int64) {
	attributes.PutInt(NumberAttribute, number)
	if s.padding != "" {
		attributes.PutStr(PaddingAttribute, s.padding)
	}
}

// describe writes the resource of a request.
func (s shape) describe(resource pcommon.Resource) {
	resource.Attributes().PutStr("service.name", "helm-otlp-test")
	if s.stream != "" {
		resource.Attributes().PutStr(StreamAttribute, s.stream)
	}
}

// spans returns one span a number.
func (s shape) spans(numbers sequence) ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	s.describe(resource.Resource())
	spans := resource.ScopeSpans().AppendEmpty().Spans()
	spans.EnsureCapacity(int(numbers.count))
	end := time.Now()
	for i := range numbers.count {
		number := numbers.at(i)
		span := spans.AppendEmpty()
		root := s.traces.root(number)
		span.SetTraceID(traceID(root))
		span.SetSpanID(spanID(number))
		if number != root {
			span.SetParentSpanID(spanID(root))
		}
		span.SetName("numbered")
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(end.Add(-time.Millisecond)))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(end))
		s.number(span.Attributes(), number)
		if s.traces.carriesMark(number) {
			span.Attributes().PutBool(MarkAttribute, true)
			span.Status().SetCode(ptrace.StatusCodeError)
		}
	}
	return traces
}

// traceID is the id of the trace whose first span has the number root. Its lower half looks random and is another
// for each root, since samplers and load balancers decide by it.
func traceID(root int64) (id [16]byte) {
	x := uint64(root) + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	binary.BigEndian.PutUint64(id[:8], 0x68656c6d6f746c70)
	binary.BigEndian.PutUint64(id[8:], x^x>>31)
	return id
}

func spanID(number int64) (id [8]byte) {
	binary.BigEndian.PutUint64(id[:], uint64(number)+1)
	return id
}

// points returns one gauge data point a number.
func (s shape) points(numbers sequence) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	resource := metrics.ResourceMetrics().AppendEmpty()
	s.describe(resource.Resource())
	metric := resource.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	metric.SetName("helm_otlp.numbered")
	points := metric.SetEmptyGauge().DataPoints()
	points.EnsureCapacity(int(numbers.count))
	now := pcommon.NewTimestampFromTime(time.Now())
	for i := range numbers.count {
		point := points.AppendEmpty()
		point.SetTimestamp(now)
		point.SetIntValue(numbers.at(i))
		s.number(point.Attributes(), numbers.at(i))
	}
	return metrics
}

// logRecords returns one log record a number.
func (s shape) logRecords(numbers sequence) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	s.describe(resource.Resource())
	records := resource.ScopeLogs().AppendEmpty().LogRecords()
	records.EnsureCapacity(int(numbers.count))
	now := pcommon.NewTimestampFromTime(time.Now())
	for i := range numbers.count {
		record := records.AppendEmpty()
		record.SetTimestamp(now)
		record.SetSeverityNumber(plog.SeverityNumberInfo)
		record.Body().SetStr("record " + strconv.FormatInt(numbers.at(i), 10))
		s.number(record.Attributes(), numbers.at(i))
	}
	return logs
}

package otelcol

import (
	"encoding/binary"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// Signal is what a pipeline carries.
type Signal string

// The signals that tests send and count.
const (
	Traces  Signal = "traces"
	Metrics Signal = "metrics"
	Logs    Signal = "logs"
)

// Signals returns every signal that tests send and count.
func Signals() []Signal { return []Signal{Traces, Metrics, Logs} }

// NumberAttribute is the attribute of each span, data point and log record that holds its number.
const NumberAttribute = "helm_otlp.number"

// Numbers are the consecutive numbers First, First+1 and so on, Count of them.
type Numbers struct{ First, Count int64 }

// contains tells whether n is one of the numbers.
func (n Numbers) contains(number int64) bool {
	return number >= n.First && number < n.First+n.Count
}

// spans returns one span a number, each the root of a trace of its own.
func spans(n Numbers) ptrace.Traces {
	traces := ptrace.NewTraces()
	resource := traces.ResourceSpans().AppendEmpty()
	describe(resource.Resource())
	scope := resource.ScopeSpans().AppendEmpty()
	now := time.Now()
	for number := n.First; number < n.First+n.Count; number++ {
		span := scope.Spans().AppendEmpty()
		var trace [16]byte
		var id [8]byte
		binary.BigEndian.PutUint64(trace[:8], 0x68656c6d6f746c70)
		binary.BigEndian.PutUint64(trace[8:], uint64(number)+1)
		binary.BigEndian.PutUint64(id[:], uint64(number)+1)
		span.SetTraceID(trace)
		span.SetSpanID(id)
		span.SetName("numbered")
		span.SetStartTimestamp(pcommon.NewTimestampFromTime(now.Add(-time.Millisecond)))
		span.SetEndTimestamp(pcommon.NewTimestampFromTime(now))
		span.Attributes().PutInt(NumberAttribute, number)
	}
	return traces
}

// points returns one gauge data point a number.
func points(n Numbers) pmetric.Metrics {
	metrics := pmetric.NewMetrics()
	resource := metrics.ResourceMetrics().AppendEmpty()
	describe(resource.Resource())
	metric := resource.ScopeMetrics().AppendEmpty().Metrics().AppendEmpty()
	metric.SetName("helm_otlp.numbered")
	gauge := metric.SetEmptyGauge()
	now := pcommon.NewTimestampFromTime(time.Now())
	for number := n.First; number < n.First+n.Count; number++ {
		point := gauge.DataPoints().AppendEmpty()
		point.SetTimestamp(now)
		point.SetIntValue(number)
		point.Attributes().PutInt(NumberAttribute, number)
	}
	return metrics
}

// logRecords returns one log record a number.
func logRecords(n Numbers) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	describe(resource.Resource())
	scope := resource.ScopeLogs().AppendEmpty()
	now := pcommon.NewTimestampFromTime(time.Now())
	for number := n.First; number < n.First+n.Count; number++ {
		record := scope.LogRecords().AppendEmpty()
		record.SetTimestamp(now)
		record.SetSeverityNumber(plog.SeverityNumberInfo)
		record.Body().SetStr(fmt.Sprintf("record %d", number))
		record.Attributes().PutInt(NumberAttribute, number)
	}
	return logs
}

func describe(resource pcommon.Resource) {
	resource.Attributes().PutStr("service.name", "helm-otlp-test")
}

// numbersOfSpans calls add with the attributes of each span.
func numbersOfSpans(traces ptrace.Traces, add func(pcommon.Map)) {
	for _, resource := range traces.ResourceSpans().All() {
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				add(span.Attributes())
			}
		}
	}
}

func numbersOfLogs(logs plog.Logs, add func(pcommon.Map)) {
	for _, resource := range logs.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				add(record.Attributes())
			}
		}
	}
}

func numbersOfPoints(metrics pmetric.Metrics, add func(pcommon.Map)) {
	for _, resource := range metrics.ResourceMetrics().All() {
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				numbersOfMetric(metric, add)
			}
		}
	}
}

func numbersOfMetric(metric pmetric.Metric, add func(pcommon.Map)) {
	switch metric.Type() {
	case pmetric.MetricTypeEmpty: // It has no points.
	case pmetric.MetricTypeGauge:
		for _, point := range metric.Gauge().DataPoints().All() {
			add(point.Attributes())
		}
	case pmetric.MetricTypeSum:
		for _, point := range metric.Sum().DataPoints().All() {
			add(point.Attributes())
		}
	case pmetric.MetricTypeHistogram:
		for _, point := range metric.Histogram().DataPoints().All() {
			add(point.Attributes())
		}
	case pmetric.MetricTypeExponentialHistogram:
		for _, point := range metric.ExponentialHistogram().DataPoints().All() {
			add(point.Attributes())
		}
	case pmetric.MetricTypeSummary:
		for _, point := range metric.Summary().DataPoints().All() {
			add(point.Attributes())
		}
	}
}

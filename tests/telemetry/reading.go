package telemetry

import (
	"strconv"
	"strings"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// add puts a record into the batch by its number attribute.
func (w *writing) add(attributes pcommon.Map) {
	number, ok := attributes.Get(NumberAttribute)
	if !ok || number.Type() != pcommon.ValueTypeInt {
		w.unnumbered++
		return
	}
	w.numbers = append(w.numbers, number.Int())
}

// streamOf returns what [StreamAttribute] says.
func streamOf(resource pcommon.Resource) string {
	if stream, ok := resource.Attributes().Get(StreamAttribute); ok {
		return stream.AsString()
	}
	return ""
}

func readSpans(traces ptrace.Traces) (records batch) {
	for _, resource := range traces.ResourceSpans().All() {
		written := records.of(streamOf(resource.Resource()))
		for _, scope := range resource.ScopeSpans().All() {
			for _, span := range scope.Spans().All() {
				written.add(span.Attributes())
			}
		}
	}
	return records
}

// readLogs reads a record that has no number attribute as a line.
func readLogs(logs plog.Logs) (records batch) {
	for _, resource := range logs.ResourceLogs().All() {
		stream := streamOf(resource.Resource())
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				if _, ok := record.Attributes().Get(NumberAttribute); ok {
					records.of(stream).add(record.Attributes())
					continue
				}
				number, writer, read := readLine(record.Body())
				switch read {
				case lineWhole:
					written := records.of(writer)
					written.numbers = append(written.numbers, number)
				case lineTorn:
					written := records.of(stream)
					written.unnumbered++
					written.torn = append(written.torn, tornLine{number, writer})
				case lineNone:
					records.of(stream).unnumbered++
				}
			}
		}
	}
	return records
}

// lineState is what a body is, as a line of cmd/lines.
type lineState int

const (
	lineWhole lineState = iota
	lineTorn            // it has no end
	lineNone
)

// readLine reads a body such as "n=12 stream=a xxx.", as cmd/lines writes it. The stream may be missing.
func readLine(body pcommon.Value) (number int64, writer string, state lineState) {
	if body.Type() != pcommon.ValueTypeStr {
		return 0, "", lineNone
	}
	line, starts := strings.CutPrefix(strings.TrimSuffix(body.Str(), "\n"), "n=")
	line, ends := strings.CutSuffix(line, ".")
	digits, rest, _ := strings.Cut(line, " ")
	number, err := strconv.ParseInt(digits, 10, 64)
	if !starts || err != nil {
		return 0, "", lineNone
	}
	if !ends {
		state = lineTorn
	}
	if named, ok := strings.CutPrefix(rest, "stream="); ok {
		writer, _, _ = strings.Cut(named, " ")
	}
	return number, writer, state
}

func readPoints(metrics pmetric.Metrics) (records batch) {
	for _, resource := range metrics.ResourceMetrics().All() {
		written := records.of(streamOf(resource.Resource()))
		for _, scope := range resource.ScopeMetrics().All() {
			for _, metric := range scope.Metrics().All() {
				readMetric(metric, written.add)
			}
		}
	}
	return records
}

// readMetric calls add with the attributes of each data point.
func readMetric(metric pmetric.Metric, add func(pcommon.Map)) {
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

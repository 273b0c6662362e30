package deployment

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The same collector, as 0.90, 0.149 without units and suffixes, and one with all of them say it.
func TestRatesAreReadWhateverTheVersionCallsItsMetrics(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ before, after string }{
		"old names": {`
# HELP otelcol_receiver_accepted_spans Number of spans.
# TYPE otelcol_receiver_accepted_spans counter
otelcol_receiver_accepted_spans{receiver="otlp",transport="grpc"} 100
otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} 10
otelcol_exporter_send_failed_log_records{exporter="otlp/a\"b"} 7
`, `
otelcol_receiver_accepted_spans{receiver="otlp",transport="grpc"} 140
otelcol_receiver_accepted_spans{receiver="otlp",transport="http"} 20
otelcol_exporter_send_failed_log_records{exporter="otlp/a\"b"} 9
otelcol_exporter_queue_size{exporter="otlp/a\"b",data_type="logs"} 5
otelcol_exporter_queue_capacity{exporter="otlp/a\"b",data_type="logs"} 1000
otelcol_processor_refused_spans{processor="memory_limiter"} 4
`},
		"with units and _total": {`
otelcol_receiver_accepted_spans__spans__total{receiver="otlp",transport="grpc",otel_scope_name="x"} 100
otelcol_receiver_accepted_spans__spans__total{receiver="otlp",transport="http",otel_scope_name="x"} 10
otelcol_exporter_send_failed_log_records_total{exporter="otlp/a\"b"} 7
`, `
otelcol_receiver_accepted_spans__spans__total{receiver="otlp",transport="grpc",otel_scope_name="x"} 140 1700000000000
otelcol_receiver_accepted_spans__spans__total{receiver="otlp",transport="http",otel_scope_name="x"} 20
otelcol_exporter_send_failed_log_records_total{exporter="otlp/a\"b"} 9
otelcol_exporter_queue_size__batches_{exporter="otlp/a\"b",data_type="logs"} 5
otelcol_exporter_queue_capacity__batches_{exporter="otlp/a\"b",data_type="logs"} 1000
otelcol_processor_refused_spans_total{processor="memory_limiter"} 4
`},
	} {
		before, after := &scrape{at: time.Unix(100, 0), samples: parse(c.before)}, &scrape{at: time.Unix(102, 0), samples: parse(c.after)}
		assert.Equal(t, []Component{
			{Kind: "receiver", Name: "otlp", Signal: "traces", Accepted: 25},
			{Kind: "processor", Name: "memory_limiter", Signal: "traces", Refused: 2},
			{Kind: "exporter", Name: `otlp/a"b`, Signal: "logs", Failed: 1, QueueSize: 5, QueueCapacity: 1000},
		}, rates(before, after), name)
	}
}

// What real collectors have said, one with the units and suffixes that the exporter of its metrics adds by default.
func TestRatesAreReadOfWhatRealCollectorsSay(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]float64{"0.149": (71 - 15) / 2.0, "0.161": (135 - 75) / 2.0} {
		of := func(n string, at int64) *scrape {
			text, err := os.ReadFile("testdata/metrics-" + version + "-" + n + ".txt")
			require.NoError(t, err)

			return &scrape{at: time.Unix(at, 0), samples: parse(string(text))}
		}
		before, after := of("1", 0), of("2", 2)
		assert.Equal(t, []Component{
			{Kind: "receiver", Name: "prometheus/self", Signal: "metrics", Accepted: want},
			{Kind: "processor", Name: "memory_limiter", Signal: "metrics", Accepted: want, Sent: want},
			{Kind: "exporter", Name: "debug", Signal: "metrics", Sent: want},
			{Kind: "exporter", Name: "otlp/backend", Signal: "metrics", Failed: want, QueueCapacity: 5},
		}, rates(before, after), version)
		assert.Positive(t, after.sum("process_cpu_seconds"), version)
		assert.Greater(t, after.sum("process_memory_rss", "process_memory_rss_bytes"), 50e6, version)
	}
}

func TestProcessorsCountWhatComesAndGoesByALabel(t *testing.T) {
	t.Parallel()
	before := &scrape{at: time.Unix(0, 0), samples: parse(`otelcol_processor_incoming_items{processor="filter",otel_signal="logs"} 0`)}
	after := &scrape{at: time.Unix(10, 0), samples: parse("otelcol_processor_incoming_items{processor=\"filter\",otel_signal=\"logs\"} 100\n" +
		"otelcol_processor_outgoing_items{processor=\"filter\",otel_signal=\"logs\"} 40\n")}
	assert.Equal(t, []Component{{Kind: "processor", Name: "filter", Signal: "logs", Accepted: 10, Sent: 4}}, rates(before, after))
}

func TestACollectorThatBeganAnewHasCountedWhatItSays(t *testing.T) {
	t.Parallel()
	before := &scrape{at: time.Unix(0, 0), samples: parse(`otelcol_receiver_accepted_spans{receiver="otlp"} 1000`)}
	after := &scrape{at: time.Unix(10, 0), samples: parse(`otelcol_receiver_accepted_spans{receiver="otlp"} 50`)}
	assert.Equal(t, []Component{{Kind: "receiver", Name: "otlp", Signal: "traces", Accepted: 5}}, rates(before, after))
	assert.Nil(t, rates(after, after), "no time has passed")
}

func TestLinesThatAreNoSamplesAreLeftOut(t *testing.T) {
	t.Parallel()
	assert.Empty(t, parse("\n# HELP x y\nx\nx{\nx{a=\"b\nx{a=\"b\"}\nx NaN\nx +Inf\nx{a=b} 1\n<html>no</html>\n"))
	assert.Equal(t, []sample{{"x", map[string]string{"a": "1,2}", "b": "\n"}, 1.5}}, parse(`x{a="1,2}", b="\n"} 1.5`))
}

func TestPodsAreAddedUp(t *testing.T) {
	t.Parallel()
	one := Component{Kind: "exporter", Name: "a", Signal: "logs", Sent: 1, Dropped: 2, QueueSize: 3, QueueCapacity: 4}
	assert.Equal(t, []Component{{Kind: "exporter", Name: "a", Signal: "logs", Sent: 2, Dropped: 4, QueueSize: 6, QueueCapacity: 8}},
		total([]PodMetrics{{Components: []Component{one}}, {Components: []Component{one}}, {}}))
}

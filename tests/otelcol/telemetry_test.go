package otelcol_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// telemetries are what may stand at service.telemetry; some of it stops a collector when it reads it, some when it starts, and
// some runs.
func telemetries() []string {
	const otlp = "protocol: grpc, endpoint: 'http://127.0.0.1:4317'"
	const prometheus = "{prometheus: {host: 127.0.0.1, port: 0}}"

	return []string{
		"{metric: {level: none}}", "{metrics: {level: verbose}}", "{metrics: {level: Normal, readers: [{pull: {exporter: " + prometheus + "}}]}}",
		"{logs: {level: trace}}", "{logs: {level: Info, encoding: json, output_paths: stderr}, metrics: {level: none}}", "{logs: {encoding: JSON}}",
		"{logs: {sampling: {ticks: 1s}}}", "{logs: {disable_zap_resource: true, initial_fields: {a: 1}}, metrics: {level: none}}",
		"{traces: {propagator: [b3]}}", "{traces: {level: verbose}}", "{resource: {host: 3}}",
		"{resource: {service.name: a, service.version: }, metrics: {level: none}}",
		"{resource: {attributes: [{name: a, value: b}]}, metrics: {level: none}}", "{resource: {attributes: [{name: a, value: b}], host: c}}",
		"{metrics: {address: '127.0.0.1:0'}}", "{metrics: {readers: []}}", "{metrics: {level: none, readers: [{}]}}", "{metrics: {readers: [{}]}}",
		"{metrics: {readers: [{pull: {}}]}}", "{metrics: {readers: [{pul: {exporter: " + prometheus + "}}]}}",
		"{metrics: {readers: [{pull: {exporter: " + prometheus + "}, periodic: {exporter: {console: {}}}}]}}",
		"{metrics: {readers: [{pull: {exporter: {prom: {}}}}]}}", "{metrics: {readers: [{pull: {exporter: {prometheus: {port: 0}}}}]}}",
		"{metrics: {readers: [{pull: {exporter: {prometheus: {host: 127.0.0.1}}}}]}}", "{metrics: {readers: [{periodic: {interval: 30s, exporter: {console: {}}}}]}}",
		"{metrics: {readers: [{periodic: {exporter: {console: }}}]}}", "{metrics: {readers: [{periodic: {exporter: {console: {}}}}]}}",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {endpoint: 'http://127.0.0.1:4317'}}}}]}}",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {protocol: grpc/protobuf}}}}]}}",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {" + otlp + ", compression: zstd}}}}]}}",
		"{traces: {processors: [{simple: {exporter: {otlp: {" + otlp + ", headers: {a: b}}}}}]}, metrics: {level: none}}",
		"{metrics: {views: [{selector: {instrument_name: a}}]}}", "{metrics: {level: detailed, views: [{selector: {instrument_type: sum}}]}}",
		"{logs: {processors: [{}]}}", "{logs: {processors: [{batch: {exporter: {otlp: {protocol: tcp, endpoint: 'http://127.0.0.1:4318'}}}}]}}",
		"{traces: {processors: [{batch: {exporter: {otlp: {protocol: grpc}}}}]}}", "{traces: {level: none, processors: [{}]}, metrics: {level: none}}",
		"{traces: {processors: [{}]}}", "{traces: {sampler: {trace_id_ratio_based: {ratio: '0.1'}}}}",
	}
}

func TestWeSayOfTelemetryWhatTheCollectorSays(t *testing.T) {
	for _, distribution := range otelcol.Distributions() {
		binary := distribution.Binary(t)
		for _, telemetry := range telemetries() {
			config := "receivers: {hostmetrics: {scrapers: {memory: }}}\nexporters: {nop: }\n" +
				"service: {telemetry: " + telemetry + ", pipelines: {metrics: {receivers: [hostmetrics], exporters: [nop]}}}\n"
			doc, problems := collectorconfig.Parse("", []byte(config))
			require.Empty(t, problems, telemetry)
			problems = slices.DeleteFunc(collectorconfig.Check(doc, distribution.Version, ""), func(p collectorconfig.Problem) bool {
				return p.Ignored || p.Code == collectorconfig.CodeDeprecatedName
			})
			t.Run(distribution.Version+" "+telemetry, func(t *testing.T) {
				_, err := otelcol.TryStart(t, binary, config, nil)
				assert.Equal(t, err != nil, len(problems) > 0, "we say %v, the collector %v", problems, err)
			})
		}
	}
}

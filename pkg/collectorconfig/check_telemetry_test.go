package collectorconfig_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// Each was put before the collectors 0.149 and 0.161: they stop at what has a code, and run with the rest. The same are in
// tests/otelcol.
func TestTelemetryIsJudgedByWhatTheServiceTakes(t *testing.T) {
	t.Parallel()
	const prometheus = "{prometheus: {host: 127.0.0.1, port: 8888}}"
	for text, want := range map[string]string{
		"{}": "", "{metrics: }": "", "{metrics: {level: }}": "", "{metrics: '${env:METRICS}'}": "",
		"{metric: {level: none}}":            "unknown-key service.telemetry.metric",
		"{metrics: {level: verbose}}":        "invalid-value service.telemetry.metrics.level",
		"{metrics: {level: Normal}}":         "",
		"{metrics: {level: '${env:LEVEL}'}}": "",
		"{metrics: {level: 1}}":              "",
		"{metrics: none}":                    "wrong-type service.telemetry.metrics",
		"{logs: {level: verbose}}":           "invalid-value service.telemetry.logs.level",
		"{logs: {level: WARN}}":              "",
		"{logs: {encoding: JSON}}":           "invalid-value service.telemetry.logs.encoding",
		"{logs: {leve: debug}}":              "unknown-key service.telemetry.logs.leve",
		"{logs: {sampling: {ticks: 1s}}}":    "unknown-key service.telemetry.logs.sampling.ticks",
		"{logs: {disable_caller: 'yes'}}":    "wrong-type service.telemetry.logs.disable_caller",
		"{logs: {output_paths: stderr, disable_zap_resource: true, initial_fields: {a: 1}}}": "",
		"{traces: {level: verbose}}":                                                                                                         "invalid-value service.telemetry.traces.level",
		"{traces: {propagator: [b3]}}":                                                                                                       "unknown-key service.telemetry.traces.propagator",
		"{resource: {service.name: a, service.instance.id: }}":                                                                               "",
		"{resource: {host: 3}}":                                                                                                              "wrong-type service.telemetry.resource.host",
		"{resource: {attributes: [{name: service.name, value: a}]}}":                                                                         "",
		"{resource: {attributes: {service.name: a}}}":                                                                                        "wrong-type service.telemetry.resource.attributes",
		"{resource: {attributes: [{name: a, value: b}], host: c}}":                                                                           "conflicting-keys service.telemetry.resource.host",
		"{resource: {attributes_list: 'a=b'}}":                                                                                               "key-not-in-version service.telemetry.resource.attributes_list",
		"{metrics: {address: '0.0.0.0:8888'}}":                                                                                               "key-not-in-version service.telemetry.metrics.address",
		"{metrics: {readers: []}}":                                                                                                           "missing-key service.telemetry.metrics.readers",
		"{metrics: {level: none, readers: []}}":                                                                                              "",
		"{metrics: {level: '${env:LEVEL}', readers: [{}]}}":                                                                                  "",
		"{metrics: {level: none, readers: [{}]}}":                                                                                            "",
		"{metrics: {readers: [{}]}}":                                                                                                         "missing-key service.telemetry.metrics.readers[0]",
		"{metrics: {readers: [{pull: {}}]}}":                                                                                                 "missing-key service.telemetry.metrics.readers[0].pull.exporter",
		"{metrics: {readers: [{pull: '${env:PULL}'}]}}":                                                                                      "",
		"{metrics: {readers: [{pull: {exporter: " + prometheus + "}}]}}":                                                                     "",
		"{metrics: {readers: [{producers: [], pull: {exporter: " + prometheus + "}}]}}":                                                      "",
		"{metrics: {readers: [{pul: {exporter: " + prometheus + "}}]}}":                                                                      "unknown-key service.telemetry.metrics.readers[0].pul",
		"{metrics: {readers: {pull: {exporter: " + prometheus + "}}}}":                                                                       "wrong-type service.telemetry.metrics.readers",
		"{metrics: {readers: [{pull: {exporter: " + prometheus + "}, periodic: {exporter: {console: {}}}}]}}":                                "conflicting-keys service.telemetry.metrics.readers[0]",
		"{metrics: {readers: [{pull: {exporter: {prom: {}}}}]}}":                                                                             "unknown-key service.telemetry.metrics.readers[0].pull.exporter.prom",
		"{metrics: {readers: [{pull: {exporter: {prometheus: {port: 8888}}}}]}}":                                                             "missing-key service.telemetry.metrics.readers[0].pull.exporter.prometheus.host",
		"{metrics: {readers: [{pull: {exporter: {prometheus: {host: a}}}}]}}":                                                                "missing-key service.telemetry.metrics.readers[0].pull.exporter.prometheus.port",
		"{metrics: {readers: [{pull: {exporter: {prometheus: {host: a, port: '8888'}}}}]}}":                                                  "wrong-type service.telemetry.metrics.readers[0].pull.exporter.prometheus.port",
		"{metrics: {readers: [{periodic: {interval: 30s, exporter: {console: {}}}}]}}":                                                       "wrong-type service.telemetry.metrics.readers[0].periodic.interval",
		"{metrics: {readers: [{periodic: {exporter: {console: }}}]}}":                                                                        "missing-key service.telemetry.metrics.readers[0].periodic.exporter",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {protocol: grpc}}}}]}}":                                                           "",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {endpoint: 'http://a:4317'}}}}]}}":                                                "missing-key service.telemetry.metrics.readers[0].periodic.exporter.otlp.protocol",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {protocol: grpc, headers: {a: b}, endpoint: 'http://a:4317'}}}}]}}":               "",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {protocol: grpc/protobuf, endpoint: 'http://a:4317'}}}}]}}":                       "invalid-value service.telemetry.metrics.readers[0].periodic.exporter.otlp.protocol",
		"{metrics: {readers: [{periodic: {exporter: {otlp: {protocol: grpc, temporality_preference: Delta, endpoint: 'http://a:4317'}}}}]}}": "invalid-value service.telemetry.metrics.readers[0].periodic.exporter.otlp.temporality_preference",
		"{metrics: {views: [{selector: {instrument_name: a}}]}}":                                                                             "conflicting-keys service.telemetry.metrics.views",
		"{metrics: {level: detailed, views: [{selector: {instrument_name: a}, stream: {aggregation: {drop: {}}}}]}}":                         "",
		"{metrics: {level: detailed, views: [{selector: {instrument_type: sum}}]}}":                                                          "invalid-value service.telemetry.metrics.views[0].selector.instrument_type",
		"{logs: {processors: [{}]}}":                                                                                                         "missing-key service.telemetry.logs.processors[0]",
		"{logs: {processors: [{batch: {exporter: {otlp: {protocol: tcp, endpoint: 'http://a:4318'}}}}]}}":                                    "invalid-value service.telemetry.logs.processors[0].batch.exporter.otlp.protocol",
		"{traces: {processors: [{batch: {exporter: {otlp: {protocol: grpc}}}}]}}":                                                            "missing-key service.telemetry.traces.processors[0].batch.exporter.otlp.endpoint",
		"{traces: {processors: [{simple: {exporter: {otlp: {protocol: grpc}}}}]}}":                                                           "",
		"{traces: {level: none, processors: [{}]}}":                                                                                          "",
		"{traces: {processors: [{}]}}":                                                                                                       "missing-key service.telemetry.traces.processors[0]",
		"{traces: {sampler: {trace_id_ratio_based: {ratio: '0.1'}}}}":                                                                        "wrong-type service.telemetry.traces.sampler.trace_id_ratio_based.ratio",
	} {
		got := ""
		for _, problem := range ofTelemetry(t, text, "0.161.0") {
			got += problem.Code + " " + problem.Path
			assert.False(t, problem.Ignored, text)
		}
		assert.Equal(t, want, got, text)
	}
}

func TestTelemetryIsJudgedForTheVersion(t *testing.T) {
	t.Parallel()
	const level, readers = "{traces: {level: none}}", "{metrics: {readers: [{pull: {exporter: {prometheus: {args: {host: a}}}}}]}}"
	const words, processors = "{metrics: {level: verbose}}", "{logs: {processors: []}}"
	const address, resource, unknown = "{metrics: {address: '0.0.0.0:8888'}}", "{resource: {attributes: [{name: a, value: b}]}}", "{metric: }"
	for _, test := range []struct {
		text, version, want string
		ignored             bool
	}{
		{address, "0.122.0", "", false},
		{address, "0.123.0", "the collector ignores metrics.address of service.telemetry since 0.123.0, and the image is 0.123.0", true},
		{address, "0.128.0", "metrics of service.telemetry has address no longer in 0.128, and the image is 0.128.0", false},
		{address, "", "", false},
		{address, "0.90.0", "", false},
		{level, "0.107.0", "traces of service.telemetry has level since 0.108, and the image is 0.107.0", false},
		{level, "0.108.0", "", false},
		{processors, "0.112.0", "logs of service.telemetry has processors since 0.113, and the image is 0.112.0", false},
		{processors, "0.113.0", "", false},
		{readers, "0.90.0", "", false},
		{words, "0.90.0", `metrics.level of service.telemetry takes no "verbose"`, false},
		{"{resource: {attributes: a}}", "0.110.0", "", false},
		{resource, "0.150.0", "resource of service.telemetry has attributes since 0.151, and the image is 0.150.0", false},
		{resource, "0.151.0", "", false},
		{unknown, "0.89.0", "", false},
		{unknown, "0.90.0", "service.telemetry has no key metric", false},
		{unknown, "0.121.0", "service.telemetry has no key metric", false},
		{unknown, "0.162.0", "service.telemetry has no key metric", true},
	} {
		got := ofTelemetry(t, test.text, test.version)
		if test.want == "" {
			assert.Empty(t, got, test.text)

			continue
		}
		require.Len(t, got, 1, test.text)
		assert.Equal(t, test.want, got[0].Message)
		assert.Equal(t, test.ignored, got[0].Ignored, test.version)
		assert.Equal(t, test.version == "0.123.0", got[0].Gate != "")
	}
}

// ofTelemetry are the problems of a config with some service.telemetry.
func ofTelemetry(t *testing.T, text, version string) []collectorconfig.Problem {
	t.Helper()
	doc, problems := collectorconfig.Parse("f.yaml", []byte("receivers: {otlp: {protocols: {grpc: }}}\nexporters: {debug: }\n"+
		"service: {telemetry: "+text+", pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}\n"))
	require.Empty(t, problems, text)

	return collectorconfig.Check(doc, version, "contrib")
}

package collectorconfig

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const productionFile = "../../examples/production/pipeline.yaml"

func TestPipelineFileOfTheProductionExampleIsTheTypedModel(t *testing.T) {
	data, err := os.ReadFile(filepath.FromSlash(productionFile))
	require.NoError(t, err)
	config, problems := ParsePipelineFile("pipeline.yaml", data)
	require.Empty(t, problems)
	assert.Equal(t, &Config{
		Receivers: map[string]Receiver{"otlp": &OTLPReceiver{Protocols: OTLPProtocols{
			GRPC: &Endpoint{Endpoint: "0.0.0.0:4317"}, HTTP: &Endpoint{Endpoint: "0.0.0.0:4318"}}}},
		Processors: map[string]Processor{
			"memory_limiter":     &MemoryLimiterProcessor{Interval: time.Second, LimitMiB: 3072, SpikeLimitMiB: 512},
			"resource_detection": &ResourceDetectionProcessor{Detectors: []string{"env", "system"}},
			"batch":              &BatchProcessor{Timeout: 10 * time.Second, Size: 1000}},
		Exporters: map[string]Exporter{
			"jaeger": &JaegerExporter{Endpoint: "jaeger-collector:14250"},
			"otlp":   &OTLPExporter{Endpoint: "otlp-backend:4317", Compression: "gzip", Timeout: 30 * time.Second}},
		Connectors: map[string]Raw{}, Extensions: map[string]Raw{},
		Service: Service{Pipelines: map[string]Pipeline{"traces": {
			Receivers:  []string{"otlp"},
			Processors: []string{"memory_limiter", "resource_detection", "batch"},
			Exporters:  []string{"jaeger", "otlp"}}}},
	}, config)
}

const pipelineFrame = `
service: {pipelines: {traces: {receivers: [otlp], processors: [p], exporters: [debug]}}}
`

func TestPipelineFileReportsWhatDoesNotFitWhereItStands(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"a misspelt key names the right one", "processors:\n  batch:\n    tiemout: 1s\n",
			`f.yaml:3:5: the typed batch processor has no key "tiemout" (did you mean timeout?) [invalid-config]`},
		{"a nested misspelt key names the right one", "receivers:\n  otlp/a:\n    protocols:\n      grcp:\n",
			`f.yaml:4:7: protocols has no key "grcp" (did you mean grpc?) [invalid-config]`},
		{"a duration without a unit", "processors:\n  batch:\n    timeout: 10\n",
			`f.yaml:3:14: timeout is a duration, and "10" is none (write a number and a unit: 200ms, 10s, 1m) [invalid-config]`},
		{"a value from the environment goes under raw", "processors:\n  batch:\n    timeout: ${env:T}\n",
			`f.yaml:3:14: timeout is a duration, and "${env:T}" is none (put timeout under raw to take it from the environment) [invalid-config]`},
		{"a number that is none", "processors:\n  memory_limiter:\n    limit_mib: 3Gi\n    check_interval: 1s\n",
			`f.yaml:3:16: limit_mib is a whole number from 0 to 4294967295, and "3Gi" is none [invalid-config]`},
		{"a list that is a text", "processors:\n  resourcedetection: {detectors: env}\n",
			`f.yaml:2:34: detectors is a list, and this is a scalar (write it in brackets: [env]) [invalid-config]`},
		{"a value outside of what there is", "exporters:\n  otlp:\n    endpoint: a:1\n    compression: gzap\n",
			`f.yaml:4:5: compression is "gzap", and can be gzip, snappy, zstd, none [invalid-config]`},
		{"a required value that is not there", "exporters:\n  jaeger:\n    timeout: 1s\n",
			`f.yaml:2:3: endpoint is required [invalid-config]`},
		{"a receiver without a protocol", "receivers:\n  otlp/a:\n",
			`f.yaml:2:3: the otlp receiver has no protocol: set grpc or http (a bare ` + "`grpc:`" + ` is enough) [invalid-config]`},
		{"a spike at the limit", "processors:\n  memory_limiter: {check_interval: 1s, limit_mib: 100, spike_limit_mib: 100}\n",
			`f.yaml:2:56: spike_limit_mib 100 is not below limit_mib 100: all data would be refused [invalid-config]`},
		{"an action without its value", "processors:\n  attributes:\n    actions:\n      - {key: a, action: insert}\n",
			`f.yaml:4:18: insert takes exactly one of value, from_attribute and from_context [invalid-config]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, problems := ParsePipelineFile("f.yaml", []byte(test.file))
			assert.Contains(t, lines(problems), test.want)
		})
	}
}

func TestPipelineFileTakesAnUntypedComponentAsItIs(t *testing.T) {
	config, problems := ParsePipelineFile("f.yaml", []byte(`
receivers:
  otlp: {protocols: {grpc: }, raw: {protocols: {grpc: {max_recv_msg_size_mib: 8}}}}
processors:
  p: {anything: [1, two]}
exporters: {debug: }`+pipelineFrame))
	require.Empty(t, problems)
	assert.Equal(t, Raw{"anything": []any{1, "two"}}, config.Processors["p"])
	raw, _, err := config.Lower("0.161.0")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"protocols": map[string]any{"grpc": map[string]any{"max_recv_msg_size_mib": 8}}},
		asMap(raw["receivers"])["otlp"], "raw is laid over the typed body")
}

func TestPipelineFileReportsReferencesToo(t *testing.T) {
	_, problems := ParsePipelineFile("f.yaml", []byte(`receivers: {otlp: {protocols: {http: }}}
exporters: {debug: {}}
service:
  pipelines:
    traces: {receivers: [otpl], exporters: [debug]}
`))
	assert.Equal(t, []string{"f.yaml:5:26: the pipeline traces names the receiver otpl, which is not defined (did you mean otlp?) [undefined-component]"},
		lines(problems))
}

func TestPipelineFileDoesNotMindWhatNoPipelineNames(t *testing.T) {
	_, problems := ParsePipelineFile("f.yaml", []byte(`receivers: {otlp: {protocols: {http: }}}
processors: {batch: {}}
exporters: {debug: {}}
service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}
`))
	assert.Empty(t, problems)
}

func TestPipelineFileIsNeverNil(t *testing.T) {
	for _, data := range []string{"", "[", "a", "- a", "service:", "exporters: [a]\nservice: 1", "exporters: {otlp: [1]}"} {
		config, problems := ParsePipelineFile("f.yaml", []byte(data))
		assert.NotNil(t, config, data)
		assert.NotEmpty(t, problems, data)
	}
}

func TestModelKeepsBodiesThatTheTypesDoNotHold(t *testing.T) {
	doc, _ := Parse("f.yaml", []byte(`receivers:
  otlp: {protocols: {grpc: {endpoint: "a:1", keepalive: {}}}}
  otlp/2: {protocols: {grpc: {endpoint: "a:1"}}}
exporters: {debug: {verbosity: basic}}
service: {telemetry: {logs: {level: warn}}, pipelines: {traces: {receivers: [otlp, otlp/2], exporters: [debug]}}}
`))
	model := doc.Model()
	assert.Equal(t, Raw{"protocols": map[string]any{"grpc": map[string]any{"endpoint": "a:1", "keepalive": map[string]any{}}}}, model.Receivers["otlp"])
	assert.Equal(t, &OTLPReceiver{Protocols: OTLPProtocols{GRPC: &Endpoint{Endpoint: "a:1"}}}, model.Receivers["otlp/2"])
	raw, _, err := model.Lower("0.161.0")
	require.NoError(t, err)
	assert.Equal(t, doc.Config(), raw)
}

func lines(problems []Problem) []string {
	list := make([]string, len(problems))
	for i, p := range problems {
		list[i] = p.String()
	}
	return list
}

func TestPipelineFileOfTheProductionExampleCompiles(t *testing.T) {
	data, err := os.ReadFile(filepath.FromSlash(productionFile))
	require.NoError(t, err)
	config, problems := ParsePipelineFile("pipeline.yaml", data)
	require.Empty(t, problems)
	raw, notices, err := config.Lower("0.161.0")
	require.NoError(t, err)
	assert.Len(t, notices, 2, "of jaeger and of otlp: %v", notices)
	result, err := Compile(Input{Mode: "gateway", Version: "0.161.0", Distribution: "k8s", Config: raw,
		FullName: "gateway", Namespace: "observability", MemoryLimitMiB: 4096})
	require.NoError(t, err)
	traces := asMap(pipelinesOf(result.Config)["traces"])
	assert.Equal(t, []any{"otlp_grpc/jaeger", "otlp_grpc"}, traces["exporters"])
	assert.Subset(t, traces["processors"], []any{"memory_limiter", "resource_detection", "batch"})
}

package collectorconfig

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func traces(receiver, exporter string, processors ...string) Service {
	return Service{Pipelines: map[string]Pipeline{"traces": {
		Receivers: []string{receiver}, Processors: processors, Exporters: []string{exporter}}}}
}

func otlpOnly() map[string]Receiver {
	return map[string]Receiver{"otlp": OTLPReceiver{Protocols: OTLPProtocols{GRPC: &Endpoint{}}}}
}

func TestLowerWritesEachTypedBodyInTheCollectorsWords(t *testing.T) {
	yes := true
	tests := []struct {
		name   string
		config Config
		kind   string
		id     string
		want   any
	}{
		{"otlp receiver", Config{Receivers: map[string]Receiver{"otlp": OTLPReceiver{Protocols: OTLPProtocols{
			GRPC: &Endpoint{Endpoint: "[::]:4317", TLS: &ServerTLS{CertFile: "c", KeyFile: "k"}}, HTTP: &Endpoint{}}}}},
			"receivers", "otlp", map[string]any{"protocols": map[string]any{
				"grpc": map[string]any{"endpoint": "[::]:4317", "tls": map[string]any{"cert_file": "c", "key_file": "k"}},
				"http": map[string]any{}}}},
		{"jaeger receiver", Config{Receivers: map[string]Receiver{"jaeger": &JaegerReceiver{Protocols: JaegerProtocols{
			GRPC: &Endpoint{Endpoint: "a:14250"}, ThriftHTTP: &Endpoint{Endpoint: "a:14268"}}}}},
			"receivers", "jaeger", map[string]any{"protocols": map[string]any{
				"grpc": map[string]any{"endpoint": "a:14250"}, "thrift_http": map[string]any{"endpoint": "a:14268"}}}},
		{"prometheus receiver of a URL", Config{Receivers: map[string]Receiver{"prometheus/app": PrometheusReceiver{
			Endpoint: "https://app:8080/stats", Targets: []string{"b:1"}, Interval: time.Minute}}},
			"receivers", "prometheus/app", map[string]any{"config": map[string]any{"scrape_configs": []any{map[string]any{
				"job_name": "app", "scheme": "https", "metrics_path": "/stats", "scrape_interval": "1m",
				"static_configs": []any{map[string]any{"targets": []any{"app:8080", "b:1"}}}}}}}},
		{"file_log receiver by its old name", Config{Receivers: map[string]Receiver{"filelog": FilelogReceiver{
			Include: []string{"/var/log/*.log"}, StartAt: "beginning"}}},
			"receivers", "file_log", map[string]any{"include": []any{"/var/log/*.log"}, "start_at": "beginning"}},
		{"batch processor", Config{Processors: map[string]Processor{"batch": BatchProcessor{Timeout: 10 * time.Second, Size: 1000}}},
			"processors", "batch", map[string]any{"timeout": "10s", "send_batch_size": 1000}},
		{"resource detection", Config{Processors: map[string]Processor{"resourcedetection": ResourceDetectionProcessor{
			Detectors: []string{"env"}, Override: &yes, Raw: Raw{"system": map[string]any{"hostname_sources": []any{"os"}}}}}},
			"processors", "resource_detection", map[string]any{"detectors": []any{"env"}, "override": true,
				"system": map[string]any{"hostname_sources": []any{"os"}}}},
		{"attributes processor", Config{Processors: map[string]Processor{"attributes": AttributesProcessor{
			Actions: []AttributeAction{{Key: "a", Action: "upsert", Value: 1}, {Action: "delete", Pattern: "x"}}}}},
			"processors", "attributes", map[string]any{"actions": []any{
				map[string]any{"key": "a", "action": "upsert", "value": 1}, map[string]any{"action": "delete", "pattern": "x"}}}},
		{"memory limiter", Config{Processors: map[string]Processor{"memory_limiter": MemoryLimiterProcessor{
			Interval: time.Second, LimitMiB: 400, SpikeLimitMiB: 100}}},
			"processors", "memory_limiter", map[string]any{"check_interval": "1s", "limit_mib": 400, "spike_limit_mib": 100}},
		{"otlp exporter", Config{Exporters: map[string]Exporter{"otlp": OTLPExporter{Endpoint: "a:4317", Compression: "gzip",
			Timeout: 30 * time.Second, TLS: &ClientTLS{CAFile: "ca"}, Headers: map[string]string{"k": "${env:KEY}"}}}},
			"exporters", "otlp_grpc", map[string]any{"endpoint": "a:4317", "compression": "gzip", "timeout": "30s",
				"tls": map[string]any{"ca_file": "ca"}, "headers": map[string]any{"k": "${env:KEY}"}}},
		{"prometheus exporter", Config{Exporters: map[string]Exporter{"prometheus": PrometheusExporter{Endpoint: "0.0.0.0:9464"}}},
			"exporters", "prometheus", map[string]any{"endpoint": "0.0.0.0:9464"}},
		{"raw", Config{Extensions: map[string]Raw{"health_check": {"endpoint": "a:13133"}}},
			"extensions", "health_check", map[string]any{"endpoint": "a:13133"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			raw, _, err := test.config.Lower("0.161.0")
			require.NoError(t, err)
			assert.Equal(t, test.want, asMap(raw[test.kind])[test.id])
		})
	}
}

func TestLowerWritesAJaegerExporterAsOTLP(t *testing.T) {
	tests := []struct {
		name     string
		exporter JaegerExporter
		want     map[string]any
		notice   string
	}{
		{"on Jaeger's port, in plain text", JaegerExporter{Endpoint: "jaeger:14250"},
			map[string]any{"endpoint": "jaeger:4317", "tls": map[string]any{"insecure": true}},
			"to Jaeger's OTLP port 4317 in place of 14250, in plain text (set tls to change that)"},
		{"with its tls when given", JaegerExporter{Endpoint: "jaeger:14250", TLS: &ClientTLS{CAFile: "ca"}},
			map[string]any{"endpoint": "jaeger:4317", "tls": map[string]any{"ca_file": "ca"}},
			"to Jaeger's OTLP port 4317 in place of 14250"},
		{"with its raw tls when given", JaegerExporter{Endpoint: "[::1]:14250", Raw: Raw{"tls": map[string]any{"insecure": false}}},
			map[string]any{"endpoint": "[::1]:4317", "tls": map[string]any{"insecure": false}},
			"to Jaeger's OTLP port 4317 in place of 14250"},
		{"without a port", JaegerExporter{Endpoint: "jaeger", TLS: &ClientTLS{}},
			map[string]any{"endpoint": "jaeger:4317", "tls": map[string]any{}}, "to Jaeger's OTLP port 4317"},
		{"on a port of its own", JaegerExporter{Endpoint: "jaeger:5000", TLS: &ClientTLS{}},
			map[string]any{"endpoint": "jaeger:5000", "tls": map[string]any{}}, "to the port as given, which must be Jaeger's OTLP port"},
		{"from the environment", JaegerExporter{Endpoint: "${env:JAEGER}", TLS: &ClientTLS{}},
			map[string]any{"endpoint": "${env:JAEGER}", "tls": map[string]any{}}, "to the endpoint as given, which must be Jaeger's OTLP port (4317)"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := Config{Receivers: otlpOnly(), Exporters: map[string]Exporter{"jaeger": test.exporter}, Service: traces("otlp", "jaeger")}
			raw, notices, err := config.Lower("0.161.0")
			require.NoError(t, err)
			assert.Equal(t, map[string]any{"otlp_grpc/jaeger": test.want}, raw["exporters"])
			assert.Equal(t, []any{"otlp_grpc/jaeger"}, asMap(pipelinesOf(raw)["traces"])["exporters"])
			assert.Equal(t, []Notice{{"exporters.jaeger", "upstream removed the jaeger exporter: written as otlp_grpc, " + test.notice}}, notices)
		})
	}
}

func TestLowerNamesTheJaegerExporterAsTheVersionNamesOTLP(t *testing.T) {
	config := Config{Exporters: map[string]Exporter{"jaeger/eu": JaegerExporter{Endpoint: "j:14250"}}}
	raw, _, err := config.Lower("0.90.0")
	require.NoError(t, err)
	assert.Contains(t, raw["exporters"], "otlp/jaeger_eu")
}

func TestLowerWritesLoggingAsDebug(t *testing.T) {
	config := Config{Receivers: otlpOnly(), Exporters: map[string]Exporter{
		"logging": LoggingExporter{LogLevel: "debug"}, "logging/two": LoggingExporter{Verbosity: "normal"}, "debug": DebugExporter{}},
		Service: traces("otlp", "logging")}
	raw, notices, err := config.Lower("0.161.0")
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"debug": map[string]any{}, "debug/logging": map[string]any{"verbosity": "detailed"},
		"debug/two": map[string]any{"verbosity": "normal"}}, raw["exporters"])
	assert.Equal(t, []any{"debug/logging"}, asMap(pipelinesOf(raw)["traces"])["exporters"])
	assert.Equal(t, []Notice{
		{"exporters.logging", "upstream removed the logging exporter: written as debug, log_level debug as verbosity detailed"},
		{"exporters.logging/two", "upstream removed the logging exporter: written as debug"}}, notices)
}

func TestLowerNamesResourceDetectionAsTheVersionDoes(t *testing.T) {
	for _, test := range []struct{ given, version, want string }{
		{"resource_detection", "0.90.0", "resourcedetection"},
		{"resourcedetection", "0.161.0", "resource_detection"},
		{"resourcedetection/a", "v0.153.0", "resource_detection/a"},
		{"resourcedetection", "", "resource_detection"},
		{"resource_detection", "0.161.0", "resource_detection"},
	} {
		t.Run(test.given+" for "+test.version, func(t *testing.T) {
			config := Config{Receivers: otlpOnly(), Processors: map[string]Processor{test.given: ResourceDetectionProcessor{Detectors: []string{"env"}}},
				Exporters: map[string]Exporter{"debug": DebugExporter{}}, Service: traces("otlp", "debug", test.given)}
			raw, notices, err := config.Lower(test.version)
			require.NoError(t, err)
			assert.Contains(t, raw["processors"], test.want)
			assert.Equal(t, []any{test.want}, asMap(pipelinesOf(raw)["traces"])["processors"])
			assert.Len(t, notices, map[bool]int{true: 0, false: 1}[test.given == test.want])
		})
	}
}

func TestLowerRefusesWhatWouldNotStart(t *testing.T) {
	tests := []struct {
		name   string
		config Config
		want   string
	}{
		{"an endpoint missing", Config{Exporters: map[string]Exporter{"otlp": OTLPExporter{}}}, "exporters.otlp.endpoint: endpoint is required"},
		{"a body under an id of another type", Config{Exporters: map[string]Exporter{"debug": OTLPExporter{Endpoint: "a:1"}}},
			"the id debug has a body of type otlp_grpc: name it otlp_grpc or otlp_grpc/NAME"},
		{"a body that is nil", Config{Receivers: map[string]Receiver{"otlp": nil}}, "otlp has no body"},
		{"two ids that become one", Config{Processors: map[string]Processor{
			"resourcedetection": ResourceDetectionProcessor{Detectors: []string{"env"}}, "resource_detection": Raw{}}},
			"processors.resource_detection and processors.resourcedetection are both resource_detection to the collector"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := test.config.Lower("0.161.0")
			assert.ErrorContains(t, err, test.want)
		})
	}
	_, _, err := Config{}.Lower("latest")
	assert.ErrorContains(t, err, "want X.Y.Z")
}

func TestLowerReportsAllProblemsAtOnce(t *testing.T) {
	config := Config{Exporters: map[string]Exporter{"otlp": OTLPExporter{}, "otlp/2": OTLPExporter{Endpoint: "a", Compression: "x"}}}
	_, _, err := config.Lower("")
	require.ErrorContains(t, err, "exporters.otlp.endpoint")
	require.ErrorContains(t, err, "exporters.otlp/2.compression")
	var problem Problem
	assert.ErrorAs(t, err, &problem)
}

func TestLowerLeavesTheTypedConfigAsItWas(t *testing.T) {
	inner := map[string]any{"enabled": true}
	config := Config{Exporters: map[string]Exporter{"otlp": OTLPExporter{Endpoint: "a:1", Raw: Raw{"sending_queue": inner}}}}
	raw, _, err := config.Lower("0.161.0")
	require.NoError(t, err)
	asMap(asMap(asMap(raw["exporters"])["otlp_grpc"])["sending_queue"])["enabled"] = false
	assert.Equal(t, true, inner["enabled"])
}

func TestDurationTextHasNoZeroUnits(t *testing.T) {
	for d, want := range map[time.Duration]string{time.Minute: "1m", time.Hour: "1h", 90 * time.Second: "1m30s",
		10 * time.Second: "10s", 200 * time.Millisecond: "200ms", 10 * time.Minute: "10m", time.Hour + time.Second: "1h0m1s"} {
		assert.Equal(t, want, durationText(d))
	}
}

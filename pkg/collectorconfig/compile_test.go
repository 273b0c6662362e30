package collectorconfig

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func compiled(t *testing.T, in Input) map[string]any {
	t.Helper()
	result, err := Compile(in)
	require.NoError(t, err)
	return result.Config
}

func list(t *testing.T, config map[string]any, pipeline, role string) []string {
	t.Helper()
	require.Contains(t, pipelinesOf(config), pipeline)
	return asStrings(asMap(pipelinesOf(config)[pipeline])[role])
}

func TestOneExporterInConfigTakesAllThatHadNone(t *testing.T) {
	result, err := Compile(input(t, "gateway", `exporters: {otlp_http: {endpoint: "https://a"}}`))
	require.NoError(t, err)
	for _, signal := range []string{"traces", "metrics", "logs"} {
		assert.Equal(t, []string{"otlp_http"}, list(t, result.Config, signal, "exporters"))
	}
	assert.False(t, result.Fallback)

	result, err = Compile(input(t, "gateway", ``))
	require.NoError(t, err)
	assert.Equal(t, []string{"debug"}, list(t, result.Config, "traces", "exporters"))
	assert.True(t, result.Fallback)
}

func TestAnExporterOfOneSignalLeavesTheOthersToTheFallback(t *testing.T) {
	config := compiled(t, input(t, "gateway", `exporters: {prometheus: }`))
	assert.Equal(t, []string{"prometheus"}, list(t, config, "metrics", "exporters"))
	assert.Equal(t, []string{"debug"}, list(t, config, "traces", "exporters"))
}

func TestUserListsJoinAndTheStagesAreKept(t *testing.T) {
	in := input(t, "gateway", `
processors: {batch: , transform: , filter: , k8sattributes: }
service: {pipelines: {traces: {processors: [batch, transform, filter, k8sattributes]}}}`)
	assert.Equal(t, []string{"memory_limiter", "k8s_attributes", "transform", "filter", "batch"}, list(t, compiled(t, in), "traces", "processors"))
}

func TestPresetsJoinTheUsersOwnPipelines(t *testing.T) {
	in := input(t, "gateway", `{receivers: {zipkin: }, service: {pipelines: {traces/old: {receivers: [zipkin]}}}}`)
	in.Presets = map[string]any{"kubernetesAttributes": map[string]any{"enabled": true}}
	config := compiled(t, in)
	assert.Equal(t, []string{"memory_limiter", "k8s_attributes"}, list(t, config, "traces/old", "processors"))
	assert.Equal(t, []string{"otlp"}, list(t, config, "traces", "receivers"))
}

// Without it the host metrics of all nodes are one series, and the Pod's name stands for the node's.
func TestMetricsOfANodeNameIt(t *testing.T) {
	in := input(t, "daemonset", ``)
	in.Presets = map[string]any{"hostMetrics": map[string]any{"enabled": true}}
	config := compiled(t, in)
	assert.Equal(t, []string{"memory_limiter", "resource/node"}, list(t, config, "metrics", "processors"))
	assert.Equal(t, []string{"memory_limiter"}, list(t, config, "traces", "processors"))
	assert.Equal(t, "spec.nodeName", Derive(config, in).Env["K8S_NODE_NAME"])

	in.Presets = map[string]any{"resourceDetection": map[string]any{"enabled": true}}
	assert.Equal(t, []string{"memory_limiter", "resource_detection", "resource/node"}, list(t, compiled(t, in), "traces", "processors"))
	in.Mode = "gateway"
	assert.Equal(t, []string{"memory_limiter", "resource_detection"}, list(t, compiled(t, in), "traces", "processors"))
}

func TestExactPipelinesAreTakenToTheLetter(t *testing.T) {
	in := input(t, "gateway", `
processors: {batch: }
service: {pipelines: {traces: {receivers: [otlp], processors: [batch, memory_limiter], exporters: [debug]}}}
exporters: {debug: }`)
	in.ExactPipelines = map[string]bool{"traces": true}
	assert.Equal(t, []string{"batch", "memory_limiter"}, list(t, compiled(t, in), "traces", "processors"))
}

func TestWithoutLeavesEveryPipelineAndFalseKeeps(t *testing.T) {
	in := input(t, "gateway", ``)
	in.Without = map[string]map[string]bool{"processors": {"memory_limiter": true}, "pipelines": {"logs": true, "traces": false}, "extensions": {"health_check": true}}
	config := compiled(t, in)
	assert.NotContains(t, config, "processors")
	assert.NotContains(t, config, "extensions")
	assert.NotContains(t, pipelinesOf(config), "logs")
	assert.Empty(t, list(t, config, "traces", "processors"))
}

func TestNamesAreThoseOfTheVersion(t *testing.T) {
	in := input(t, "gateway", `{exporters: {otlp_http: {endpoint: a}}, processors: {k8s_attributes: }}`)
	in.Version = "0.140.0"
	config := compiled(t, in)
	assert.Contains(t, config["exporters"], "otlphttp")
	assert.Equal(t, []string{"otlphttp"}, list(t, config, "logs", "exporters"))
	assert.Contains(t, config["processors"], "k8sattributes")

	in = input(t, "gateway", `{exporters: {otlphttp: {endpoint: a}}, processors: {k8sattributes: }}`)
	config = compiled(t, in)
	assert.Contains(t, config["exporters"], "otlp_http")
	assert.Contains(t, config["processors"], "k8s_attributes")
}

func TestBatchingIsBehindTheQueueWhereTheVersionCan(t *testing.T) {
	queue := func(version string, persistence bool) map[string]any {
		in := input(t, "gateway", `exporters: {otlp_grpc: {endpoint: "a:4317"}}`)
		in.Version, in.Persistence = version, persistence
		config := compiled(t, in)
		for _, name := range []string{"otlp", "otlp_grpc"} {
			if body := asMap(asMap(config["exporters"])[name]); body != nil {
				return asMap(body["sending_queue"])
			}
		}
		return nil
	}
	assert.Contains(t, queue("0.161.0", false), "batch")
	assert.Equal(t, "file_storage", queue("0.161.0", true)["storage"])
	assert.NotContains(t, queue("0.122.0", false), "batch")
	assert.NotContains(t, queue("0.123.0", true), "batch", "its queue on disk counts requests alone")

	in := input(t, "gateway", ``)
	in.Version = "0.122.0"
	assert.Equal(t, []string{"memory_limiter", "batch"}, list(t, compiled(t, in), "traces", "processors"))
}

func TestABatchIsSizedInBytesUnlessTheUserSizesItInItems(t *testing.T) {
	type sizes struct {
		Sizer    any
		Min, Max int
	}
	inBytes := sizes{"bytes", 250000, 4000000}
	for user, want := range map[string]sizes{
		"{}":                           inBytes,
		"{batch: {flush_timeout: 1s}}": inBytes,
		"{batch: {sizer: bytes}}":      inBytes,
		"{sizer: bytes}":               inBytes,
		"{sizer: requests}":            inBytes,
		"{sizer: bytes, batch: {max_size: 300000}}": {"bytes", 250000, 300000},
		"{batch: {sizer: items}}":                   {"items", 4096, 8192},
		"{sizer: bytes, batch: {sizer: items}}":     {"items", 4096, 8192},
		"{batch: {max_size: 5000}}":                 {nil, 4096, 5000},
		"{batch: {min_size: 10}}":                   {nil, 10, 8192},
	} {
		config := compiled(t, input(t, "gateway", `exporters: {otlp_grpc: {endpoint: "a:4317", sending_queue: `+user+`}}`))
		batch := asMap(asMap(asMap(asMap(config["exporters"])["otlp_grpc"])["sending_queue"])["batch"])
		assert.EqualValues(t, want.Min, batch["min_size"], user)
		assert.EqualValues(t, want.Max, batch["max_size"], user)
		assert.Equal(t, want.Sizer, batch["sizer"], user)
	}
}

func TestAQueueIsSizedAsItsSizerSays(t *testing.T) {
	for user, want := range map[string]int{"{}": 100000, "{sizer: bytes}": 100000000, "{sizer: bytes, queue_size: 5000000}": 5000000} {
		config := compiled(t, input(t, "gateway", `exporters: {otlp_grpc: {endpoint: "a:4317", sending_queue: `+user+`}}`))
		queue := asMap(asMap(asMap(config["exporters"])["otlp_grpc"])["sending_queue"])
		assert.EqualValues(t, want, queue["queue_size"], user)
	}
}

func TestABatchThatIsSplitByTraceIsSmaller(t *testing.T) {
	config := compiled(t, input(t, "gateway", `exporters: {load_balancing: {resolver: {dns: {hostname: a}}}}`))
	balancing := asMap(asMap(config["exporters"])["load_balancing"])
	assert.EqualValues(t, 500000, asMap(asMap(balancing["sending_queue"])["batch"])["max_size"])
	assert.Equal(t, false, asMap(asMap(asMap(balancing["protocol"])["otlp"])["sending_queue"])["enabled"])
}

func TestTheBatchProcessorOfAnOldImageSendsNoMoreThanUpstreamsSize(t *testing.T) {
	for user, want := range map[string]any{"": 8192, "{send_batch_max_size: 9000}": 9000.0, "{send_batch_size: 10000}": nil} {
		in := input(t, "gateway", "processors: {batch: "+user+"}")
		in.Version = "0.122.0"
		batch := asMap(asMap(compiled(t, in)["processors"])["batch"])
		assert.Equal(t, want, batch["send_batch_max_size"], user)
	}
}

func TestAComponentThatTheImageLacksIsRefusedWithTheMend(t *testing.T) {
	in := input(t, "gateway", `{exporters: {prometheus: , jaeger: {endpoint: a}}, extensions: {k8s_leader_elector: }}`)
	in.Distribution, in.Version = "k8s", "0.125.0"
	_, err := Compile(in)
	require.Error(t, err)
	assert.Contains(t, err.Error(), "config.exporters.prometheus: the k8s distribution does not ship it; these do: core, contrib")
	assert.Contains(t, err.Error(), "config.exporters.jaeger: the collector dropped it in 0.85.0: Jaeger takes OTLP")
	assert.Contains(t, err.Error(), "config.extensions.k8s_leader_elector: the collector has it from 0.126.0 on, and the image is 0.125.0")
}

func TestWhatTheCollectorDoesNotStartIsRefusedAtItsKey(t *testing.T) {
	without := func(kind, id string) map[string]map[string]bool {
		return map[string]map[string]bool{kind: {id: true}}
	}
	for name, test := range map[string]struct {
		config  string
		without map[string]map[string]bool
		want    []string
	}{
		"undefined": {config: `service: {extensions: [zpages], pipelines: {traces: {receivers: [zipkin], processors: [batch], exporters: [otlp_htpp]}}}`, want: []string{
			"config.service.pipelines.traces.receivers names zipkin, which is not defined: define it in config.receivers",
			"config.service.pipelines.traces.processors names batch, which is not defined: define it in config.processors",
			"config.service.pipelines.traces.exporters names otlp_htpp, which is not defined: define it in config.exporters",
			"config.service.extensions names zpages, which is not defined: define it in config.extensions",
		}},
		"nothing to read": {config: `service: {pipelines: {logs/a: {exporters: [debug]}}}`, want: []string{
			"config.service.pipelines.logs/a.receivers is empty: define one in config.receivers, or leave the pipeline out by without.pipelines.logs/a",
		}},
		"no fallback": {config: `exporters: {prometheus: {}}`, without: without("exporters", "debug"), want: []string{
			"config.service.pipelines.logs.exporters is empty", "config.service.pipelines.traces.exporters is empty",
		}},
		"no pipeline": {without: without("receivers", "otlp"), want: []string{"config.service.pipelines has no pipeline left"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, "gateway", test.config)
			in.Without = test.without
			_, err := Compile(in)
			require.Error(t, err)
			lines := strings.Split(err.Error(), "\n")
			for _, want := range test.want {
				assert.True(t, slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, want) }), "%s\nis not in\n%s", want, err)
			}
		})
	}
}

func TestPresetsThatWouldDoHarmAreRefused(t *testing.T) {
	tests := []struct{ preset, mode, message string }{
		{"logs", "gateway", "set mode: daemonset"},
		{"kubernetesAttributes", "sidecar", "has no account"},
		{"prometheusDiscovery", "gateway", "replicas: 1"},
	}
	for _, test := range tests {
		t.Run(test.preset+" in a "+test.mode, func(t *testing.T) {
			in := input(t, test.mode, ``)
			in.Presets = map[string]any{test.preset: map[string]any{"enabled": true}}
			_, err := Compile(in)
			assert.ErrorContains(t, err, test.message)
		})
	}
}

func TestTheInputIsNotChanged(t *testing.T) {
	const config = `{receivers: {otlp: {protocols: {grpc: }}}, exporters: {otlphttp: }, service: {pipelines: {traces: {exporters: [otlphttp]}}}}`
	in := input(t, "gateway", config)
	compiled(t, in)
	assert.Equal(t, input(t, "gateway", config).Config, in.Config)
}

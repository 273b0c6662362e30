package otelcol_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// The tests here hold what the chart takes for granted of the collector, on every version that tests run.

// podAddresses are what a Pod's address may look like.
func podAddresses(tb testing.TB) []string {
	tb.Helper()
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		tb.Logf("this machine has no IPv6: only IPv4 is tried: %v", err)
		return []string{"127.0.0.1"}
	}
	require.NoError(tb, listener.Close())
	return []string{"127.0.0.1", "::1"}
}

// unusedPort asks the kernel for one.
func unusedPort(tb testing.TB, host string) int {
	tb.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	require.NoError(tb, err)
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}

func TestBracketedPodAddressWorksOnIPv4AndIPv6(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		for _, host := range podAddresses(t) {
			t.Run(host, func(t *testing.T) {
				text := strings.Replace(config(t, "delivery.yaml"), "extensions:\n", "extensions:\n  zpages: {endpoint: \"[${env:POD_IP}]:55679\"}\n", 1)
				text = strings.Replace(text, "extensions: [health_check", "extensions: [zpages, health_check", 1)
				delivery := otelcol.Deliver(t, binary, text, otelcol.Machine{Host: host}, 100)
				delivery.RequireExact(t)
				endpoints := delivery.Collector.Endpoints
				assert.True(t, strings.HasPrefix(endpoints.OTLPGRPC, net.JoinHostPort(host, "")), endpoints.OTLPGRPC)
				assert.True(t, strings.HasPrefix(endpoints.Health, "http://"+net.JoinHostPort(host, "")), endpoints.Health)
			})
		}
	})
}

// metricsHost runs a collector whose own metrics listen on a host, and tells whether they answer at the Pod's
// address.
func metricsHost(t *testing.T, binary, host, podIP string) bool {
	t.Helper()
	port := unusedPort(t, podIP)
	text := fmt.Sprintf(`
receivers: {otlp: {protocols: {grpc: {endpoint: "[${env:POD_IP}]:%d"}}}}
exporters: {debug: {}}
service:
  telemetry: {metrics: {readers: [{pull: {exporter: {prometheus: {host: %q, port: %d}}}}]}}
  pipelines: {logs: {receivers: [otlp], exporters: [debug]}}
`, unusedPort(t, podIP), host, port)
	require.NoError(t, otelcol.Validate(t.Context(), binary, text, map[string]string{"POD_IP": podIP}))
	collector, err := otelcol.TryStart(t, binary, text, map[string]string{"POD_IP": podIP})
	if err != nil {
		t.Logf("host %q with POD_IP=%s: %v", host, podIP, err)
		return false
	}
	defer func() { require.NoError(t, collector.Stop()) }()
	return answersMetrics(t, podIP, port)
}

func answersMetrics(t *testing.T, host string, port int) bool {
	t.Helper()
	url := "http://" + net.JoinHostPort(host, fmt.Sprint(port)) + "/metrics"
	for range 40 {
		if response, err := http.Get(url); err == nil {
			require.NoError(t, response.Body.Close())
			return response.StatusCode == http.StatusOK
		}
		time.Sleep(50 * time.Millisecond)
	}
	return false
}

func TestOwnMetricsListenOnTheBarePodAddress(t *testing.T) {
	eachDistribution(t, func(t *testing.T, binary string) {
		for _, podIP := range podAddresses(t) {
			bracketed := metricsHost(t, binary, "[${env:POD_IP}]", podIP)
			t.Logf("POD_IP=%s: [${env:POD_IP}] answers: %t", podIP, bracketed)
			assert.True(t, metricsHost(t, binary, "${env:POD_IP}", podIP), "POD_IP=%s: ${env:POD_IP}", podIP)
			assert.True(t, metricsHost(t, binary, "", podIP), "POD_IP=%s: no host, all addresses", podIP)
		}
	})
}

// queueConfig is a config with the given exporter settings, as YAML in flow style.
func queueConfig(exporter string) string {
	return `
receivers: {otlp: {protocols: {grpc: {}}}}
processors: {memory_limiter: {check_interval: 1s, limit_percentage: 80, spike_limit_percentage: 25}}
exporters: {otlp: {endpoint: "localhost:4317", ` + exporter + `}}
extensions: {file_storage: {directory: /tmp}}
service:
  extensions: [file_storage]
  pipelines: {logs: {receivers: [otlp], processors: [memory_limiter], exporters: [otlp]}}
`
}

func TestQueueSettingsThatAreAccepted(t *testing.T) {
	batch := "batch: {flush_timeout: 200ms, min_size: 8192, max_size: 16384, sizer: items}"
	accepted := map[string]string{
		"retry for ever":         "retry_on_failure: {enabled: true, max_elapsed_time: 0}",
		"queue of items":         "sending_queue: {enabled: true, sizer: items, queue_size: 100000, storage: file_storage, block_on_overflow: true, " + batch + "}",
		"queue of bytes":         "sending_queue: {enabled: true, sizer: bytes, queue_size: 100000000, storage: file_storage, " + batch + "}",
		"queue of requests":      "sending_queue: {enabled: true, sizer: requests, queue_size: 1000, storage: file_storage, " + batch + "}",
		"batch of its own sizer": "sending_queue: {sizer: items, queue_size: 100000, batch: {sizer: bytes, min_size: 250000, max_size: 4000000}}",
		"the same, of requests":  "sending_queue: {sizer: requests, queue_size: 1000, batch: {sizer: bytes, min_size: 250000, max_size: 4000000}}",
		"batch sizer of queue":   "sending_queue: {enabled: true, sizer: bytes, queue_size: 100000000, batch: {min_size: 4000000}}",
		"requests, empty batch":  "sending_queue: {batch: {}}",
		"unlimited batch":        "sending_queue: {batch: {min_size: 8192, max_size: 0}}",
		"overflow on disk queue": "sending_queue: {storage: file_storage, block_on_overflow: true}",
		"batch by metadata":      "sending_queue: {batch: {partition: {metadata_keys: [x-tenant]}}}",
	}
	refused := map[string]struct{ exporter, says string }{
		"queue below a batch":    {"sending_queue: {sizer: items, queue_size: 1000, batch: {min_size: 8192}}", "`min_size` must be less than or equal to `queue_size`"},
		"batch above its limit":  {"sending_queue: {batch: {min_size: 8192, max_size: 100}}", "must be greater or equal to `min_size`"},
		"batch of requests":      {"sending_queue: {sizer: requests, batch: {sizer: requests}}", "supports only `items` or `bytes`"},
		"queue of requests only": {"sending_queue: {sizer: requests, queue_size: 100000, batch: {min_size: 10}}", "supports only `items` or `bytes`"},
		"no flush":               {"sending_queue: {batch: {flush_timeout: 0s}}", "`flush_timeout` must be positive"},
		"blocking":               {"sending_queue: {blocking: true}", "blocking"},
		"waiting on disk":        {"sending_queue: {storage: file_storage, wait_for_result: true}", "`wait_for_result` is not supported"},
	}
	eachDistribution(t, func(t *testing.T, binary string) {
		for name, exporter := range accepted {
			require.NoError(t, otelcol.Validate(t.Context(), binary, queueConfig(exporter), nil), name)
		}
		for name, test := range refused {
			assert.ErrorContains(t, otelcol.Validate(t.Context(), binary, queueConfig(test.exporter), nil), test.says, name)
		}
	})
}

package otelcol_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// accepts tells whether a collector knows a type, by any of its names.
func accepts(t *testing.T, binary, kind, name string) bool {
	t.Helper()
	text := fmt.Sprintf("%s: {%s: {}}\nservice: {pipelines: {logs: {receivers: [none], exporters: [none]}}}\n", kind, name)
	err := otelcol.Validate(t.Context(), binary, text, nil)
	return err != nil && !strings.Contains(err.Error(), fmt.Sprintf("unknown type: %q", name))
}

// A type that was renamed keeps its old name as an alias, so a config in old names runs on both versions.
func TestTypeNamesThatAreAccepted(t *testing.T) {
	type name struct{ kind, name string }
	always := []name{
		{"receivers", "otlp"}, {"receivers", "filelog"}, {"receivers", "file_log"}, {"receivers", "hostmetrics"},
		{"receivers", "kubeletstats"}, {"receivers", "k8s_cluster"}, {"receivers", "prometheus"},
		{"processors", "memory_limiter"}, {"processors", "batch"}, {"processors", "k8sattributes"},
		{"processors", "k8s_attributes"}, {"processors", "resourcedetection"}, {"processors", "tail_sampling"},
		{"exporters", "otlp"}, {"exporters", "otlp_grpc"}, {"exporters", "otlphttp"}, {"exporters", "otlp_http"},
		{"exporters", "prometheusremotewrite"}, {"exporters", "debug"}, {"exporters", "nop"},
		{"extensions", "health_check"}, {"extensions", "file_storage"}, {"extensions", "k8s_leader_elector"},
		{"connectors", "forward"},
	}
	newer := []name{
		{"receivers", "host_metrics"}, {"receivers", "kubelet_stats"}, {"processors", "resource_detection"},
		{"exporters", "prometheus_remote_write"},
	}
	never := []name{{"receivers", "otlp_grpc"}, {"receivers", "k8s_events"}}
	eachDistribution(t, func(t *testing.T, binary string) {
		version := t.Name()[strings.LastIndex(t.Name(), "/")+1:]
		for _, n := range always {
			assert.True(t, accepts(t, binary, n.kind, n.name), "%s %s", n.kind, n.name)
		}
		for _, n := range newer {
			assert.Equal(t, version == "0.161.0", accepts(t, binary, n.kind, n.name), "%s %s", n.kind, n.name)
		}
		for _, n := range never {
			assert.False(t, accepts(t, binary, n.kind, n.name), "%s %s", n.kind, n.name)
		}
	})
}

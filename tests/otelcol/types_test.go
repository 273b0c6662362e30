package otelcol_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// typeName is a kind of component, as the sections of a config are called, and a name of a type.
type typeName struct{ kind, name string }

// unknown returns what a collector says against a config with these components where it does not know a type,
// else nothing.
func unknown(t *testing.T, binary string, components ...typeName) string {
	t.Helper()
	sections := map[string]string{}
	for _, c := range components {
		sections[c.kind] += fmt.Sprintf("  %s: {}\n", c.name)
	}
	text := "service: {pipelines: {logs: {receivers: [none], exporters: [none]}}}\n"
	for kind, section := range sections {
		text += kind + ":\n" + section
	}
	err := otelcol.Validate(t.Context(), binary, text, nil)
	require.Error(t, err, "the pipeline names no component")
	if strings.Contains(err.Error(), "unknown type") {
		return err.Error()
	}
	return ""
}

// A type that was renamed keeps its old name as an alias, so a config in old names runs on both versions.
func TestTypeNamesThatAreAccepted(t *testing.T) {
	always := []typeName{
		{"receivers", "otlp"}, {"receivers", "filelog"}, {"receivers", "file_log"}, {"receivers", "hostmetrics"},
		{"receivers", "kubeletstats"}, {"receivers", "k8s_cluster"}, {"receivers", "prometheus"},
		{"processors", "memory_limiter"}, {"processors", "batch"}, {"processors", "k8sattributes"},
		{"processors", "k8s_attributes"}, {"processors", "resourcedetection"}, {"processors", "tail_sampling"},
		{"exporters", "otlp"}, {"exporters", "otlp_grpc"}, {"exporters", "otlphttp"}, {"exporters", "otlp_http"},
		{"exporters", "prometheusremotewrite"}, {"exporters", "debug"}, {"exporters", "nop"},
		{"extensions", "health_check"}, {"extensions", "file_storage"}, {"extensions", "k8s_leader_elector"},
		{"connectors", "forward"},
	}
	newer := []typeName{
		{"receivers", "host_metrics"}, {"receivers", "kubelet_stats"}, {"processors", "resource_detection"},
		{"exporters", "prometheus_remote_write"}, {"receivers", "k8s_objects"},
	}
	never := []typeName{{"exporters", "logging"}, {"receivers", "otlp_grpc"}}
	eachDistribution(t, func(t *testing.T, binary string) {
		version := t.Name()[strings.LastIndex(t.Name(), "/")+1:]
		assert.Empty(t, unknown(t, binary, always...))
		for _, c := range newer {
			assert.Equal(t, version == "0.161.0", accepted(t, binary, c), c)
		}
		for _, c := range never {
			assert.False(t, accepted(t, binary, c), c)
		}
	})
}

func accepted(t *testing.T, binary string, c typeName) bool {
	t.Helper()
	ok, err := otelcol.Accepts(t.Context(), binary, c.kind, c.name)
	require.NoError(t, err)
	return ok
}

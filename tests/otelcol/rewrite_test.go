package otelcol_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

func TestRewriteListsWhatItLeavesOut(t *testing.T) {
	rewritten, err := otelcol.Rewrite(config(t, "kubernetes.yaml"), otelcol.Machine{Dir: t.TempDir(), Sink: telemetry.StartSink(t, telemetry.SinkConfig{})})
	require.NoError(t, err)
	left := strings.Join(rewritten.LeftOut, "\n")
	for _, gone := range []string{
		"receivers.kubeletstats", "receivers.k8s_cluster", "receivers.prometheus", "processors.k8sattributes",
		"extensions.k8s_leader_elector", "processors.resourcedetection.detectors.k8snode", "service.pipelines.metrics/cluster",
	} {
		assert.Contains(t, left, gone+": ")
	}
	assert.Equal(t, "127.0.0.1", rewritten.Env["POD_IP"])
	assert.Contains(t, rewritten.Config, "[${env:POD_IP}]:", "the host of an address is kept")
	assert.Equal(t, []string{"otlp/helm-otlp-sink"}, rewritten.Routes[telemetry.Traces], "through the forward connector")
	assert.Equal(t, []string{"otlp/helm-otlp-sink"}, rewritten.Routes[telemetry.Logs])
	assert.Empty(t, rewritten.Routes[telemetry.Metrics])
}

func TestRewriteUsesTheKubeconfig(t *testing.T) {
	machine := otelcol.Machine{Dir: t.TempDir(), Sink: telemetry.StartSink(t, telemetry.SinkConfig{}), Kubeconfig: "/etc/kubeconfig"}
	rewritten, err := otelcol.Rewrite(config(t, "kubernetes.yaml"), machine)
	require.NoError(t, err)
	assert.Equal(t, []string{"receivers.kubeletstats: needs a kubelet"}, rewritten.LeftOut)
	assert.Equal(t, "/etc/kubeconfig", rewritten.Env["KUBECONFIG"])
	assert.NotContains(t, rewritten.Config, "serviceAccount")
	assert.Contains(t, rewritten.Config, "kubeconfig_file: /etc/kubeconfig")
}

func TestRewriteRefusesAConfigThatIsAllKubernetes(t *testing.T) {
	_, err := otelcol.Rewrite(`
receivers: {k8s_cluster: {}}
exporters: {debug: {}}
service: {pipelines: {metrics: {receivers: [k8s_cluster], exporters: [debug]}}}
`, otelcol.Machine{Dir: t.TempDir(), Sink: telemetry.StartSink(t, telemetry.SinkConfig{})})
	require.ErrorContains(t, err, "give a kubeconfig")
}

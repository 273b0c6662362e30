package otelcol_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/otelcol"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// shared is the API server of all tests.
var shared *cluster.Cluster

func TestMain(m *testing.M) { os.Exit(cluster.Main(m, &shared)) }

// gatherer is a gateway that reads the cluster, as its leader.
func gatherer(t *testing.T) string {
	t.Helper()
	file := t.TempDir() + "/gatherer-values.yaml"
	require.NoError(t, os.WriteFile(file, []byte(`
presets:
  clusterMetrics: {enabled: true}
  kubernetesAttributes: {enabled: true}
config:
  receivers: {k8s_cluster: {collection_interval: 1s}}
`), 0o600))
	return file
}

func TestTheLeaderReadsTheClusterWithTheChartsOwnRights(t *testing.T) {
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			namespace := shared.Namespace(t, "restricted")
			manifests := rendered(t, gatherer(t), namespace, distribution)
			machine := otelcol.Machine{Kubeconfig: otelcol.Access(t, shared, namespace, manifests), Sink: telemetry.StartSink(t, telemetry.SinkConfig{})}
			delivery := otelcol.Deliver(t, distribution.Binary(t), configOf(t, manifests), machine, perProtocol)
			delivery.RequireExact(t)
			assert.NotContains(t, delivery.Rewritten.String(), "left out")

			lease, err := shared.Client.CoordinationV1().Leases(namespace).Get(t.Context(), "scenario-otlp-collector", metav1.GetOptions{})
			require.NoError(t, err, "the collector takes the lease that the Role allows")
			require.NotNil(t, lease.Spec.HolderIdentity)
			exporter := delivery.Rewritten.Routes[telemetry.Metrics][0]
			require.Eventually(t, func() bool {
				return machine.Sink.Arrivals(telemetry.Stream{Signal: telemetry.Metrics, Exporter: exporter}).Unnumbered > 0
			}, 30*time.Second, 100*time.Millisecond,
				"metrics of the cluster's objects arrive")
			assert.Empty(t, otelcol.Refused(t, shared, namespace))
		})
	}
}

// TestAMissingRightIsSeen keeps the assertions on Refused honest.
func TestAMissingRightIsSeen(t *testing.T) {
	distribution := otelcol.Distributions()[0]
	namespace := shared.Namespace(t, "restricted")
	manifests := rendered(t, gatherer(t), namespace, distribution)
	taken := 0
	for i, manifest := range manifests {
		if strings.Contains(manifest, "\nkind: ClusterRole\n") {
			taken += strings.Count(manifest, "- namespaces\n")
			manifests[i] = strings.ReplaceAll(manifest, "- namespaces\n", "- persistentvolumes\n")
		}
	}
	require.Positive(t, taken)
	machine := otelcol.Machine{Kubeconfig: otelcol.Access(t, shared, namespace, manifests)}
	delivery := otelcol.Deliver(t, distribution.Binary(t), configOf(t, manifests), machine, perProtocol)
	assert.Eventually(t, func() bool {
		// An informer lists, or begins with a watch.
		return slices.ContainsFunc(otelcol.Refused(t, shared, namespace), func(request string) bool { return strings.HasSuffix(request, " namespaces") })
	}, 30*time.Second, 100*time.Millisecond, "%s", delivery.Collector.Log())
}

// TestDetectorsMayAskWhatTheyAsk runs the resource detectors that ask the API.
func TestDetectorsMayAskWhatTheyAsk(t *testing.T) {
	_, err := shared.Client.CoreV1().Nodes().Create(t.Context(), &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "helm-otlp-test"}}, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = shared.Client.CoreV1().Nodes().Delete(context.Background(), "helm-otlp-test", metav1.DeleteOptions{})
	})
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			detector := "k8s_api"
			if distribution.Version == "0.149.0" {
				detector = "k8snode"
			}
			file := t.TempDir() + "/detector-values.yaml"
			require.NoError(t, os.WriteFile(file, []byte("config: {processors: {resource_detection: {detectors: ["+detector+"]}}}\n"), 0o600))
			namespace := shared.Namespace(t, "restricted")
			manifests := rendered(t, file, namespace, distribution)
			machine := otelcol.Machine{Kubeconfig: otelcol.Access(t, shared, namespace, manifests), Sink: telemetry.StartSink(t, telemetry.SinkConfig{})}
			delivery := otelcol.Deliver(t, distribution.Binary(t), configOf(t, manifests), machine, perProtocol)
			delivery.RequireExact(t)
			assert.NotContains(t, delivery.Rewritten.String(), "left out")
			requests, err := shared.Requests(namespace)
			require.NoError(t, err)
			assert.NotEmpty(t, requests, "the detector asks the API server")
			assert.Empty(t, otelcol.Refused(t, shared, namespace))
		})
	}
}

package network

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A Pod with a sidecar is its application's: the chart has no policy for it, whatever the values say, and the collector
// does with what others let it.
func TestASidecarsPodHasNoPolicyOfTheCharts(t *testing.T) {
	t.Parallel()
	applications := shared.Namespace(t, "")
	r := newRelease(t, "mode: sidecar\nsidecar: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: "+applications+"}}}\n")
	t.Cleanup(func() { _, _, _ = shared.Helm(t, 4, "uninstall", releaseName, "--namespace", r.namespace) })
	r.install("networkPolicy: {from: [{podSelector: {matchLabels: {app: friend}}}], egress: {enabled: true}}\n")
	const inject = `sidecar.opentelemetry.io/inject: "true"`
	shared.WaitInjected(t, applications, fmt.Sprintf(podManifest, "application", "", inject, "node-1"))
	for _, namespace := range []string{applications, r.namespace} {
		policies, err := shared.Client.NetworkingV1().NetworkPolicies(namespace).List(t.Context(), metav1.ListOptions{})
		require.NoError(t, err)
		assert.Empty(t, policies.Items)
	}

	own := []port{tcp(8080)}
	stranger := placeOf(t, startPod(t, applications, "stranger", "node-2", "", ""))
	application := placeOf(t, startPod(t, applications, "application", "node-1", "", inject))
	listen(t, application, own...)
	hold(t, append(all(stranger, application, own, true), all(stranger, application, operationsPorts, true)...))
	// What takes data listens within the Pod alone.
	hold(t, all(stranger, application, []port{tcp(4317), tcp(4318)}, false))
	hold(t, all(application, place{name: "itself", address: "127.0.0.1"}, []port{tcp(4317), tcp(4318)}, true))

	// A namespace where nothing gets in or out unless somebody allows it: the kubelet's probes do, being the node's.
	_, err := shared.Apply(t.Context(), applications, []byte(
		"{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}"))
	require.NoError(t, err)
	second := placeOf(t, startPod(t, applications, "second", "node-1", "", inject))
	listen(t, second, own...)
	hold(t, append(all(stranger, second, own, false), all(stranger, second, operationsPorts, false)...))
	hold(t, all(second, place{name: "itself", address: "127.0.0.1"}, []port{tcp(4317)}, true))
}

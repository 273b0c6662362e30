package network

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// The ports of the collector that ingressValues configure, and some that are not its own.
var (
	dataPorts       = []port{tcp(4317), tcp(4318), tcp(14250), udp(6831)}
	operationsPorts = []port{tcp(8888), tcp(13133)}
	foreignPorts    = []port{tcp(9999), udp(9999)}
)

const ingressValues = `
replicas: 2
config: {receivers: {jaeger: {protocols: {grpc: {}, thrift_compact: {}}}}}
`

// everyone is who dials: Pods on both nodes, some with the label app=friend, and what is no Pod.
var everyone = []string{"friend", "stranger", "visitor", "tester", "outside"}

func TestThePolicyLetsInWhomTheValuesSay(t *testing.T) {
	t.Parallel()
	for _, mode := range []string{"gateway", "daemonset"} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			visitors := shared.Namespace(t, "")
			r := newRelease(t, "mode: "+mode+ingressValues)
			// Without a policy everyone gets in everywhere: whom a later one refuses, it refuses itself.
			since := r.install("networkPolicy: {enabled: false}\n")
			s := newScene(t, r, visitors)
			s.holds("without a policy", everyone, true)
			for _, policy := range []struct {
				name, from string
				senders    []string
			}{
				{"no peers", "[]", everyone},
				{"Pods of the namespace", "[{podSelector: {matchLabels: {app: friend}}}]", []string{"friend", "tester"}},
				{"a namespace", "[{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " + visitors + "}}}]", []string{"visitor", "tester"}},
				{"addresses", "[{ipBlock: {cidr: " + cluster.HostAddress + "/32}}]", []string{"outside", "tester"}},
			} {
				r.set("networkPolicy: {from: " + policy.from + "}\n")
				s.holds(policy.name, policy.senders, false)
			}
			r.stayedReady(since)
		})
	}
}

// A scene is a release and those who dial it.
type scene struct {
	release
	clients    []place
	collectors []place
	// nodes are those of the collectors, in the same order.
	nodes   []place
	service place
}

func newScene(t *testing.T, r release, visitors string) scene {
	t.Helper()
	test := "app.kubernetes.io/component: test, app.kubernetes.io/instance: rel, app.kubernetes.io/name: otlp-collector"
	s := scene{release: r, clients: []place{
		placeOf(t, startPod(t, r.namespace, "friend", "node-1", "app: friend", "")),
		placeOf(t, startPod(t, r.namespace, "stranger", "node-2", "app: stranger", "")),
		placeOf(t, startPod(t, visitors, "visitor", "node-1", "app: friend", "")),
		placeOf(t, startPod(t, r.namespace, "tester", "node-2", test, "")),
		outside(),
	}}
	service, err := shared.Client.CoreV1().Services(r.namespace).Get(t.Context(), fullname, metav1.GetOptions{})
	require.NoError(t, err)
	s.service = place{name: "the Service", address: service.Spec.ClusterIP}
	var served []port
	for _, p := range service.Spec.Ports {
		served = append(served, port{p.Protocol, p.Port})
	}
	assert.ElementsMatch(t, dataPorts, served, "ports of the Service")

	for _, pod := range r.collectors() {
		var opened []port
		for _, p := range pod.Spec.Containers[0].Ports {
			opened = append(opened, port{p.Protocol, p.ContainerPort})
		}
		assert.ElementsMatch(t, slices.Concat(dataPorts, operationsPorts), opened, "ports of the container")
		collector, n := placeOf(t, &pod), nodeOf(t, &pod)
		listen(t, collector, foreignPorts...)
		s.collectors = append(s.collectors, collector)
		s.nodes = append(s.nodes, place{name: n.Name, network: n.NetworkNamespace()})
		s.service.behind = append(s.service.behind, collector.network)
	}
	assert.Len(t, s.collectors, 2)

	return s
}

// holds dials every port of every collector, from everywhere.
func (s scene) holds(policy string, senders []string, foreign bool) {
	s.t.Helper()
	var ways []way
	for _, from := range s.clients {
		sends := slices.Contains(senders, from.name)
		for _, to := range s.collectors {
			ways = append(ways, all(from, to, dataPorts, sends)...)
			ways = append(ways, all(from, to, operationsPorts, true)...)
			ways = append(ways, all(from, to, foreignPorts, foreign)...)
		}
		// Services are a matter of the nodes.
		if from.name != "outside" {
			ways = append(ways, all(from, s.service, dataPorts, sends)...)
		}
	}
	// As the kubelet does.
	for i, to := range s.collectors {
		ways = append(ways, all(s.nodes[i], to, operationsPorts, true)...)
	}
	hold(s.t, ways)
	s.t.Logf("%s: %d ways", policy, len(ways))
}

func all(from, to place, ports []port, open bool) (ways []way) {
	for _, p := range ports {
		ways = append(ways, way{from, to, p, open})
	}

	return ways
}

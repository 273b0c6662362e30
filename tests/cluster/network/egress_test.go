package network

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
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
	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
)

const (
	kubeletPort = 10250
	// platformDNS is the namespace of OpenShift's DNS, whose Pods listen on 5353.
	platformDNS = "openshift-dns"
)

func TestThePolicyLetsOutWhereTheValuesSay(t *testing.T) {
	t.Parallel()
	r := newRelease(t, "replicas: 1\n")
	since := r.install("networkPolicy: {enabled: false}\n")
	y := newYard(t, r)
	y.holds("without a policy", y.names()...)
	for _, policy := range []struct {
		name, values string
		reached      []string
	}{
		{"nowhere", nowhere, []string{"DNS"}},
		{"not restricted", "{}", y.names()},
		{"Pods", y.to("podSelector: {matchLabels: {app: backend}}", 4317), []string{"DNS", "the backend"}},
		{"the API server by its Service", y.to("ipBlock: {cidr: "+y.service+"/32}", 443), []string{"DNS"}},
		{"the API server", y.to("ipBlock: {cidr: "+y.api+"/32}", y.apiPort), []string{"DNS", "the API server", "the API server's Service"}},
		{"the kubelets", y.to("ipBlock: {cidr: 10.77.0.0/24}", kubeletPort), []string{"DNS", "the kubelet"}},
	} {
		r.set("networkPolicy: " + policy.values + "\n")
		y.holds(policy.name, policy.reached...)
		require.NoError(t, resolve(t.Context(), y.collector, y.dns), policy.name)
	}
	// What every policy of the chart lets out can be refused too.
	r.set("networkPolicy: {enabled: false}\nextraManifests: [" + shut + "]\n")
	y.holds("another's policy")
	require.Error(t, resolve(t.Context(), y.collector, y.dns))
	r.stayedReady(since)

	// It has other Pods.
	r.install("compat: openshift\nnetworkPolicy: " + nowhere + "\n")
	y.found().holds("nowhere on OpenShift", "DNS", "DNS of OpenShift")
}

// nowhere lets nothing be reached but DNS.
const nowhere = "{egress: {enabled: true}}"

// shut is a policy that lets nothing out.
const shut = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: shut}, spec: {podSelector: {}, policyTypes: [Egress]}}`

// A yard is a collector and what it might reach, each by a name.
type yard struct {
	release
	collector place
	reachable map[string]goal
	// dns and service are the addresses of the Services kube-dns and kubernetes, api the API server's own.
	dns, service, api string
	apiPort           int32
}

// A goal is one place at some of its ports.
type goal struct {
	place
	ports []port
}

func newYard(t *testing.T, r release) yard {
	t.Helper()
	_, err := shared.Apply(t.Context(), "", []byte("{apiVersion: v1, kind: Namespace, metadata: {name: "+platformDNS+"}}"))
	require.NoError(t, err)
	platform := placeOf(t, startPod(t, platformDNS, "dns-default", "node-1", "", ""))
	backend := placeOf(t, startPod(t, r.namespace, "backend", "node-1", "app: backend", ""))
	stranger := placeOf(t, startPod(t, r.namespace, "stranger", "node-2", "app: stranger", ""))
	listen(t, platform, tcp(5353), udp(5353))
	listen(t, backend, tcp(4317), tcp(9999))
	listen(t, stranger, tcp(4317), tcp(5353), udp(5353))

	y := yard{release: r}
	y.dns = serviceAddress(t, metav1.NamespaceSystem, "kube-dns")
	y.service = serviceAddress(t, metav1.NamespaceDefault, "kubernetes")
	y.api, y.apiPort = apiServer(t)
	y.reachable = map[string]goal{
		"the backend":              {backend, []port{tcp(4317)}},
		"another port of it":       {backend, []port{tcp(9999)}},
		"a stranger":               {stranger, []port{tcp(4317), tcp(5353), udp(5353)}},
		"the API server":           {place{name: "the API server", address: y.api}, []port{tcp(y.apiPort)}},
		"the API server's Service": {place{name: "Service kubernetes", address: y.service}, []port{tcp(443)}},
		"DNS":                      {place{name: "DNS", address: y.dns, behind: dnsNetworks(t)}, []port{tcp(53), udp(53)}},
		"DNS of OpenShift":         {platform, []port{tcp(5353), udp(5353)}},
	}

	return y.found()
}

// found has the collector's Pod of now, and its node.
func (y yard) found() yard {
	y.t.Helper()
	collectors := y.collectors()
	require.Len(y.t, collectors, 1)
	y.collector = placeOf(y.t, &collectors[0])
	y.reachable["the kubelet"] = goal{place{name: "the kubelet", address: nodeOf(y.t, &collectors[0]).Address}, []port{tcp(kubeletPort)}}

	return y
}

// names are those of all that might be reached.
func (y yard) names() []string { return slices.Collect(maps.Keys(y.reachable)) }

// to is a policy that lets one port of a peer be reached.
func (y yard) to(peer string, number int32) string {
	return fmt.Sprintf("{egress: {enabled: true, to: [{to: [{%s}], ports: [{port: %d, protocol: TCP}]}]}}", peer, number)
}

// holds dials all there is, of which those named are to be reached and no others.
func (y yard) holds(policy string, reached ...string) {
	y.t.Helper()
	var ways []way
	for name, to := range y.reachable {
		ways = append(ways, all(y.collector, to.place, to.ports, slices.Contains(reached, name))...)
	}
	hold(y.t, ways)
	y.t.Logf("%s: %d ways", policy, len(ways))
}

func serviceAddress(t *testing.T, namespace, name string) string {
	t.Helper()
	service, err := shared.Client.CoreV1().Services(namespace).Get(t.Context(), name, metav1.GetOptions{})
	require.NoError(t, err)

	return service.Spec.ClusterIP
}

// apiServer is what stands behind the Service kubernetes.
func apiServer(t *testing.T) (address string, number int32) {
	t.Helper()
	slice, err := shared.Client.DiscoveryV1().EndpointSlices(metav1.NamespaceDefault).Get(t.Context(), "kubernetes", metav1.GetOptions{})
	require.NoError(t, err)

	return slice.Endpoints[0].Addresses[0], *slice.Ports[0].Port
}

func dnsNetworks(t *testing.T) (networks []string) {
	t.Helper()
	pods, err := shared.Client.CoreV1().Pods(metav1.NamespaceSystem).List(t.Context(), metav1.ListOptions{LabelSelector: "k8s-app=kube-dns"})
	require.NoError(t, err)
	for _, pod := range pods.Items {
		networks = append(networks, networkOf(t, &pod))
	}

	return networks
}

// resolve looks a name up from the place.
func resolve(ctx context.Context, from place, server string) error {
	dialer := sandbox.Dialer{Namespace: from.network}
	resolver := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, network, net.JoinHostPort(server, "53"))
	}}
	_, err := resolver.LookupHost(ctx, "kubernetes.default.svc.cluster.local.")

	return err
}

// Where egress is restricted, the collector needs what the example lets it reach.
func TestTheExampleLetsOutWhatTheCollectorNeeds(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("../../../examples/network-policy/values.yaml")
	require.NoError(t, err)
	values := string(content)
	address, number := apiServer(t)
	for documented, actual := range map[string]string{
		"198.51.100.1/32": address + "/32", "port: 6443": fmt.Sprintf("port: %d", number),
		"203.0.113.0/24": "10.77.0.0/24", "192.0.2.10": cluster.HostAddress,
	} {
		require.Contains(t, values, documented)
		values = strings.ReplaceAll(values, documented, actual)
	}
	r := newRelease(t, values+"initContainers: [{name: "+held+", image: "+node.PauseImage+"}]\n")
	// Without it the collector runs, and its telemetry lacks what only the API server and the kubelets know.
	r.set("networkPolicy: {egress: {to: []}}\n")
	since := r.startRefused()
	pods := r.collectors()
	// Of the API server, k8s_attributes says nothing.
	refused := fmt.Sprintf("%s:%d: connect: connection refused", nodeOf(t, &pods[0]).Address, kubeletPort)
	cluster.Eventually(t, func(ctx context.Context) error { return r.logs(ctx, &pods[0], refused) })
	asked, err := shared.Requests(r.namespace)
	require.NoError(t, err)
	assert.Empty(t, asked, "the API server was reached")

	r.set("")
	cluster.Eventually(t, func(context.Context) error {
		asked, err := shared.Requests(r.namespace)
		if err == nil && len(asked) == 0 {
			err = errors.New("the API server was not asked yet")
		}

		return err
	})
	for _, pod := range pods {
		kubelet := place{name: "the kubelet", address: nodeOf(t, &pod).Address}
		hold(t, all(placeOf(t, &pod), kubelet, []port{tcp(kubeletPort)}, true))
	}
	r.stayedReady(since)
}

// held is an init container that runs until it is ended. What a policy refuses, it refuses to connections that are not
// there yet, and a Pod may make some before the node's router has heard of it.
const held = "held"

// startRefused ends the init container of each node's Pod once the kubelet can't be reached from it, and waits until all
// Pods are ready. It returns since when they are. The kubelet may run an init container again, with a new network.
func (r release) startRefused() time.Time {
	r.t.Helper()
	r.wait(func(ctx context.Context, pod *corev1.Pod) error {
		notReady := cluster.PodReady(pod)
		if notReady == nil || pod.Status.PodIP == "" {
			return notReady
		}
		for _, status := range pod.Status.InitContainerStatuses {
			if status.State.Running != nil {
				notReady = errors.Join(notReady, r.letGo(ctx, pod, &status))
			}
		}

		return notReady
	})

	return time.Now()
}

// letGo ends the init container if the Pod doesn't reach the kubelet.
func (r release) letGo(ctx context.Context, pod *corev1.Pod, status *corev1.ContainerStatus) error {
	r.t.Helper()
	network, err := cluster.PodNetwork(pod)
	if err != nil {
		return err
	}
	from := place{name: pod.Name, network: network, address: pod.Status.PodIP}
	kubelet := place{name: "the kubelet", address: nodeOf(r.t, pod).Address}
	if err := (way{from, kubelet, tcp(kubeletPort), false}).check(ctx); err != nil {
		return err
	}

	return cluster.EndContainer(status, "pause")
}

// wait waits until each node has a Pod that is as it is to be.
func (r release) wait(wrong func(context.Context, *corev1.Pod) error) {
	r.t.Helper()
	cluster.Eventually(r.t, func(ctx context.Context) error {
		pods, err := r.pods(ctx)
		if err == nil && len(pods) != nodes {
			err = fmt.Errorf("there are %d Pods", len(pods))
		}
		for _, pod := range pods {
			err = errors.Join(err, wrong(ctx, &pod))
		}

		return err
	})
}

// logs tells whether the collector has said it.
func (r release) logs(ctx context.Context, pod *corev1.Pod, said string) error {
	log, err := shared.Client.CoreV1().Pods(r.namespace).GetLogs(pod.Name, &corev1.PodLogOptions{}).DoRaw(ctx)
	if err == nil && !strings.Contains(string(log), said) {
		err = fmt.Errorf("%s does not say %q", pod.Name, said)
	}

	return err
}

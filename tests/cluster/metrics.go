package cluster

import (
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"strconv"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const metricsServer = "metrics-server"

// startMetricsServer runs what tells autoscalers the use of CPU and memory. It runs beside the API server, which finds it
// by a Service without Pods.
func (c *Cluster) startMetricsServer(ctx context.Context, l layout, program string) error {
	ports, err := freePorts(l.address, 1)
	if err != nil {
		return err
	}
	process, err := startProcess(command{name: metricsServer, path: program, args: l.metricsServerFlags(ports[0])}, c.dir)
	if err != nil {
		return err
	}
	c.processes = append(c.processes, process)
	authority, err := os.ReadFile(l.keys.ca)
	if err != nil {
		return fmt.Errorf("read the cluster's authority: %w", err)
	}
	manifest := fmt.Appendf(nil, metricsManifest, l.address, ports[0], base64.StdEncoding.EncodeToString(authority))
	if _, err := c.Apply(ctx, metav1.NamespaceSystem, manifest); err != nil {
		return fmt.Errorf("make metrics-server known: %w", err)
	}

	return nil
}

func (l layout) metricsServerFlags(port int) []string {
	kubeconfig := l.kubeconfig(metricsServer)

	return []string{
		"--kubeconfig=" + kubeconfig, "--authentication-kubeconfig=" + kubeconfig, "--authorization-kubeconfig=" + kubeconfig,
		"--bind-address=" + l.address, "--secure-port=" + strconv.Itoa(port),
		"--tls-cert-file=" + l.keys.metricsServing.certificate, "--tls-private-key-file=" + l.keys.metricsServing.key,
		"--kubelet-preferred-address-types=InternalIP", "--kubelet-certificate-authority=" + l.keys.ca,
		"--kubelet-client-certificate=" + l.keys.kubeletClient.certificate, "--kubelet-client-key=" + l.keys.kubeletClient.key,
		"--metric-resolution=15s",
	}
}

// aggregationFlags let the API server hand requests on to metrics-server.
func (l layout) aggregationFlags() []string {
	return []string{
		"--requestheader-client-ca-file=" + l.keys.ca, "--requestheader-allowed-names=" + frontProxy,
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--proxy-client-cert-file=" + l.keys.frontProxy.certificate, "--proxy-client-key-file=" + l.keys.frontProxy.key,
		// Nothing translates the addresses of Services where it runs.
		"--enable-aggregator-routing",
	}
}

// frontProxy is who the API server is to those that it hands requests on to.
const frontProxy = "front-proxy"

const metricsManifest = `
apiVersion: v1
kind: Service
metadata: {name: metrics-server}
spec: {ports: [{name: https, port: 443, targetPort: %[2]d}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: metrics-server, labels: {kubernetes.io/service-name: metrics-server}}
addressType: IPv4
ports: [{name: https, port: %[2]d}]
endpoints: [{addresses: ["%[1]s"], conditions: {ready: true}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec:
  service: {name: metrics-server, namespace: kube-system}
  group: metrics.k8s.io
  version: v1beta1
  groupPriorityMinimum: 100
  versionPriority: 100
  caBundle: %[3]s
`

package cluster

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// kwokConfig has a node ready at once, for good; a Pod that has a node ready at once; and one that is deleted gone at once.
const kwokConfig = `
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: node-ready}
spec:
  resourceRef: {apiGroup: v1, kind: Node}
  selector:
    matchExpressions: [{key: .status.phase, operator: NotIn, values: [Running]}]
  next:
    statusTemplate: |
      phase: Running
      conditions:
      - {type: Ready, status: "True", reason: Simulated, lastHeartbeatTime: {{ Now | Quote }}, lastTransitionTime: {{ Now | Quote }}}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: pod-ready}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions:
      - {key: .metadata.deletionTimestamp, operator: DoesNotExist}
      - {key: .status.phase, operator: In, values: [Pending]}
  next:
    statusTemplate: |
      {{ $now := Now | Quote }}
      phase: Running
      startTime: {{ $now }}
      conditions:
      - {type: ContainersReady, status: "True", lastTransitionTime: {{ $now }}}
      - {type: Ready, status: "True", lastTransitionTime: {{ $now }}}
      containerStatuses:
      {{ range .spec.containers }}
      - {name: {{ .name | Quote }}, image: {{ .image | Quote }}, imageID: simulated, ready: true, restartCount: 0, state: {running: {startedAt: {{ $now }}}}}
      {{ end }}
      {{ with PodIPsWith .spec.nodeName false .metadata.uid .metadata.name .metadata.namespace }}
      podIP: {{ index . 0 | Quote }}
      podIPs: [{ip: {{ index . 0 | Quote }}}]
      {{ end }}
---
apiVersion: kwok.x-k8s.io/v1alpha1
kind: Stage
metadata: {name: pod-gone}
spec:
  resourceRef: {apiGroup: v1, kind: Pod}
  selector:
    matchExpressions: [{key: .metadata.deletionTimestamp, operator: Exists}]
  next: {delete: true}
`

const simulatedAnnotation = "kwok.x-k8s.io/node"

func (l layout) kwokConfig() string { return filepath.Join(l.dir, "kwok.yaml") }

func (l layout) kwokFlags() []string {
	return []string{
		"--kubeconfig=" + l.kubeconfig("kwok"), "--config=" + l.kwokConfig(),
		"--manage-nodes-with-annotation-selector=" + simulatedAnnotation + "=fake",
		// Leases would be requests that the chart has no part in. What is more, KWOK passes over what happens on a node
		// whose lease it does not see, and does not come back to it.
		"--node-lease-duration-seconds=0",
	}
}

// MainSimulated is Main for a cluster with a scheduler, whose nodes and Pods are simulated: see Simulate. Its audit log
// has everything: see Audit.
func MainSimulated(m *testing.M, shared **Cluster) int {
	return mainWith(m, shared, Nodes{simulated: true})
}

// Simulate adds or deletes nodes of MainSimulated's cluster until there are count, in three zones, and waits until Pods can
// be put on all of them.
func (c *Cluster) Simulate(ctx context.Context, count int) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()

	have, err := c.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("count the nodes: %w", err)
	}
	for i := len(have.Items); i < count; i++ {
		if _, err := c.Client.CoreV1().Nodes().Create(ctx, simulatedNode(i), metav1.CreateOptions{}); err != nil {
			return fmt.Errorf("create a node: %w", err)
		}
	}
	for i := count; i < len(have.Items); i++ {
		if err := c.Client.CoreV1().Nodes().Delete(ctx, simulatedNodeName(i), metav1.DeleteOptions{}); err != nil {
			return fmt.Errorf("delete a node: %w", err)
		}
	}

	return c.waitFor(ctx, func(ctx context.Context, c *Cluster) error {
		// Version 0 is what the server has in memory.
		nodes, err := c.Client.CoreV1().Nodes().List(ctx, metav1.ListOptions{ResourceVersion: "0"})
		if err != nil {
			return err
		}
		ready := 0
		for i := range nodes.Items {
			// Kubernetes takes the taint away once a node is ready.
			if len(nodes.Items[i].Spec.Taints) == 0 {
				ready++
			}
		}
		if ready != count || len(nodes.Items) != count {
			return fmt.Errorf("%d of %d nodes are ready, and %d are wanted", ready, len(nodes.Items), count)
		}

		return nil
	})
}

func simulatedNodeName(i int) string { return fmt.Sprintf("simulated-%d", i+1) }

func simulatedNode(i int) *corev1.Node {
	name := simulatedNodeName(i)
	resources := corev1.ResourceList{
		corev1.ResourceCPU:    resource.MustParse("8"),
		corev1.ResourceMemory: resource.MustParse("32Gi"),
		corev1.ResourcePods:   resource.MustParse("110"),
	}
	// Each node's Pods have a range of their own, of 256 from 10.128.0.0 on: KWOK gives no address twice.
	pods := fmt.Sprintf("10.%d.%d.0/24", 128+i/256, i%256)

	return &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name:        name,
			Annotations: map[string]string{simulatedAnnotation: "fake"},
			Labels: map[string]string{
				corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64",
				corev1.LabelTopologyZone: fmt.Sprintf("zone-%d", i%3+1),
			},
		},
		Spec: corev1.NodeSpec{PodCIDR: pods, PodCIDRs: []string{pods}},
		Status: corev1.NodeStatus{
			Capacity: resources, Allocatable: resources,
			Addresses: []corev1.NodeAddress{
				{Type: corev1.NodeInternalIP, Address: fmt.Sprintf("172.16.%d.%d", i/250, i%250+1)},
				{Type: corev1.NodeHostName, Address: name},
			},
		},
	}
}

package deployment

import (
	"cmp"
	"context"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A Node is what a node has left for Pods.
type Node struct {
	Name string `json:"name"`
	// Ready tells that the kubelet is well; Cordoned that no further Pod is put there.
	Ready    bool `json:"ready"`
	Cordoned bool `json:"cordoned"`
	// Of what Pods may have, so much is asked for by those that are there. Other Pods may use more than they ask for.
	CPU    Allotment `json:"cpu"`
	Memory Allotment `json:"memory"`
	// Pods counts them, of at most MaxPods.
	Pods    int `json:"pods"`
	MaxPods int `json:"maxPods"`
}

// An Allotment is what can be had of a resource, and what is asked for.
type Allotment struct {
	Allocatable resource.Quantity `json:"allocatable"`
	Requested   resource.Quantity `json:"requested"`
}

// Free is what a further Pod could ask for.
func (a Allotment) Free() resource.Quantity {
	free := a.Allocatable.DeepCopy()
	free.Sub(a.Requested)

	return free
}

// NodeResources are what the cluster's nodes have left, sorted by name: two lists, of nodes and of all Pods, which takes the
// right to make both.
func (c *Cluster) NodeResources(ctx context.Context) ([]Node, error) {
	byName := map[string]*Node{}
	options := metav1.ListOptions{Limit: page}
	for {
		list, err := c.core.Nodes().List(ctx, options)
		if err != nil {
			return nil, c.refused(err, "list nodes")
		}
		for i := range list.Items {
			byName[list.Items[i].Name] = nodeOf(&list.Items[i])
		}
		if options.Continue = list.Continue; options.Continue == "" {
			break
		}
	}
	pods, err := c.podsOf(ctx, metav1.NamespaceAll, "")
	if err != nil {
		return nil, err
	}
	for i := range pods {
		node := byName[pods[i].Spec.NodeName]
		if node == nil || pods[i].Status.Phase == corev1.PodSucceeded || pods[i].Status.Phase == corev1.PodFailed {
			continue
		}
		node.Pods++
		node.CPU.Requested.Add(requested(&pods[i].Spec, corev1.ResourceCPU))
		node.Memory.Requested.Add(requested(&pods[i].Spec, corev1.ResourceMemory))
	}
	var nodes []Node
	for _, node := range byName {
		nodes = append(nodes, *node)
	}
	slices.SortFunc(nodes, func(a, b Node) int { return cmp.Compare(a.Name, b.Name) })

	return nodes, nil
}

func nodeOf(node *corev1.Node) *Node {
	have := node.Status.Allocatable

	return &Node{
		Name: node.Name, Cordoned: node.Spec.Unschedulable,
		Ready: slices.ContainsFunc(node.Status.Conditions, func(c corev1.NodeCondition) bool {
			return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
		}),
		CPU: Allotment{Allocatable: have[corev1.ResourceCPU]}, Memory: Allotment{Allocatable: have[corev1.ResourceMemory]},
		MaxPods: int(have.Pods().Value()),
	}
}

// requested is what the scheduler counts for a Pod: its containers and native sidecars, or the largest init container with
// the sidecars that were started before it; and its overhead.
func requested(spec *corev1.PodSpec, name corev1.ResourceName) resource.Quantity {
	var together, sidecars, largest resource.Quantity
	for _, c := range spec.Containers {
		together.Add(c.Resources.Requests[name])
	}
	for _, c := range spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			sidecars.Add(c.Resources.Requests[name])

			continue
		}
		alone := c.Resources.Requests[name].DeepCopy()
		alone.Add(sidecars)
		if alone.Cmp(largest) > 0 {
			largest = alone
		}
	}
	together.Add(sidecars)
	if largest.Cmp(together) > 0 {
		together = largest
	}
	together.Add(spec.Overhead[name])

	return together
}

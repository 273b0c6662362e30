package diagnose

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// placement: the scheduler finds no node.
func (p *patient) placement() {
	for _, pod := range p.open() {
		if pod.Spec.NodeName != "" {
			continue
		}
		said, found := p.unscheduled(pod)
		if !found {
			continue
		}
		cause := p.placed(pod, said.Says)
		cause.Evidence = append([]Evidence{said}, cause.Evidence...)
		p.explain(cause, pod)
	}
}

// unscheduled is what the scheduler says of a Pod.
func (p *patient) unscheduled(pod *corev1.Pod) (Evidence, bool) {
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse && c.Message != "" {
			return ofPod(pod, c.Reason+": "+c.Message), true
		}
	}
	for _, e := range p.podEvents(pod, "FailedScheduling") {
		return ofEvent(e), true
	}

	return Evidence{}, false
}

var insufficient = regexp.MustCompile(`Insufficient ([A-Za-z0-9./_-]*[A-Za-z0-9])`)

// placed is the cause that a scheduler's words stand for. Of several, it is the one that a change of the values mends: other
// nodes are often not meant for it at all.
func (p *patient) placed(pod *corev1.Pod, says string) Cause {
	// After preemption: comes what it tried beside, in the same words.
	says, _, _ = strings.Cut(says, " preemption: ")
	switch {
	case strings.Contains(says, "didn't have free ports"):
		return p.hostPort(pod)
	case containsAny(says, "unbound immediate PersistentVolumeClaims", "persistentvolumeclaim \"", "didn't find available persistent volumes",
		"volume node affinity conflict", "no available volume zone", "did not have enough free storage", "max volume count", "didn't match PersistentVolume's node affinity"):
		return p.claim(pod)
	case insufficient.MatchString(says), strings.Contains(says, "Too many pods"):
		return p.resources(pod, says)
	case containsAny(says, "node affinity/selector", "anti-affinity rules", "pod affinity rules", "topology spread constraints", "requested node name"):
		return affinity(says)
	case containsAny(says, "untolerated taint", "didn't tolerate"):
		return p.taint(pod)
	case strings.Contains(says, "were unschedulable"):
		return Cause{ID: "unschedulable-cordoned", Summary: "the nodes that it could run on are cordoned", Mend: "`kubectl uncordon` one of them, or add a node"}
	default:
		return Cause{ID: "unschedulable", Summary: "the scheduler finds no node for it", Mend: "mend what the scheduler says"}
	}
}

func (p *patient) resources(pod *corev1.Pod, says string) Cause {
	var names []string
	for _, m := range insufficient.FindAllStringSubmatch(says, -1) {
		if !slices.Contains(names, m[1]) {
			names = append(names, m[1])
		}
	}
	if len(names) == 0 {
		return Cause{
			ID: "unschedulable-resources", Summary: "every node that it could run on has as many Pods as it takes",
			Mend: "add a node, or run fewer replicas", Values: "replicas: 1\n",
		}
	}
	cause := Cause{
		ID: "unschedulable-resources", Summary: "no node has the " + strings.Join(names, " and ") + " left that the Pod requests",
		Mend: "request less of it, add a node, or free some",
	}
	var values []string
	for _, name := range names {
		asked := requested(pod, corev1.ResourceName(name))
		says := "requests " + asked.String() + " of " + name
		if node, most := p.largest(corev1.ResourceName(name)); node != "" {
			says += fmt.Sprintf("; the node with the most, %s, has %s for all of its Pods", node, most.String())
			if asked.Cmp(most) > 0 {
				cause.Mend = "request less of it than a whole node has, or add a larger node"
			}
		}
		cause.Evidence = append(cause.Evidence, ofPod(pod, says))
		if fewer := map[string]string{"cpu": "100m", "memory": "256Mi"}[name]; fewer != "" && asked.Cmp(resource.MustParse(fewer)) > 0 {
			values = append(values, name+": "+fewer)
		}
	}
	if len(values) > 0 {
		cause.Values = "resources: {requests: {" + strings.Join(values, ", ") + "}}\n"
	}

	return cause
}

// requested is what a Pod's containers ask for together.
func requested(pod *corev1.Pod, name corev1.ResourceName) resource.Quantity {
	var sum resource.Quantity
	for i := range pod.Spec.Containers {
		sum.Add(pod.Spec.Containers[i].Resources.Requests[name])
	}

	return sum
}

// largest is the node with the most of a resource; empty: no node is known.
func (p *patient) largest(name corev1.ResourceName) (node string, most resource.Quantity) {
	for i := range p.Nodes {
		if has, ok := p.Nodes[i].Status.Allocatable[name]; ok && (node == "" || has.Cmp(most) > 0) {
			node, most = p.Nodes[i].Name, has
		}
	}

	return node, most
}

func affinity(says string) Cause {
	switch {
	case strings.Contains(says, "topology spread constraints"):
		return Cause{
			ID: "unschedulable-affinity", Summary: "its topologySpreadConstraints leave it no node", Mend: "let it be uneven, or add nodes to the zones that lack them",
			Values: "topologySpreadConstraints:\n  - {maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: ScheduleAnyway}\n",
		}
	case strings.Contains(says, "anti-affinity rules"):
		return Cause{
			ID: "unschedulable-affinity", Summary: "its anti-affinity, or that of a Pod which is there, leaves it no node",
			Mend: "prefer rather than require it (the chart's own affinity does), add a node, or run no more replicas than there are nodes",
		}
	case strings.Contains(says, "pod affinity rules"):
		return Cause{ID: "unschedulable-affinity", Summary: "no node has the Pods beside which its affinity wants it", Mend: "mend `affinity.podAffinity`"}
	default:
		return Cause{
			ID: "unschedulable-affinity", Summary: "no node has the labels that its nodeSelector or node affinity wants",
			Mend: "compare them with `kubectl get nodes --show-labels`", Values: "nodeSelector: {}\n",
		}
	}
}

// taint names those of the nodes that the Pod does not tolerate.
func (p *patient) taint(pod *corev1.Pod) Cause {
	cause := Cause{ID: "unschedulable-taint", Summary: "the nodes have taints that it does not tolerate", Mend: "tolerate them, where collectors are to run there"}
	var names []string
	for i := range p.Nodes {
		for _, taint := range p.Nodes[i].Spec.Taints {
			if taint.Effect == corev1.TaintEffectPreferNoSchedule || tolerates(pod, taint) {
				continue
			}
			if len(cause.Evidence) < mostEvidence {
				cause.Evidence = append(cause.Evidence, Evidence{Object: "Node " + p.Nodes[i].Name, Says: "taint " + taint.ToString()})
			}
			if !slices.Contains(names, taint.Key) {
				names = append(names, taint.Key)
				cause.Values += fmt.Sprintf("  - {key: %s, operator: Exists, effect: %s}\n", taint.Key, taint.Effect)
			}
		}
	}
	if len(names) > 0 {
		slices.Sort(names)
		cause.Summary = "the nodes have taints that it does not tolerate: " + strings.Join(names, ", ")
		cause.Values = "tolerations:\n" + cause.Values
	}
	// The cluster sets and lifts these itself.
	if slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "node.kubernetes.io/") }) {
		cause.Mend, cause.Values = "mend the nodes: those taints are set by the cluster for nodes that are not ready or short of something, and lifted by it", ""
	}

	return cause
}

func tolerates(pod *corev1.Pod, taint corev1.Taint) bool {
	return slices.ContainsFunc(pod.Spec.Tolerations, func(t corev1.Toleration) bool {
		return (t.Effect == "" || t.Effect == taint.Effect) && (t.Key == taint.Key || t.Key == "") &&
			(t.Operator == corev1.TolerationOpExists || t.Value == taint.Value)
	})
}

// hostPort: each node has its port taken already.
func (p *patient) hostPort(pod *corev1.Pod) Cause {
	var numbers []string
	if c := CollectorOf(&pod.Spec); c != nil {
		for _, port := range c.Ports {
			if port.HostPort != 0 {
				numbers = append(numbers, fmt.Sprintf("%d/%s", port.HostPort, port.Protocol))
			}
		}
	}
	cause := Cause{
		ID: "port-taken", Summary: "a Pod on each of the nodes has a port of the node's that it wants: " + strings.Join(numbers, ", "),
		Mend: "reach agents by their Service instead (internalTrafficPolicy Local), take other ports, or remove the other Pod", Values: "hostNetwork: false\n",
	}
	if pod.Spec.HostNetwork {
		cause.Mend = "with hostNetwork each port is the node's: " + cause.Mend
	}

	return cause
}

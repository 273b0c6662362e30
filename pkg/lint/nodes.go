package lint

import (
	"maps"
	"reflect"
)

// PodSpec is the spec of the Pods that the object makes; for an OpenTelemetryCollector its
// own, which has the Pods' fields too. It is nowhere for an object that makes no Pods.
func (o *Object) PodSpec() Field {
	if o.Kind("opentelemetry.io", "OpenTelemetryCollector") {
		return o.At("spec")
	}
	return o.podTemplate().At("spec")
}

// OnEachNode says that the object runs a Pod on each node that it selects.
func (o *Object) OnEachNode() bool {
	return o.Kind("apps", "DaemonSet") || o.Kind("opentelemetry.io", "OpenTelemetryCollector") && resourceMode(o.At("spec", "mode").Text()) == DaemonSet
}

// SharesNodes says that two objects of the input are certain to have Pods on one node: both
// run on each, and nothing that the input shows may keep them apart. Objects of one name are
// taken for one that is written for several clusters.
func SharesNodes(a, b *Object) bool {
	if !a.OnEachNode() || !b.OnEachNode() || a.Ref.Name == b.Ref.Name {
		return false
	}
	first, second := a.PodSpec(), b.PodSpec()
	if first.At("affinity").Len() > 0 || second.At("affinity").Len() > 0 {
		return false
	}
	here, there := nodeSelector(first), nodeSelector(second)
	switch {
	case len(here) == 0 && len(there) == 0:
		return true
	case maps.Equal(here, there):
		return reflect.DeepEqual(first.At("tolerations").Value(), second.At("tolerations").Value())
	case len(here) == 0:
		return toleratesAll(first)
	case len(there) == 0:
		return toleratesAll(second)
	default:
		return false
	}
}

// nodeSelector is a Pod's, without what all nodes have but those of Windows.
func nodeSelector(pod Field) map[string]string {
	labels := pod.At("nodeSelector").StringMap()
	maps.DeleteFunc(labels, func(key, value string) bool { return key == "kubernetes.io/os" && value == "linux" })
	return labels
}

// toleratesAll says that no taint keeps a Pod off a node.
func toleratesAll(pod Field) bool {
	for _, toleration := range pod.At("tolerations").Items() {
		if toleration.At("operator").Text() == "Exists" && toleration.At("key").Text() == "" && toleration.At("effect").Text() == "" {
			return true
		}
	}
	return false
}

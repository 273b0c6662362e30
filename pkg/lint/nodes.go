package lint

import (
	"cmp"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"
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

// Together says that two objects of the input are for one cluster: they stand in one folder,
// or are of one rendered chart. Other folders may be those of other clusters.
func Together(a, b *Object) bool {
	first, second := a.Position().File, b.Position().File
	return path.Dir(first) == path.Dir(second) || renderedBy(first) != "" && renderedBy(first) == renderedBy(second)
}

// renderedBy is the chart of a file that Helm names after its template: the chart's name, then
// templates, or charts and a chart in it.
func renderedBy(file string) string {
	parts := strings.Split(file, "/")
	if len(parts) > 2 && (parts[1] == "templates" || parts[1] == "charts" && slices.Contains(parts, "templates")) {
		return parts[0]
	}
	return ""
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
	for key, value := range here {
		if other, both := there[key]; both && value != other {
			return false
		}
	}
	// All nodes have it but those of the other system.
	delete(here, systemLabel)
	delete(there, systemLabel)
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

const systemLabel = "kubernetes.io/os"

// nodeSelector is a Pod's, with the system that its nodes run, which is Linux where the Pod
// does not say it.
func nodeSelector(pod Field) map[string]string {
	labels := pod.At("nodeSelector").StringMap()
	labels[systemLabel] = cmp.Or(labels[systemLabel], labels["beta."+systemLabel], pod.At("os", "name").Text(), "linux")
	delete(labels, "beta."+systemLabel)
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

package lint

import (
	"cmp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Object is a Kubernetes object of the input.
type Object struct {
	Ref ObjectRef
	// Field is the whole object.
	Field
	// Own says that this project's chart rendered it.
	Own bool
}

// ownChart is the name of this project's chart.
const ownChart = "otlp-collector"

// labelled tells whether a chart of that name has set the label helm.sh/chart, which this
// project's chart sets on every object.
func labelled(label, chart string) bool {
	version, found := strings.CutPrefix(label, chart+"-")
	return found && version != "" && version[0] >= '0' && version[0] <= '9'
}

// objectsOf reads the objects of a document: itself, or the items of a List. It is empty
// for a document that is no Kubernetes object. The chart is that of Manifest.Chart.
func objectsOf(document *source.Document, chart string) []*Object {
	return objectsIn(rooted(document.Root), chart)
}

func objectsIn(field Field, chart string) []*Object {
	version, kind := field.At("apiVersion").Text(), field.At("kind").Text()
	if version == "" || kind == "" {
		return nil
	}
	if items := field.At("items"); strings.HasSuffix(kind, "List") && items.Written() {
		var objects []*Object
		for _, item := range items.Items() {
			objects = append(objects, objectsIn(item, chart)...)
		}
		return objects
	}
	metadata := field.At("metadata")
	name := metadata.At("name").Text()
	if name == "" {
		name = metadata.At("generateName").Text()
	}
	return []*Object{{
		Ref: ObjectRef{
			APIVersion: version, Kind: kind,
			Namespace: metadata.At("namespace").Text(), Name: name,
		},
		Field: field,
		Own:   labelled(metadata.At("labels", "helm.sh/chart").Text(), cmp.Or(chart, ownChart)),
	}}
}

// Labels are the object's own.
func (o *Object) Labels() map[string]string { return o.At("metadata", "labels").StringMap() }

// Kind tells whether the object is of a kind of an API group, in any version. The core
// group is "".
func (o *Object) Kind(group, kind string) bool {
	if o.Ref.Kind != kind {
		return false
	}
	got, _, found := strings.Cut(o.Ref.APIVersion, "/")
	if !found {
		got = ""
	}
	return got == group
}

// podTemplate is where the object's Pods are described: their metadata and spec. It is
// nowhere for an object that makes no Pods.
func (o *Object) podTemplate() Field {
	switch o.Ref.Kind {
	case "Pod":
		if o.Ref.APIVersion == "v1" {
			return o.Field
		}
	case "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "Rollout":
		return o.At("spec", "template")
	case "CronJob":
		return o.At("spec", "jobTemplate", "spec", "template")
	}
	return Field{}
}

// hook tells whether Helm runs the object beside a release, as it does tests.
func (o *Object) hook() bool {
	return o.At("metadata", "annotations", "helm.sh/hook").Exists()
}

// kustomizes tells whether the object is a folder's list for kustomize, which generates and
// changes other objects of the input.
func (o *Object) kustomizes() bool {
	const group = "kustomize.config.k8s.io"
	return o.Kind(group, "Kustomization") || o.Kind(group, "Component")
}

// ofKind are the objects of a kind in a namespace.
func ofKind(objects []*Object, namespace, group, kind string) []*Object {
	var found []*Object
	for _, o := range objects {
		if o.Kind(group, kind) && sameNamespace(o.Ref.Namespace, namespace) {
			found = append(found, o)
		}
	}
	return found
}

// PodLabels are the labels of the Pods that the object makes; empty where it makes none.
func (o *Object) PodLabels() map[string]string {
	return o.podTemplate().At("metadata", "labels").StringMap()
}

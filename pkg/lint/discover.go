package lint

import (
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// discovery finds the collectors of an input.
type discovery struct {
	objects    []*Object
	collectors []*Collector
	// kustomized says that ConfigMaps and workloads are still to be generated or changed.
	kustomized bool
}

// discover finds every collector that the objects would run, which kustomize may still change.
func discover(objects []*Object, kustomized bool) ([]*Collector, error) {
	d := &discovery{objects: objects, kustomized: kustomized}
	for _, object := range objects {
		var err error
		switch {
		case object.hook():
		case object.Kind("opentelemetry.io", "OpenTelemetryCollector"):
			err = d.resource(object)
		case object.Kind("admissionregistration.k8s.io", "MutatingAdmissionPolicy"):
			err = d.policy(object)
		default:
			err = d.workload(object)
		}
		if err != nil {
			return nil, err
		}
	}
	return d.collectors, nil
}

// workload finds the collectors among the containers of an object that makes Pods.
func (d *discovery) workload(object *Object) error {
	pod := object.podTemplate()
	if !pod.Exists() {
		return nil
	}
	for i, container := range pod.At("spec", "containers").Items() {
		mode := workloadMode(object)
		if i > 0 {
			mode = Sidecar
		}
		if err := d.container(object, pod, container, mode); err != nil {
			return err
		}
	}
	for _, container := range pod.At("spec", "initContainers").Items() {
		if !sidecar(container) {
			continue
		}
		if err := d.container(object, pod, container, Sidecar); err != nil {
			return err
		}
	}
	return nil
}

func workloadMode(object *Object) Mode {
	switch object.Ref.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "Rollout", "ReplicationController":
		return Gateway
	case "DaemonSet":
		return DaemonSet
	default:
		return None
	}
}

// container adds a container when it is a collector: by its image, or because it reads
// a collector config by --config.
func (d *discovery) container(object *Object, pod, container Field, mode Mode) error {
	image := container.At("image").Text()
	known := IsCollectorImage(image)
	collector := &Collector{
		Object: object, Pod: pod, Container: container, Mode: mode,
		Image: imageOf(object, image),
	}
	if !known && len(collector.flag("config")) == 0 || collector.otherCommand() {
		return nil
	}
	sources, unseen, err := d.configOf(collector)
	if err != nil {
		// Another program's --config names another program's file.
		if !known {
			return nil
		}
		return err
	}
	collector.Unseen = unseen
	if unseen == nil {
		known = known || newConfig(sources).looksLikeConfig()
		collector.configure(sources...)
	}
	if !known {
		return nil
	}
	d.collectors = append(d.collectors, collector)
	return nil
}

// otherCommand tells whether the container runs a command of a collector's program that collects nothing, such as validate
// or another's migrate.
func (c *Collector) otherCommand() bool {
	first := c.Container.At("args", 0).Text()
	if command := c.Container.At("command"); command.Len() > 1 {
		first = command.At(1).Text()
	}
	return first != "" && strings.IndexFunc(first, func(r rune) bool { return r < 'a' || r > 'z' }) < 0
}

// imageOf reads an image, and the version of an object of this project's chart from its
// label where the image does not say it: the chart sets the label where its values tell the
// version, and leaves it out where it assumes one.
func imageOf(object *Object, name string) Image {
	image := ParseImage(name)
	label := object.Labels()["app.kubernetes.io/version"]
	if match := versionTag.FindStringSubmatch(label); object.Own && !image.Stated && match != nil {
		image.Version, image.Stated = match[1], true
	}
	return image
}

// resource adds the collector of an OpenTelemetryCollector. Its config is a string in
// v1alpha1 and a map from v1beta1 on.
func (d *discovery) resource(object *Object) error {
	spec := object.At("spec")
	collector := &Collector{
		Object: object, Container: spec, Operator: true,
		Mode: resourceMode(spec.At("mode").Text()), Image: ParseImage(spec.At("image").Text()),
	}
	config := spec.At("config")
	switch {
	case config.Text() != "":
		found, ok, err := embedded(config, object)
		if err != nil {
			return err
		}
		if ok {
			collector.configure(append([]configSource{found}, allocated(collector, found)...)...)
		}
	case config.Len() > 0:
		written := configSource{root: rooted(config.node), object: object}
		collector.configure(append([]configSource{written}, allocated(collector, written)...)...)
	}
	if collector.Config == nil && collector.Unseen == nil {
		collector.Unseen = &Unseen{Field: config, Reason: "spec.config is empty"}
	}
	d.collectors = append(d.collectors, collector)
	return nil
}

// allocated is what the operator adds to the prometheus receivers of a collector with a target allocator, of its own or by
// its label.
func allocated(c *Collector, written configSource) []configSource {
	allocator := c.Container.At("targetAllocator", "enabled")
	name := c.Object.Ref.Name
	if label := c.Object.Labels()["opentelemetry.io/target-allocator"]; label != "" {
		allocator, name = c.Object.At("metadata", "labels"), label
	} else if !allocator.True() {
		return nil
	}
	var added []configSource
	for _, id := range written.root.At("receivers").Keys() {
		if Canonical(component.Receiver, id) != "prometheus" {
			continue
		}
		text := fmt.Sprintf("receivers: {%q: {target_allocator: {endpoint: 'http://%s-targetallocator:80', interval: 30s, collector_id: '${env:POD_NAME}'}}}", id, name)
		if source, ok := inline(c, text, allocator); ok {
			source.laid = true
			added = append(added, source)
		}
	}
	return added
}

func resourceMode(mode string) Mode {
	switch mode {
	case "daemonset":
		return DaemonSet
	case "sidecar":
		return Sidecar
	default: // deployment, statefulset
		return Gateway
	}
}

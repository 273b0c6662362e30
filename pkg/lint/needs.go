package lint

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// HostMount is a folder or file of the node that is mounted into the collector's container.
type HostMount struct {
	// Mount is the entry of volumeMounts, and Volume that of the Pod's volumes.
	Mount, Volume Field
	// Path on the node, and At in the container.
	Path, At string
}

// HostMounts are the folders of the node in the collector's container.
func (c *Collector) HostMounts() []HostMount {
	var found []HostMount
	for _, mount := range c.Container.At("volumeMounts").Items() {
		volume := c.volume(mount.At("name").Text())
		if volume.At("hostPath").Exists() {
			found = append(found, HostMount{
				Mount: mount, Volume: volume,
				Path: volume.At("hostPath", "path").Text(), At: mount.At("mountPath").Text(),
			})
		}
	}
	return found
}

// MountedVolumes are the Pod's volumes that are mounted into the collector's container.
func (c *Collector) MountedVolumes() []Field {
	var found []Field
	for _, mount := range c.Container.At("volumeMounts").Items() {
		found = append(found, c.volume(mount.At("name").Text()))
	}
	return found
}

// PodSpec is a field of the Pod's spec, which of an OpenTelemetryCollector stands in its own.
func (c *Collector) PodSpec(key string) Field {
	if c.Operator {
		return c.Container.At(key)
	}
	return c.Pod.At("spec", key)
}

// PodSecurityContext is that of the Pod, which an OpenTelemetryCollector calls otherwise.
func (c *Collector) PodSecurityContext() Field {
	if c.Operator {
		return c.Container.At("podSecurityContext")
	}
	return c.Pod.At("spec", "securityContext")
}

// SecurityContext is a field of the container's security context, or of the Pod's where the
// container does not have it.
func (c *Collector) SecurityContext(key string) Field {
	own := c.Container.At("securityContext", key)
	if own.Exists() {
		return own
	}
	if pod := c.PodSecurityContext().At(key); pod.Exists() {
		return pod
	}
	return own
}

// Single says that the collector's container is the only one that the Pod runs.
func (c *Collector) Single() bool {
	if c.Operator {
		return c.Mode != Sidecar && c.Container.At("additionalContainers").Len() == 0 && len(Running(c.Container)) == 0
	}
	return len(Running(c.Pod.At("spec"))) == 1
}

// Running are the containers of a Pod's spec that run as long as the Pod does.
func Running(pod Field) []Field {
	beside := slices.DeleteFunc(pod.At("initContainers").Items(), func(container Field) bool { return !sidecar(container) })
	return append(pod.At("containers").Items(), beside...)
}

// sidecar says that an init container runs on beside the others.
func sidecar(container Field) bool { return container.At("restartPolicy").Text() == "Always" }

// Settled says that all is known of what the collector asks of its node: its config is shown,
// no part of it comes from elsewhere, and it has no component that might need more than the
// table tells, and no receiver that starts others. Exporters, processors and authenticators of upstream's send and change data.
func (c *Collector) Settled() bool {
	if c.Config == nil || c.Object == nil || c.Config.indirect() {
		return false
	}
	return !slices.ContainsFunc(c.Opaque, mayNeed) && !c.Defines(component.Receiver, "receiver_creator")
}

// indirect says that a section of the config comes from elsewhere.
func (c *Config) indirect() bool {
	for _, section := range c.keys() {
		if c.At(section).Text() != "" {
			return true
		}
	}
	for _, kind := range component.Kinds() {
		for _, id := range c.Components(string(kind)) {
			if strings.HasPrefix(c.At(string(kind), id).Text(), "$") {
				return true
			}
		}
	}
	return false
}

// Defines tells whether the config has a component of a type, in use or not.
func (c *Collector) Defines(kind component.Kind, name string) bool {
	return slices.ContainsFunc(c.Config.Components(string(kind)), func(id string) bool { return Canonical(kind, id) == name })
}

// mayNeed tells of an opaque component, as kind.id, that it may ask something of its node.
func mayNeed(opaque string) bool {
	kind, id, _ := strings.Cut(opaque, ".")
	if component.Known().Entry(component.Kind(kind), Type(id)) == nil {
		return true
	}
	switch component.Kind(kind) {
	case component.Exporter, component.Processor, component.Connector:
		return false
	case component.Extension:
		return !strings.HasSuffix(Type(id), "auth") && Type(id) != "headers_setter"
	default:
		return true
	}
}

// Inside tells whether a text, which may be a URL, names a folder, or something in it.
func Inside(folder, text string) bool {
	text = strings.TrimPrefix(strings.TrimPrefix(text, "file://"), "unix://")
	below, inside := strings.CutPrefix(text, strings.TrimSuffix(folder, "/"))
	return inside && (below == "" || below[0] == '/')
}

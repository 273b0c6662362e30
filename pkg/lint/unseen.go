package lint

import (
	"path"
	"strings"
)

// Unseen says why the input does not show a collector's config.
type Unseen struct {
	// Field is where the collector is told what to read.
	Field Field
	// Reason is what holds the config, or what is wrong there.
	Reason string
	// Missing says that the collector does not find its config either, and so does not start.
	Missing bool
}

// unmounted says why a file is not seen that stands under none of the container's mounts.
// It is certainly missing where upstream's image is known not to have it and a ConfigMap,
// which would have it, is mounted elsewhere. The mounts of a container without any may be
// added on the way, as the operator and its like do.
func (c *Collector) unmounted(file string) *Unseen {
	unseen := &Unseen{Reason: file + " in the image"}
	baked := !path.IsAbs(file) || strings.HasPrefix(path.Clean(file), "/etc/otelcol")
	if baked || strings.Contains(file, "$") || !c.Image.Released() || c.Container.At("command").Exists() || !c.mountsConfigMap() {
		return unseen
	}
	return &Unseen{Reason: file + " is under none of the container's mounts", Missing: true}
}

// mountsConfigMap says that one of the container's mounts is a ConfigMap.
func (c *Collector) mountsConfigMap() bool {
	for _, mount := range c.Container.At("volumeMounts").Items() {
		volume := c.volume(mount.At("name").Text())
		for _, projected := range volume.At("projected", "sources").Items() {
			if projected.At("configMap").Exists() {
				return true
			}
		}
		if volume.At("configMap").Exists() {
			return true
		}
	}
	return false
}

// heldBy is what a volume holds that is no ConfigMap.
func heldBy(volume Field) string {
	if name := volume.At("secret", "secretName").Text(); name != "" {
		return "Secret " + name
	}
	for _, kind := range volume.Keys() {
		if kind != "name" {
			return "volume " + volume.At("name").Text() + ", of kind " + kind
		}
	}
	return "a volume that the Pod does not define"
}

// allOf joins why none of several places has a config: it is missing where it is missing in
// each, and else may be in one that the input does not show.
func allOf(unseen []*Unseen) *Unseen {
	var reasons []string
	for _, u := range unseen {
		if !u.Missing {
			return u
		}
		reasons = append(reasons, u.Reason)
	}
	return &Unseen{Reason: strings.Join(reasons, ", and "), Missing: true}
}

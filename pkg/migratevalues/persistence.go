package migratevalues

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// officialPersistence makes of a StatefulSet's first volume claim the chart's own, and carries mounts and init containers over.
func (c *conversion) officialPersistence(s section, mode string, w *wanted) {
	of := s.sub("statefulset")
	claims, policy := of.list("volumeClaimTemplates"), of.text("podManagementPolicy")
	retention := of.sub("persistentVolumeClaimRetentionPolicy")
	of.rest()
	keep := retention.flag("enabled", false)
	deleted, scaled := retention.text("whenDeleted"), retention.text("whenScaled")
	retention.rest()
	switch {
	case mode != "statefulset":
		claims = nil
		if asks(of.values["volumeClaimTemplates"]) {
			of.note("volumeClaimTemplates", "the official chart reads it in mode statefulset alone: left out")
		}
	case len(claims) == 0:
		s.note("mode", "without a volume for each Pod a StatefulSet is a Deployment here: its Pods have no names that stay")
	case policy != "" && policy != "Parallel":
		of.note("podManagementPolicy", "Pods are started in parallel: left out")
	}
	if keep && len(claims) > 0 {
		c.retention(deleted, scaled)
	}
	c.claims(of.at("volumeClaimTemplates"), claims, w)
	c.mounts(s, "extraVolumeMounts", "initContainers", claims)
}

func (c *conversion) retention(deleted, scaled string) {
	for key, value := range map[string]string{"whenDeleted": deleted, "whenScaled": scaled} {
		if value != "" {
			c.set(value, "persistence", key)
		}
	}
}

// claims makes the first volume claim the one that the chart keeps queues on.
func (c *conversion) claims(path source.Path, claims []any, w *wanted) {
	if len(claims) == 0 {
		return
	}
	if len(claims) > 1 {
		c.left(path, "the chart has one volume for each Pod, and these are %d: the first is taken", len(claims))
	}
	c.set(true, "persistence", "enabled")
	spec := at(claims[0], "spec")
	for key, value := range map[string]any{
		"size": at(spec, "resources", "requests", "storage"), "storageClassName": at(spec, "storageClassName"), "accessModes": at(spec, "accessModes"),
	} {
		if !empty(value) {
			c.set(value, "persistence", key)
		}
	}
	c.note(path, "the volume is the chart's own, for queues: exporters keep what is not sent yet on it; data on the old volumes is not taken over")
	if at(c.out, "autoscaling", "enabled") == true {
		c.note(path, "with persistence nothing is scaled down, since the queue of a Pod that goes would stay on its volume, unsent: persistence.scaleDown: true scales down as it did")
	}
	if w != nil {
		w.presets = append(w.presets, presetComponent{kind: "extensions", id: "file_storage"})
	}
}

// mounts carries over what is mounted, but for volume claims, which the chart mounts itself.
func (c *conversion) mounts(s section, mounts, containers string, claims []any) {
	ofClaim := func(mount any) bool {
		for _, claim := range claims {
			if name := at(claim, "metadata", "name"); name != nil && at(mount, "name") == name {
				return true
			}
		}

		return false
	}
	for i, mount := range s.list(mounts) {
		if ofClaim(mount) {
			c.note(s.at(mounts).Join(source.Index(i)), "the chart mounts its volume at the directory of the extension file_storage: left out")

			continue
		}
		c.mount(s.at(mounts).Join(source.Index(i)), mount)
	}
	for i, container := range s.list(containers) {
		inside, _ := at(container, "volumeMounts").([]any)
		claimed := false
		for _, mount := range inside {
			claimed = claimed || ofClaim(mount)
		}
		if claimed {
			c.left(s.at(containers).Join(source.Index(i)), "left out, since it mounts the old volume: the chart's fsGroup lets the collector write there; bring the container back if it does more")

			continue
		}
		c.container("initContainers", s.at(containers).Join(source.Index(i)), container)
	}
}

// imageOf splits an image into repository, tag and digest.
func (c *conversion) image(reference string) {
	name, digest, _ := strings.Cut(reference, "@")
	tag := ""
	if i := strings.LastIndex(name, ":"); i > strings.LastIndex(name, "/") {
		name, tag = name[:i], name[i+1:]
	}
	c.set(repositoryOf(name), "image", "repository")
	if tag != "" {
		c.set(tag, "image", "tag")
	}
	if digest != "" {
		c.set(digest, "image", "digest")
	}
}

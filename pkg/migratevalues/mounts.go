package migratevalues

import (
	"path"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// mount carries a mount over that stands at a path of the file.
func (c *conversion) mount(path source.Path, mount any) {
	c.addTo("extraVolumeMounts", mount)
	c.mounted = append(c.mounted, path)
}

// leaveOutDerived takes out mounts at places where the chart mounts what the config needs itself.
func (c *conversion) leaveOutDerived(derived []collectorconfig.Mount) {
	mounts, _ := c.out["extraVolumeMounts"].([]any)
	kept, paths := []any{}, []source.Path{}
	var gone []string
	for i, mount := range mounts {
		at, _ := at(mount, "mountPath").(string)
		name, _ := mapping(mount)["name"].(string)
		place := slices.IndexFunc(derived, func(d collectorconfig.Mount) bool { return path.Clean(at) == d.MountPath })
		if place < 0 {
			kept, paths = append(kept, mount), append(paths, c.mounted[i])

			continue
		}
		gone = append(gone, name)
		switch from := c.hostPath(name); {
		case derived[place].Volume == "host" && from == path.Clean(at), derived[place].Volume == "root" && from == "/":
			c.note(c.mounted[i], "the chart mounts it itself, since the config needs it: left out")
		case derived[place].Volume == "state-host":
			c.note(c.mounted[i], "the chart has a folder of its own on the node for it: left out; what was kept begins anew")
		default:
			c.left(c.mounted[i], "left out: the chart mounts %s itself, from the node's own folder of that name or an empty volume; to use this volume, let the config name another folder", at)
		}
	}
	c.mounted = paths
	c.keep("extraVolumeMounts", kept)
	volumes, _ := c.out["extraVolumes"].([]any)
	c.keep("extraVolumes", slices.DeleteFunc(volumes, func(volume any) bool {
		name, _ := mapping(volume)["name"].(string)

		return slices.Contains(gone, name) && !mentions(c.out["extraVolumeMounts"], name) &&
			!mentions(c.out["extraContainers"], name) && !mentions(c.out["initContainers"], name)
	}))
}

func (c *conversion) keep(key string, list []any) {
	if len(list) == 0 {
		delete(c.out, key)
	} else {
		c.out[key] = list
	}
}

// hostPath is the folder of the node that a volume is; empty for any other.
func (c *conversion) hostPath(name string) string {
	volumes, _ := c.out["extraVolumes"].([]any)
	for _, volume := range volumes {
		if from, ok := at(volume, "hostPath", "path").(string); ok && mapping(volume)["name"] == name {
			return path.Clean(from)
		}
	}

	return ""
}

// Package hostpathwritable has the rule host-path-writable.
package hostpathwritable

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector may write into a folder of the node's system that it only reads.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-path-writable",
		Severity: lint.Warning,
		Summary:  "The collector may write into a folder of the node's system that it only reads.",
		Why:      "Whoever breaks into the container changes the node's files, or the logs that tell of it. Upstream's guides mount what is read read-only.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Settled() || deletes(c) {
			continue
		}
		for _, host := range c.HostMounts() {
			if host.Mount.At("readOnly").True() || !system(host.Path) || keeps(c, host.At) {
				continue
			}
			p.Report(c.Place(host.Mount, "extraVolumeMounts"),
				"%s mounts %s of the node at %s to write, and its config writes nothing there: set readOnly: true", c.Name(), host.Path, host.At).
				Set(c.Place(host.Mount.At("readOnly")), true)
		}
	}
}

// system tells of a folder of the node that the system and others write.
func system(folder string) bool {
	folder = path.Clean(folder)
	within := func(of string) bool { return folder == of || strings.HasPrefix(folder, of+"/") }

	return folder == "/" || folder == "/var" || folder == "/var/lib" || folder == "/run" ||
		slices.ContainsFunc([]string{"/etc", "/proc", "/sys", "/dev", "/boot", "/usr", "/var/log", "/var/lib/docker", "/var/lib/kubelet", "/var/lib/containerd"}, within)
}

// deletes tells whether a receiver deletes the files that it has read.
func deletes(c *lint.Collector) bool {
	return slices.ContainsFunc(c.Config.Components("receivers"), func(id string) bool {
		field := c.Config.At("receivers", id, "delete_after_read")

		return field.Exists() && field.Text() != "false"
	})
}

// keeps tells whether something but a receiver has to do with a folder of the container, or
// where it does is not known.
func keeps(c *lint.Collector, folder string) bool {
	found := false
	c.Config.Scalars(func(at []any, text string) {
		unknown := strings.HasPrefix(text, "${") && slices.ContainsFunc(at, writes)
		found = found || at[0] != "receivers" && (unknown || lint.Inside(folder, text))
	})
	for _, id := range c.Config.Components("extensions") {
		storage := lint.Canonical(component.Extension, id) == "file_storage" && !c.Config.At("extensions", id, "directory").Exists()
		found = found || storage && lint.Inside(folder, lint.StorageFolder)
	}

	return found
}

// writes tells a key that names what is written.
func writes(step any) bool {
	return slices.Contains([]any{"path", "directory", "output_paths", "error_output_paths"}, step)
}

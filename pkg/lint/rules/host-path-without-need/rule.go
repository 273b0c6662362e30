// Package hostpathwithoutneed has the rule host-path-without-need.
package hostpathwithoutneed

import (
	_ "embed"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: all of the node's files, or all of /etc or /var, are in the container, and nothing in the config reads them.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-path-without-need",
		Severity: lint.Warning,
		Summary:  "All of the node's files, or all of /etc or /var, are in the container, and nothing in the config reads them.",
		Why:      "There are the keys of the kubelet and the Secrets of every Pod of the node, for whoever breaks into the container, or has a receiver read a file.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Settled() {
			continue
		}
		for _, host := range c.HostMounts() {
			if slices.Contains([]string{"/", "/etc", "/var", "/var/lib", "/var/lib/kubelet"}, path.Clean(host.Path)) && !looksInto(c, host.At) {
				p.Report(c.Place(host.Mount, "extraVolumeMounts"),
					"%s mounts %s of the node at %s, and nothing in its config reads it: mount what is read alone, or nothing", c.Name(), host.Path, host.At)
			}
		}
	}
}

// file is the end of a key that names a file or a folder.
var file = regexp.MustCompile(`(?:file|filename|path|folder|directory)$`)

// looksInto tells whether the config, an argument or a variable of the container has to do with
// a folder, or might. Logs are links from one folder of the node into another.
func looksInto(c *lint.Collector, folder string) bool {
	found := c.Defines(component.Receiver, "file_log") || c.Defines(component.Receiver, "host_metrics")
	c.Config.Scalars(func(at []any, text string) {
		name, _ := at[len(at)-1].(string)
		found = found || lint.Inside(folder, text) || strings.HasPrefix(text, "${") && file.MatchString(name)
	})
	for _, list := range []string{"command", "args", "env"} {
		for _, item := range c.Container.At(list).Items() {
			found = found || strings.Contains(item.Text()+item.At("value").Text(), folder)
		}
	}

	return found
}

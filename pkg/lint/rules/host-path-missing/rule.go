// Package hostpathmissing has the rule host-path-missing.
package hostpathmissing

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a receiver reads files of the node that are not mounted.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-path-missing",
		Severity: lint.Error,
		Summary:  "A receiver reads files of the node that are not mounted.",
		Why:      "The container sees its own empty folder, and the receiver reads nothing, or the node's metrics are the container's.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/platforms/kubernetes/collector/components/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() {
			continue
		}
		for _, mount := range c.Derived.Mounts {
			volume := component.Volume(mount.Volume)
			if volume != component.HostVolume && volume != component.RootVolume {
				continue
			}
			if _, _, mounted := c.MountOf(mount.MountPath); mounted || c.MountsBelow(mount.MountPath) {
				continue
			}
			path := c.Config.PathOf(mount.MountPath)
			p.ReportConfig(c, path, nil, "%s is read, and %s mounts nothing there", mount.MountPath, c.Name())
		}
	}
}

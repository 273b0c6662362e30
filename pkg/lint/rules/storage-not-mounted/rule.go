// Package storagenotmounted has the rule storage-not-mounted.
package storagenotmounted

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a queue or checkpoint is kept in a folder where no volume is mounted.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "storage-not-mounted",
		Severity: lint.Error,
		Summary:  "A queue or checkpoint is kept in a folder where no volume is mounted.",
		Why:      "The image has no such folder, so the collector does not start; or what it keeps there goes with the container.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/extension/storage/filestorage/README.md",
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
			if volume == component.HostVolume || volume == component.RootVolume {
				continue
			}
			if _, _, mounted := c.MountOf(mount.MountPath); mounted {
				continue
			}
			path := c.Config.PathOf(mount.MountPath)
			p.ReportConfig(c, path, nil, "%s is written, and %s mounts nothing there", mount.MountPath, c.Name())
		}
	}
}

// Package mountpathtwice has the rule mount-path-twice.
package mountpathtwice

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: two volumes are mounted at the same path of the container.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "mount-path-twice",
		Severity: lint.Error,
		Summary:  "Two volumes are mounted at the same path of the container.",
		Why:      "The API server refuses the Pod, so that an install or upgrade fails, or no new Pod starts.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#volumes-1",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		first := map[string]string{}
		for _, mount := range c.Container.At("volumeMounts").Items() {
			path, name := mount.At("mountPath"), mount.At("name").Text()
			if other, twice := first[path.Text()]; twice && path.Exists() {
				p.Report(c.Place(path, "extraVolumeMounts"), "%s mounts the volume %s at %s, where %s is mounted already: leave one of them out",
					c.Name(), name, path.Text(), other)
			}
			first[path.Text()] = name
		}
	}
}

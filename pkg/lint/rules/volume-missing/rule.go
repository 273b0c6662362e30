// Package volumemissing has the rule volume-missing.
package volumemissing

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a container mounts a volume that its Pod does not have.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "volume-missing",
		Severity: lint.Error,
		Summary:  "A container mounts a volume that its Pod does not have.",
		Why:      "The API server refuses the workload; of a StatefulSet it refuses each Pod, so that none ever starts.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/storage/volumes/#background",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	seen := map[string]bool{}
	for _, c := range p.Collectors {
		if c.Operator || !c.Pod.Exists() || injected(c) {
			continue
		}
		volumes := volumesOf(c)
		spec := c.Pod.At("spec")
		for _, container := range append(spec.At("containers").Items(), spec.At("initContainers").Items()...) {
			for _, mount := range container.At("volumeMounts").Items() {
				field := mount.At("name")
				place := field.Position().String()
				if name := field.Text(); name == "" || slices.Contains(volumes, name) || seen[place] {
					continue
				}
				seen[place] = true
				p.Report(c.Place(field, "extraVolumeMounts"), "the container %s mounts the volume %s, and %s %s: add the volume, or name one of them",
					container.At("name").Text(), field.Text(), c.Name(), has(volumes))
			}
		}
	}
}

// volumesOf are the names of the volumes that each Pod has, those of a StatefulSet's claims with them.
func volumesOf(c *lint.Collector) []string {
	var names []string
	for _, volume := range c.Pod.At("spec", "volumes").Items() {
		names = append(names, volume.At("name").Text())
	}
	for _, claim := range c.Object.At("spec", "volumeClaimTemplates").Items() {
		names = append(names, claim.At("metadata", "name").Text())
	}
	return names
}

// injected says that something may add volumes before the Pod is judged: to those of a Deployment
// and the like nothing does, for their template is judged as it stands.
func injected(c *lint.Collector) bool {
	return c.Object.Ref.Kind != "Deployment" && c.Object.Ref.Kind != "DaemonSet" && c.Pod.At("metadata", "annotations").Len() > 0
}

func has(volumes []string) string {
	if len(volumes) == 0 {
		return "has none"
	}
	return "has " + strings.Join(volumes, ", ")
}

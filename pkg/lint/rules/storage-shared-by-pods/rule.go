// Package storagesharedbypods has the rule storage-shared-by-pods.
package storagesharedbypods

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: several Pods are to keep their queue or checkpoints in one volume.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "storage-shared-by-pods",
		Severity: lint.Error,
		Summary:  "Several Pods are to keep their queue or checkpoints in one volume.",
		Why:      "file_storage locks its files, and they have the same names in each Pod: the first Pod opens them, and every other one ends with a timeout, or waits for the volume. A Deployment that starts the new Pod before the old one goes stands still in the same way.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/extension/storage/filestorage/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, storage := range c.Storages() {
			if claim := storage.Volume.At("persistentVolumeClaim", "claimName"); claim.Exists() {
				judge(p, c, storage, claim)
			}
		}
	}
}

func judge(p *lint.Pass, c *lint.Collector, storage lint.Storage, claim lint.Field) {
	count, _, ok := p.Replicas(c)
	switch {
	case p.Several(c):
		p.Report(c.Place(claim),
			"all Pods of %s keep what %s holds in the volume of one claim, %s, and one alone can open it: run a StatefulSet with volumeClaimTemplates",
			c.Name(), storage.Extension, claim.Text())
	case ok && count == 1 && surges(c):
		p.Report(c.Place(c.Object.At("spec", "strategy")),
			"the new Pod of %s starts before the old one goes, and can't open what %s keeps in the volume of the claim %s: set the strategy to Recreate, or run a StatefulSet",
			c.Name(), storage.Extension, claim.Text())
	}
}

// surges tells whether a Deployment of one Pod starts the new one while the old one runs, as it does by default.
func surges(c *lint.Collector) bool {
	strategy := c.Object.At("spec", "strategy")
	if c.Object.Ref.Kind != "Deployment" || strategy.At("type").Text() == "Recreate" {
		return false
	}
	surge, away := strategy.At("rollingUpdate", "maxSurge").Text(), strategy.At("rollingUpdate", "maxUnavailable").Text()

	return surge != "0" && surge != "0%" && stays(away)
}

// stays tells of a number or percentage of Pods that may be away that it is none of one; Kubernetes rounds down.
func stays(away string) bool {
	return away == "" || away == "0" || strings.HasSuffix(away, "%") && away != "100%"
}

// Package resourcestoosmall has the rule resources-too-small.
package resourcestoosmall

import (
	_ "embed"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector's container has a limit too small to work with: 100m CPU or 64Mi memory, or less.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "resources-too-small",
		Severity: lint.Warning,
		Summary:  "The collector's container has a limit too small to work with: 100m CPU or 64Mi memory, or less.",
		Why:      "An idle collector takes about 50Mi; with 64Mi it is killed at the first burst, and with 100m CPU it is throttled until its probes fail.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	limits := []struct{ name, least string }{{"cpu", "100m"}, {"memory", "64Mi"}}
	for _, c := range p.Collectors {
		if !c.Runs() {
			continue
		}
		for _, limit := range limits {
			field := c.Resources().At("limits", limit.name)
			quantity, ok := field.Quantity()
			if ok && quantity.Cmp(resource.MustParse(limit.least)) <= 0 {
				p.Report(c.Place(field, lint.ValuesUp("resources.limits."+limit.name)...),
					"%s: a %s limit of %s is too small for a collector: give it more than %s",
					c.Name(), limit.name, field.Text(), limit.least)
			}
		}
	}
}

// Package requestsoverlimits has the rule requests-over-limits.
package requestsoverlimits

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a container requests more than its limit.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "requests-over-limits",
		Severity: lint.Error,
		Summary:  "A container requests more than its limit.",
		Why:      "The API server refuses such a Pod: the workload is there, and has no Pod.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Runs() {
			continue
		}
		requests, limits := c.Resources().At("requests"), c.Resources().At("limits")
		for _, name := range requests.Keys() {
			request, limit := requests.At(name), limits.At(name)
			lower, ok := request.Quantity()
			upper, also := limit.Quantity()
			if !ok || !also || lower.Cmp(upper) <= 0 {
				continue
			}
			values := append([]string{"resources.requests." + name, "resources.limits." + name}, lint.ValuesUp("resources")...)
			p.Report(c.Place(request, values...), "%s requests %s of %s, and the limit is %s: raise the limit, or lower the request",
				c.Name(), request.Text(), name, limit.Text()).
				Set(c.Place(limit, "resources.limits."+name), request.Text())
		}
	}
}

// Package poddisruptionbudgetmissing has the rule pod-disruption-budget-missing.
package poddisruptionbudgetmissing

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: no PodDisruptionBudget selects the Pods of a gateway.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "pod-disruption-budget-missing",
		Severity: lint.Warning,
		Summary:  "No PodDisruptionBudget selects the Pods of a gateway.",
		Why:      "A drain of nodes, as every cluster upgrade does, may then evict all replicas at once.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Gateways() {
		// The operator makes one of its own; a single replica has a rule of its own.
		if count, _, ok := p.Replicas(c); c.Operator || !ok || count < 2 {
			continue
		}
		if len(p.DisruptionBudgets(c)) == 0 {
			p.Report(c.Place(c.Object.At("spec"), "podDisruptionBudget.enabled", "podDisruptionBudget"),
				"no PodDisruptionBudget selects the Pods of %s: a drain may evict all of them at once", c.Name()).
				SetValue(c.Object, "podDisruptionBudget.enabled", true)
		}
	}
}

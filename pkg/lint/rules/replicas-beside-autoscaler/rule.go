// Package replicasbesideautoscaler has the rule replicas-beside-autoscaler.
package replicasbesideautoscaler

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a workload says how many Pods it has, and an autoscaler does too.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "replicas-beside-autoscaler",
		Severity: lint.Warning,
		Summary:  "A workload that an autoscaler scales sets its number of Pods itself.",
		Why:      "Each time the manifest is applied, the number goes back to it: under load, Pods end at once and the others take all of it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, c := range p.Collectors {
		if c.Mode != lint.Gateway || c.Operator || p.Repeated(c.Object) {
			continue
		}
		replicas := c.Object.At("spec", "replicas")
		count, ok := replicas.Int()
		// None switches the autoscaler off.
		if !ok || count == 0 {
			continue
		}
		for _, scaler := range p.Scalers(c) {
			most, _ := scaler.Most.Int()
			if least, _ := scaler.Least.Int(); least == most && count == most {
				continue
			}
			p.Report(c.Place(replicas, "replicas"), "%s %s decides how many Pods there are, and each time this is applied there are %d: leave spec.replicas out",
				scaler.Ref.Kind, scaler.Ref.Name, count).Drop(c.Place(replicas))
		}
	}
}

// Package noantiaffinityorspread has the rule no-anti-affinity-or-spread.
package noantiaffinityorspread

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: nothing spreads the Pods of a gateway over nodes.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "no-anti-affinity-or-spread",
		Severity: lint.Warning,
		Summary:  "Nothing spreads the Pods of a gateway over nodes.",
		Why:      "The replicas may all land on one node, and go with it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Gateways() {
		if count, _, ok := p.Replicas(c); !ok || count < 2 {
			continue
		}
		spec := c.Pod.At("spec")
		if c.Operator {
			spec = c.Container
		}
		if spec.At("affinity", "podAntiAffinity").Len() > 0 || spec.At("topologySpreadConstraints").Len() > 0 {
			continue
		}
		p.Report(c.Place(spec.At("topologySpreadConstraints"), "topologySpreadConstraints", "affinity.podAntiAffinity", "affinity"),
			"%s has neither Pod anti-affinity nor topology spread constraints: its replicas may share a node", c.Name())
	}
}

// Package poddisruptionbudgetblocksdrain has the rule pod-disruption-budget-blocks-drain.
package poddisruptionbudgetblocksdrain

import (
	_ "embed"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a PodDisruptionBudget lets no Pod of the collector be evicted.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "pod-disruption-budget-blocks-drain",
		Severity: lint.Warning,
		Summary:  "A PodDisruptionBudget lets no Pod of the collector be evicted.",
		Why:      "A node with such a Pod can't be drained: the cluster's upgrade waits for ever, or somebody forces it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/run-application/configure-pdb/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Mode != lint.Gateway || c.Operator || !c.Pod.Exists() {
			continue
		}
		count, _, ok := p.Replicas(c)
		if !ok || count == 0 {
			continue
		}
		for _, budget := range p.DisruptionBudgets(c) {
			if field, value, blocks := blocking(budget, count); blocks {
				at := lint.Place{Object: budget, Field: field, Values: lint.ValuesUp("podDisruptionBudget." + value)}
				finding := p.Report(at,
					"with %d Pods of %s, %s: %s lets none be evicted, so their nodes can't be drained",
					count, c.Name(), value, field.Text())
				switch {
				case value == "maxUnavailable":
					finding.Set(at, 1)
				case count > 1:
					finding.Set(at, int(count-1))
				}
			}
		}
	}
}

// blocking is the field of a budget that lets none of count Pods go.
func blocking(budget *lint.Object, count int64) (lint.Field, string, bool) {
	if field := budget.At("spec", "maxUnavailable"); field.Exists() {
		// Kubernetes rounds percentages up.
		most, ok := share(field.Text(), count)
		return field, "maxUnavailable", ok && most <= 0
	}
	field := budget.At("spec", "minAvailable")
	least, ok := share(field.Text(), count)
	return field, "minAvailable", ok && least >= count
}

// share is a number, or a percentage of count rounded up.
func share(text string, count int64) (int64, bool) {
	percentage, isShare := strings.CutSuffix(text, "%")
	number, err := strconv.ParseInt(percentage, 10, 64)
	if isShare {
		number = (number*count + 99) / 100
	}
	return number, err == nil
}

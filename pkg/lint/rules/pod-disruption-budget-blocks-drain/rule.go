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
		if c.Mode != lint.Gateway || !c.Operator && !c.Pod.Exists() {
			continue
		}
		count, _, ok := p.Replicas(c)
		if !ok || count == 0 {
			continue
		}
		for _, budget := range budgets(p, c) {
			if field, value, blocks := blocking(budget.Field, count); blocks {
				at := lint.Place{Object: budget.Object, Field: field, Values: lint.ValuesUp("podDisruptionBudget." + value)}
				finding := p.Report(at, "with %s of %s, %s: %s lets none be evicted, so their nodes can't be drained",
					pods(count), c.Name(), value, field.Text())
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

func pods(count int64) string {
	if count == 1 {
		return "a single Pod"
	}
	return strconv.FormatInt(count, 10) + " Pods"
}

// budgets are the places of the fields of the budgets for a collector's Pods. The operator makes one of what the
// OpenTelemetryCollector says.
func budgets(p *lint.Pass, c *lint.Collector) []lint.Place {
	if c.Operator {
		return []lint.Place{c.Place(c.Container.At("podDisruptionBudget"))}
	}
	var found []lint.Place
	for _, budget := range p.DisruptionBudgets(c) {
		found = append(found, lint.Place{Object: budget, Field: budget.At("spec")})
	}
	return found
}

// blocking is the field of a budget that lets none of count Pods go.
func blocking(budget lint.Field, count int64) (lint.Field, string, bool) {
	if field := budget.At("maxUnavailable"); field.Exists() {
		// Kubernetes rounds percentages up.
		most, ok := share(field.Text(), count)
		return field, "maxUnavailable", ok && most <= 0
	}
	field := budget.At("minAvailable")
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

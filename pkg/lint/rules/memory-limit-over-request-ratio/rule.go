// Package memorylimitoverrequestratio has the rule memory-limit-over-request-ratio.
package memorylimitoverrequestratio

import (
	_ "embed"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the memory limit is more than 4 times the request.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "memory-limit-over-request-ratio",
		Severity: lint.Warning,
		Summary:  "The memory limit is more than 4 times the request.",
		Why:      "The scheduler counts the request alone. Where Pods use far more than they asked for, the node runs out of memory and kills some, and memory can't be throttled.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
		Run:      run,
	}
}

// most is how many times its request a limit may be.
const most = 4

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Runs() {
			continue
		}
		limit, request := c.Resources().At("limits", "memory"), c.Resources().At("requests", "memory")
		upper, ok := limit.Quantity()
		lower, also := request.Quantity()
		if !ok || !also || lower.IsZero() {
			continue
		}
		if ratio := upper.AsApproximateFloat64() / lower.AsApproximateFloat64(); ratio > most {
			p.Report(c.Place(limit, append([]string{"resources.limits.memory", "resources.requests.memory"}, lint.ValuesUp("resources")...)...),
				"%s: the memory limit %s is %.1f times the request %s: keep it within %d times",
				c.Name(), limit.Text(), ratio, request.Text(), most).
				Set(c.Place(request, "resources.requests.memory"), resource.NewQuantity(upper.Value()/most, resource.BinarySI).String())
		}
	}
}

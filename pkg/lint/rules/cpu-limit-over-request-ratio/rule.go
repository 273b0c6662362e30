// Package cpulimitoverrequestratio has the rule cpu-limit-over-request-ratio.
package cpulimitoverrequestratio

import (
	_ "embed"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the CPU limit is more than 5 times the request.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "cpu-limit-over-request-ratio",
		Severity: lint.Warning,
		Summary:  "The CPU limit is more than 5 times the request.",
		Why:      "The node is promised the request alone: what lies far above it is there only while nobody else wants it, so load tests pass and the busy hour throttles.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
		Run:      run,
	}
}

// most is how many times its request a limit may be.
const most = 5

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Runs() {
			continue
		}
		limit, request := c.Resources().At("limits", "cpu"), c.Resources().At("requests", "cpu")
		upper, ok := limit.Quantity()
		lower, also := request.Quantity()
		if !ok || !also || lower.IsZero() {
			continue
		}
		if ratio := upper.AsApproximateFloat64() / lower.AsApproximateFloat64(); ratio > most {
			p.Report(c.Place(limit, append([]string{"resources.limits.cpu", "resources.requests.cpu"}, lint.ValuesUp("resources")...)...),
				"%s: the CPU limit %s is %.1f times the request %s: keep it within %d times",
				c.Name(), limit.Text(), ratio, request.Text(), most).
				Set(c.Place(request, "resources.requests.cpu"), resource.NewMilliQuantity(upper.MilliValue()/most, resource.DecimalSI).String())
		}
	}
}

// Package autoscalerboundscrossed has the rule autoscaler-bounds-crossed.
package autoscalerboundscrossed

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an autoscaler's least number of Pods is more than its most.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "autoscaler-bounds-crossed",
		Severity: lint.Error,
		Summary:  "An autoscaler is to keep more Pods at the least than at the most.",
		Why:      "The API server refuses such a HorizontalPodAutoscaler, and the installation or upgrade fails; KEDA and the OpenTelemetry operator make none.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/reference/kubernetes-api/autoscaling/horizontal-pod-autoscaler-v2/",
		Run:      run,
	}
}

// mostOfKEDA is the bound of a ScaledObject that names none.
const mostOfKEDA = 100

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, c := range p.Collectors {
		for _, scaler := range p.Scalers(c) {
			least, known := scaler.Least.Int()
			most, bounded := scaler.Most.Int()
			if !scaler.Most.Exists() && scaler.Ref.Kind == "ScaledObject" {
				most, bounded = mostOfKEDA, true
			}
			if known && bounded && least > most {
				p.Report(lint.Place{Object: scaler.Object, Field: scaler.Least, Values: []string{"autoscaling.minReplicas", "autoscaling.maxReplicas"}},
					"%s %s keeps %d Pods at the least and %d at the most: raise the one or lower the other", scaler.Ref.Kind, scaler.Ref.Name, least, most)
			}
		}
	}
}

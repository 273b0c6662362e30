// Package componentnotindistribution has the rule component-not-in-distribution.
package componentnotindistribution

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the image's distribution does not have a component.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "component-not-in-distribution",
		Severity: lint.Error,
		Summary:  "The image's distribution does not have a component.",
		Why:      "Each distribution is built with its own set; a config that uses another component does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-releases/tree/main/distributions",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeNotInDistribution)
}

// Package unusedcomponent has the rule unused-component.
package unusedcomponent

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component is defined and named by no pipeline.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "unused-component",
		Severity: lint.Warning,
		Summary:  "A component is defined and named by no pipeline.",
		Why:      "The collector starts without it and says nothing: data is not received, changed or sent as the config seems to say.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeUnused)
}

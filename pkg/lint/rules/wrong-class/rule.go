// Package wrongclass has the rule wrong-class.
package wrongclass

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component stands in the section, or the list, of another class.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "wrong-class",
		Severity: lint.Error,
		Summary:  "A component stands in the section, or the list, of another class.",
		Why:      "A receiver among the exporters is unknown to the collector, which does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeWrongClass)
}

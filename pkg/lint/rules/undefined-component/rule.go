// Package undefinedcomponent has the rule undefined-component.
package undefinedcomponent

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a pipeline, service.extensions or a component names a component, or a connector a pipeline, that the config does not
// define.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "undefined-component",
		Severity: lint.Error,
		Summary:  "A pipeline, service.extensions or a component names a component, or a connector a pipeline, that the config does not define.",
		Why:      "The collector refuses such a config at start, and the Pod ends in a crash loop.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeUndefined)
}

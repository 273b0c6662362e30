// Package removedcomponent has the rule removed-component.
package removedcomponent

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the image's version no longer has a component.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "removed-component",
		Severity: lint.Error,
		Summary:  "The image's version no longer has a component.",
		Why:      "The collector refuses a config with a type that it does not know. Upgrades remove components, such as the jaeger exporter in 0.85.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeRemovedComponent)
}

// Package deprecatedcomponentname has the rule deprecated-component-name.
package deprecatedcomponentname

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component is written by an old name, which the image still takes.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "deprecated-component-name",
		Severity: lint.Info,
		Summary:  "A component is written by an old name, which the image still takes.",
		Why:      "Old names are aliases for a while; an upgrade that drops them stops the collector.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeDeprecatedName)
}

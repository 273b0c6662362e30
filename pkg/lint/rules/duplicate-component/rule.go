// Package duplicatecomponent has the rule duplicate-component.
package duplicatecomponent

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: two ids of a section are the same to the collector.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "duplicate-component",
		Severity: lint.Error,
		Summary:  "Two ids of a section are the same to the collector.",
		Why:      "The collector ignores the spaces around an id and refuses a config in which two ids become one.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeDuplicate)
}

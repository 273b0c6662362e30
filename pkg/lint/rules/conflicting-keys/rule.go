// Package conflictingkeys has the rule conflicting-keys.
package conflictingkeys

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component has keys that exclude one another.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "conflicting-keys",
		Severity: lint.Error,
		Summary:  "A component has keys that exclude one another.",
		Why:      "The collector does not start: it cannot tell which of both is meant, such as a token and a file with one.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeConflictingKeys)
}

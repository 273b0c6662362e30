// Package wrongtype has the rule wrong-type.
package wrongtype

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a value of a component is of another type than it takes.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "wrong-type",
		Severity: lint.Error,
		Summary:  "A value of a component is of another type than it takes.",
		Why:      "The collector does not start with a list where it wants a map, a text where it wants a number, or 30 where it wants 30s.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeWrongType)
}

// Package invalidvalue has the rule invalid-value.
package invalidvalue

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a word stands where a component takes others, or a regular expression is none.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-value",
		Severity: lint.Error,
		Summary:  "A word stands where a component takes others, or a regular expression is none.",
		Why: "The collector does not start with a compression, detector, action or sampling policy that it does not know, nor with a " +
			"regular expression that Go does not compile.",
		Bad:  bad,
		Good: good,
		Docs: "https://opentelemetry.io/docs/collector/configuration/",
		Run:  run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeInvalidValue)
}

// Package badenvsyntax has the rule bad-env-syntax.
package badenvsyntax

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a reference to an environment variable is written wrong.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "bad-env-syntax",
		Severity: lint.Error,
		Summary:  "A reference to an environment variable is written wrong.",
		Why:      "The collector reads ${env:NAME} and ${env:NAME:-default}; anything else stays in the value as text or stops the start. Before 0.104 it read $NAME too, and put nothing in the place of $1.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeEnvSyntax)
}

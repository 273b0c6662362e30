// Package invalidconfig has the rule invalid-config.
package invalidconfig

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a part of the config has a shape that the collector does not read.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-config",
		Severity: lint.Error,
		Summary:  "A part of the config has a shape that the collector does not read.",
		Why:      "A list where a map is wanted, or the like, is refused at start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeInvalidConfig)
}

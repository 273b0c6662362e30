// Package missingservice has the rule missing-service.
package missingservice

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the config has no service section.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "missing-service",
		Severity: lint.Error,
		Summary:  "The config has no service section.",
		Why:      "Only what service.pipelines names runs, so nothing in this config does.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeMissingService)
}

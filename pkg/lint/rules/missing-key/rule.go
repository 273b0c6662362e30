// Package missingkey has the rule missing-key.
package missingkey

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component lacks a key that it needs.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "missing-key",
		Severity: lint.Error,
		Summary:  "A component lacks a key that it needs.",
		Why:      "The collector does not start with an exporter that has no endpoint, a certificate without its key, or a memory limiter without a limit.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeMissingKey)
}

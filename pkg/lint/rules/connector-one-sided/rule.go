// Package connectoronesided has the rule connector-one-sided.
package connectoronesided

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a connector stands only among exporters, only among receivers, or not among those of a pipeline that it sends to.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "connector-one-sided",
		Severity: lint.Error,
		Summary:  "A connector stands only among exporters, only among receivers, or not among those of a pipeline that it sends to.",
		Why:      "A connector ends one pipeline and begins another; with one side missing the collector does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeOneSided)
}

// Package connectorsignals has the rule connector-signals.
package connectorsignals

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a connector joins pipelines of signals that it does not translate.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "connector-signals",
		Severity: lint.Error,
		Summary:  "A connector joins pipelines of signals that it does not translate.",
		Why:      "span_metrics makes metrics of traces and nothing else; the collector refuses other pairs.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeConnectorSignals)
}

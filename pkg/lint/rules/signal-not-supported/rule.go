// Package signalnotsupported has the rule signal-not-supported.
package signalnotsupported

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component stands in a pipeline of a signal that it does not handle.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "signal-not-supported",
		Severity: lint.Error,
		Summary:  "A component stands in a pipeline of a signal that it does not handle.",
		Why:      "The collector finds out when it builds the pipelines, and does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeSignal)
}

// Package unknownsignal has the rule unknown-signal.
package unknownsignal

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a pipeline is named after no signal.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "unknown-signal",
		Severity: lint.Error,
		Summary:  "A pipeline is named after no signal.",
		Why:      "The part of a pipeline's id before the slash is the signal, and the collector refuses others than traces, metrics, logs and profiles.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeUnknownSignal)
}

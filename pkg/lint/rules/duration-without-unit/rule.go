// Package durationwithoutunit has the rule duration-without-unit.
package durationwithoutunit

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a duration is a number without a unit.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "duration-without-unit",
		Severity: lint.Warning,
		Summary:  "A duration is a number without a unit, which counts nanoseconds.",
		Why:      "The collector takes it, and a timeout of 30 has run out before a request is sent.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://pkg.go.dev/time#ParseDuration",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeDurationWithoutUnit)
}

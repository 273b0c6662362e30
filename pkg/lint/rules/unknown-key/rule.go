// Package unknownkey has the rule unknown-key.
package unknownkey

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component has a key that it does not know.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "unknown-key",
		Severity: lint.Error,
		Summary:  "A component has a key that it does not know.",
		Why:      "The collector decodes most components strictly: one misspelt key stops the start. Where it does not, the key does nothing.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeUnknownKey)
}

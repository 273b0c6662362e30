// Package connectorcycle has the rule connector-cycle.
package connectorcycle

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: connectors lead a pipeline back into itself.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "connector-cycle",
		Severity: lint.Error,
		Summary:  "Connectors lead a pipeline back into itself.",
		Why:      "Data would go round for ever, so the collector refuses the config.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeConnectorCycle)
}

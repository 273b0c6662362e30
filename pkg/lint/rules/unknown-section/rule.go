// Package unknownsection has the rule unknown-section.
package unknownsection

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the config has a section that no collector knows.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "unknown-section",
		Severity: lint.Error,
		Summary:  "The config has a section that no collector knows.",
		Why:      "The collector decodes strictly: a misspelt section stops the start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeUnknownSection)
}

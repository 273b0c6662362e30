// Package emptypipeline has the rule empty-pipeline.
package emptypipeline

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a pipeline has no receivers or no exporters, or there is no pipeline.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "empty-pipeline",
		Severity: lint.Error,
		Summary:  "A pipeline has no receivers or no exporters, or there is no pipeline.",
		Why:      "The collector refuses a pipeline that nothing feeds or that leads nowhere.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeEmptyPipeline)
}

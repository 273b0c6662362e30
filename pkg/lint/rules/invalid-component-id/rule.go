// Package invalidcomponentid has the rule invalid-component-id.
package invalidcomponentid

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an id is not type or type/name.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-component-id",
		Severity: lint.Error,
		Summary:  "An id is not type or type/name.",
		Why:      "The collector refuses ids with spaces, symbols or an empty part.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeInvalidID)
}

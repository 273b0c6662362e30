// Package invalidstatement has the rule invalid-statement.
package invalidstatement

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a statement or a condition is no OTTL.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-statement",
		Severity: lint.Error,
		Summary:  "A statement or a condition of a filter, transform or tail_sampling processor, or of the routing connector, is no OTTL.",
		Why: "The collector does not start with a function or a path that it does not know. The statements are judged by the " +
			"processors' own code of one version; for images of others it is a warning.",
		Bad:  bad,
		Good: good,
		Docs: "https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/pkg/ottl",
		Run:  run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeInvalidStatement)
}

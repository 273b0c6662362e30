// Package bareenvreference has the rule bare-env-reference.
package bareenvreference

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a variable is named without braces, which collectors since 0.104 don't expand.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "bare-env-reference",
		Severity: lint.Warning,
		Summary:  "A variable is named without braces, which collectors since 0.104 don't expand.",
		Why:      "Older collectors put the variable's value there; newer ones keep the text, and so send to a host that is called $BACKEND.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/#environment-variables",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeBareEnv)
}

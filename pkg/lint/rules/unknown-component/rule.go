// Package unknowncomponent has the rule unknown-component.
package unknowncomponent

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component is known to no version, or only to newer ones than the image.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "unknown-component",
		Severity: lint.Warning,
		Summary:  "A component is known to no version, or only to newer ones than the image.",
		Why:      "A misspelt type stops the start. A component that is merely not in this program's table is worth knowing, no more.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/ecosystem/registry/?component=&language=collector",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		for _, problem := range c.Problems {
			if problem.Code == collectorconfig.CodeUnknownComponent {
				p.ReportProblem(c, problem, severity(problem))
			}
		}
	}
}

// severity is Error where the image's version is too old and where the name is all but a
// known one, Warning where one is near, and Info where the table may just not have it.
func severity(problem lint.Problem) lint.Severity {
	switch {
	case strings.HasPrefix(problem.Hint, "use an image of"), problem.Misspelt:
		return lint.Error
	case problem.Hint != "":
		return lint.Warning
	default:
		return lint.Info
	}
}

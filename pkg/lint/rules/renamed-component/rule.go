// Package renamedcomponent has the rule renamed-component.
package renamedcomponent

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the image's version knows a component by another name.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "renamed-component",
		Severity: lint.Error,
		Summary:  "The image's version knows a component by another name.",
		Why:      "Components were renamed from 0.144 on. An older image does not know the new names, and does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeRenamedComponent)
}

// Package keynotinversion has the rule key-not-in-version.
package keynotinversion

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component has a key that the image's version does not have yet, or no longer.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "key-not-in-version",
		Severity: lint.Error,
		Summary:  "A component has a key that the image's version does not have yet, or no longer.",
		Why:      "The collector decodes a component strictly: a key of another version stops the start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/CHANGELOG.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeKeyNotInVersion)
}

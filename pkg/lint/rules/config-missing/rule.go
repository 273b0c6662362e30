// Package configmissing has the rule config-missing.
package configmissing

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a collector is told to read a config that is not there.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "config-missing",
		Severity: lint.Error,
		Summary:  "A collector is told to read a config that is not there.",
		Why:      "The collector stops at start, or the Pod waits for its volume for ever. Nothing else about the config was judged.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/#location",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Unseen != nil && c.Unseen.Missing {
			p.Report(c.Place(c.Unseen.Field), "%s does not find its config and does not start: %s", c.Name(), c.Unseen.Reason)
		}
	}
}

// Package confignotshown has the rule config-not-shown.
package confignotshown

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the input does not show a collector's config.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "config-not-shown",
		Severity: lint.Info,
		Summary:  "The input does not show a collector's config.",
		Why:      "What is not shown can't be judged: ports, rights, memory and pipelines pass unseen. Give lint the ConfigMap too, or the whole release.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/#location",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Unseen != nil && !c.Unseen.Missing {
			p.Report(c.Place(c.Unseen.Field), "the config of %s is not in the input (%s): no rule about its pipelines ran", c.Name(), c.Unseen.Reason)
		}
	}
}

// Package extensionnotenabled has the rule extension-not-enabled.
package extensionnotenabled

import (
	_ "embed"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component names an extension that is defined and that service.extensions does not enable.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "extension-not-enabled",
		Severity: lint.Error,
		Summary:  "A component names an extension that is defined and that service.extensions does not enable.",
		Why:      "The collector makes only the extensions of service.extensions. It looks for a storage, an authenticator or an observer among them at start and stops where it is missing; `otelcol validate` does not see it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/#extensions",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		all := enabled(c)
		for _, problem := range c.Problems {
			if problem.Code != collectorconfig.CodeNotEnabled {
				continue
			}
			finding := p.ReportProblem(c, problem, "")
			if problem.Field.Text() != "" {
				finding.Set(c.ConfigPlace("service", "extensions"), all)
			}
		}
	}
}

// enabled are the extensions that the service enables, and then those that it should.
func enabled(c *lint.Collector) []any {
	var all []any
	if c.Config == nil {
		return nil
	}
	for _, id := range c.Config.UsedIn("extensions") {
		all = append(all, id)
	}
	for _, problem := range c.Problems {
		if id := problem.Field.Text(); problem.Code == collectorconfig.CodeNotEnabled && id != "" && !slices.Contains(all, any(id)) {
			all = append(all, id)
		}
	}

	return all
}

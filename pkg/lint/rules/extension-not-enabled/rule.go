// Package extensionnotenabled has the rule extension-not-enabled.
package extensionnotenabled

import (
	_ "embed"

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
		for _, problem := range c.Problems {
			if problem.Code != collectorconfig.CodeNotEnabled {
				continue
			}
			finding := p.ReportProblem(c, problem, "")
			if id := problem.Field.Text(); id != "" {
				enabled := []any{}
				for _, other := range c.Config.UsedIn("extensions") {
					enabled = append(enabled, other)
				}
				finding.Set(c.ConfigPlace("service", "extensions"), append(enabled, id))
			}
		}
	}
}

// Package apiversiondeprecated has the rule api-version-deprecated.
package apiversiondeprecated

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an OpenTelemetryCollector is of the version v1alpha1 of its API, which the operator deprecates.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "api-version-deprecated",
		Severity: lint.Info,
		Summary:  "An OpenTelemetryCollector is of the version v1alpha1 of its API, which the operator deprecates.",
		Why:      "The API server warns of it at each apply, and a later operator will not serve it. In v1beta1 the config is a map, so that a fault in it shows at once.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-operator/blob/main/docs/reference/crd-changelog.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Operator && c.Object.Ref.APIVersion == "opentelemetry.io/v1alpha1" {
			p.Report(c.Place(c.Object.At("apiVersion")),
				"%s is of opentelemetry.io/v1alpha1, which is deprecated: write it as opentelemetry.io/v1beta1, with the config as a map", c.Name())
		}
	}
}

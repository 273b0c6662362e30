// Package imagenotonregistry has the rule image-not-on-registry.
package imagenotonregistry

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: upstream does not publish the image on that registry.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "image-not-on-registry",
		Severity: lint.Error,
		Summary:  "Upstream does not publish the image on that registry.",
		Why:      "The repositories otel/opentelemetry-collector* are Docker Hub's; on ghcr.io the images stand below open-telemetry/opentelemetry-collector-releases. A Pod whose image can't be pulled does not start.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-releases#readme",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		name, ok := strings.CutPrefix(c.Image.Name, "ghcr.io/otel/opentelemetry-collector")
		if !ok || !c.Runs() {
			continue
		}
		name, _, _ = strings.Cut(name, "@")
		name, _, _ = strings.Cut(name, ":")
		p.Report(c.Place(c.Container.At("image"), "image.repository", "image.registry"),
			"ghcr.io has no otel/opentelemetry-collector%[1]s: take docker.io/otel/opentelemetry-collector%[1]s, or ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector%[1]s", name)
	}
}

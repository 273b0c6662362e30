// Package healthprobemissing has the rule health-probe-missing.
package healthprobemissing

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector has no liveness or readiness probe.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "health-probe-missing",
		Severity: lint.Warning,
		Summary:  "The collector has no liveness or readiness probe.",
		Why:      "A collector that hangs is not restarted, and one that is not ready gets data, which is lost or refused.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/extension/healthcheckextension/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		// The operator adds them; an application's Pod is not to wait for its sidecar.
		if !c.Pod.Exists() || c.Mode != lint.Gateway && c.Mode != lint.DaemonSet || c.Operator {
			continue
		}
		if c.Container.At("livenessProbe").Len() > 0 || c.Container.At("readinessProbe").Len() > 0 {
			continue
		}
		p.Report(c.Place(c.Container.At("livenessProbe"),
			"without.extensions.health_check", "livenessProbe", "readinessProbe",
			"config.extensions.health_check.endpoint", "config.extensions.health_check"),
			"%s has neither a liveness nor a readiness probe: probe its health_check extension", c.Name())
	}
}

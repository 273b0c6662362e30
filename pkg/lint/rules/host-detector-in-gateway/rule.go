// Package hostdetectoringateway has the rule host-detector-in-gateway.
package hostdetectoringateway

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a gateway takes its own host for that of what it forwards.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-detector-in-gateway",
		Severity: lint.Warning,
		Summary:  "A gateway gives its own Pod as the host to whatever names none.",
		Why:      "The detector system finds the name of the collector's Pod. A gateway writes it as host.name to the telemetry of others, so that the metrics of many hosts become one series.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Gateways() {
		if c.Config == nil {
			continue
		}
		for _, id := range c.Config.UsedIn("processors") {
			if lint.Canonical(component.Processor, id) != "resource_detection" {
				continue
			}
			named := c.Config.At("processors", id, "system", "resource_attributes", "host.name", "enabled")
			for i, detector := range c.Config.At("processors", id, "detectors").Texts() {
				if detector == "system" && named.Text() != "false" {
					p.ReportConfig(c, []any{"processors", id, "detectors", i}, nil,
						"%s of %s gives the name of its Pod as host.name to all that it forwards without one: detect the host where the telemetry is made", id, c.Name())
				}
			}
		}
	}
}

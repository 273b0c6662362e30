// Package hostdetectoringateway has the rule host-detector-in-gateway.
package hostdetectoringateway

import (
	_ "embed"
	"slices"

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
		Summary:  "A gateway gives its own Pod as the host to what it forwards.",
		Why:      "The detector system finds the name of the collector's Pod. A gateway writes it as host.name to the telemetry of others, over the right one too unless override is false, so that the metrics of many hosts become one series.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/resourcedetectionprocessor",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Gateways() {
		// In the host's network it is the node's name, which is another's too.
		if c.Config == nil || c.Pod.At("spec", "hostNetwork").True() || c.Operator && c.Container.At("hostNetwork").True() {
			continue
		}
		for _, id := range c.Config.UsedIn("processors") {
			if lint.Canonical(component.Processor, id) == "resource_detection" && namesHost(c, id) {
				report(p, c, id)
			}
		}
	}
}

// namesHost tells whether the processor may write host.name.
func namesHost(c *lint.Collector, id string) bool {
	if c.Config.At("processors", id, "system", "resource_attributes", "host.name", "enabled").Text() == "false" {
		return false
	}
	attributes := c.Config.At("processors", id, "attributes")

	return !attributes.Exists() || slices.Contains(attributes.Texts(), "host.name")
}

func report(p *lint.Pass, c *lint.Collector, id string) {
	which := "all that it forwards"
	if c.Config.At("processors", id, "override").Text() == "false" {
		which += " without one"
	}
	for i, detector := range c.Config.At("processors", id, "detectors").Texts() {
		if detector == "system" {
			p.ReportConfig(c, []any{"processors", id, "detectors", i}, nil,
				"%s of %s gives the name of its Pod as host.name to %s: detect the host where the telemetry is made", id, c.Name(), which)
		}
	}
}

// Package stateinmanypods has the rule state-in-many-pods.
package stateinmanypods

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

// Rule finds it: a processor that remembers each series runs in several Pods that share its points.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "state-in-many-pods",
		Severity: lint.Info,
		Summary:  "A processor that remembers each series runs in several Pods that share its points.",
		Why:      "The points of a series that reach another Pod are missing in the first one's sum or difference, and both send the series: its values jump. A sender keeps to one Pod only as long as its connection lasts. A gateway of several Pods needs senders that choose the Pod by the series, as load_balancing does.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/scaling/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !p.Several(c) || balanced(p) || sticky(p, c) {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			for _, step := range c.Config.Steps(pipeline, "processors") {
				if remembers(step.ID) && c.ReceivesFromNetwork(pipeline) {
					p.ReportConfig(c, []any{"processors", step.ID}, nil,
						"%s remembers each series, and runs in %s, of several Pods: senders have to choose the Pod by the series, as an agent with load_balancing and routing_key: streamID does",
						step.ID, c.Name())
				}
			}
		}
	}
}

// remembers tells whether what a processor makes of a point depends on those before.
func remembers(id string) bool {
	return slices.Contains([]string{"cumulative_to_delta", "delta_to_cumulative", "metric_start_time"}, lint.Canonical(component.Processor, id))
}

// sticky tells whether a Service leads a sender to one Pod.
func sticky(p *lint.Pass, c *lint.Collector) bool {
	return slices.ContainsFunc(p.Services(c), func(service *lint.Object) bool {
		return service.At("spec", "sessionAffinity").Text() == "ClientIP"
	})
}

// balanced tells whether a collector of the input chooses where to send metrics, or may: its config is not shown.
func balanced(p *lint.Pass) bool {
	for _, c := range p.Collectors {
		if c.Config == nil {
			return true
		}
		for _, pipeline := range c.Config.Pipelines() {
			for _, step := range c.Config.Steps(pipeline, "exporters") {
				if lint.Type(pipeline) == "metrics" && lint.Canonical(component.Exporter, step.ID) == "load_balancing" {
					return true
				}
			}
		}
	}

	return false
}

// Package tracesinpieces has the rule traces-in-pieces.
package tracesinpieces

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: several Pods judge a trace, each by its part of it.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "traces-in-pieces",
		Severity: lint.Warning,
		Summary:  "Tail sampling runs in several Pods, each of which sees a part of a trace.",
		Why:      "Spans of a trace come from several nodes, and a Pod judges the trace by those that reach it: some Pods keep their part, and others drop theirs. A gateway of several Pods needs senders that choose the Pod by the trace, as load_balancing does; where the input does not show them, it is an info.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/processor/tailsamplingprocessor",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, id := range c.Config.UsedIn("processors") {
			if lint.Canonical(component.Processor, id) == "tail_sampling" {
				report(p, c, id)
			}
		}
	}
}

func report(p *lint.Pass, c *lint.Collector, id string) {
	path, keys := []any{"processors", id}, []string{"config.processors." + id, "presets.tailSampling.enabled"}
	if c.Mode == lint.DaemonSet {
		p.ReportConfig(c, path, keys,
			"%s runs on each node, and spans of a trace come from several: run it in a gateway, and send there with load_balancing", id)

		return
	}
	count, place, ok := p.Replicas(c)
	// An autoscaler says how few there are.
	if scaled := place.Object != c.Object; !ok || count < 2 && !scaled || balanced(p) {
		return
	}
	field := c.Config.At(path...)
	p.Report(lint.Place{Object: c.Config.ObjectOf(field), Field: field, Values: append(keys, lint.ConfigValues(path...)...), Severity: lint.Info},
		"%s runs in %s, of several Pods: senders have to choose the Pod by the trace, as an agent with load_balancing does", id, c.Name())
}

// balanced tells whether a collector of the input sends by the trace.
func balanced(p *lint.Pass) bool {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			for _, id := range c.Config.At("service", "pipelines", pipeline, "exporters").Texts() {
				key := c.Config.At("exporters", id, "routing_key").Text()
				if lint.Type(pipeline) == "traces" && lint.Canonical(component.Exporter, id) == "load_balancing" && (key == "" || key == "traceID") {
					return true
				}
			}
		}
	}

	return false
}

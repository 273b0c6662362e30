// Package attributeusedbeforeitisset has the rule attribute-used-before-it-is-set.
package attributeusedbeforeitisset

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

// Rule finds it: a processor asks for an attribute that k8s_attributes sets behind it.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "attribute-used-before-it-is-set",
		Severity: lint.Warning,
		Summary:  "A processor asks for an attribute that k8s_attributes sets behind it.",
		Why:      "Processors run in the order of the list. What is asked for before it is there never matches: the filter drops nothing or everything, the policy keeps no trace. Of an attribute that senders may set too, as an SDK does with the namespace, it is an info.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/k8sattributesprocessor/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	enriched := 0
	for _, c := range p.Collectors {
		if c.Config == nil || enriches(c) {
			enriched++
		}
	}
	for _, c := range p.Collectors {
		// What one collector sets, or one whose config is not shown, another of the input may ask for.
		if c.Config == nil || enriched != 1 {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			if fromSenders(c, pipeline) {
				judge(p, c, pipeline)
			}
		}
	}
}

// enriches tells whether a collector sets what the cluster knows of a Pod.
func enriches(c *lint.Collector) bool {
	return slices.ContainsFunc(c.Config.UsedIn("processors"), func(id string) bool {
		return lint.Canonical(component.Processor, id) == "k8s_attributes"
	})
}

// fromSenders tells whether all that a pipeline gets comes from senders: other receivers may set attributes themselves, and
// what comes from another pipeline has been there.
func fromSenders(c *lint.Collector, pipeline string) bool {
	receivers := c.Config.Steps(pipeline, "receivers")
	for _, receiver := range receivers {
		switch lint.Canonical(component.Receiver, receiver.ID) {
		case "otlp", "jaeger", "zipkin":
		default:
			return false
		}
	}

	return len(receivers) > 0
}

func judge(p *lint.Pass, c *lint.Collector, pipeline string) {
	processors := c.Config.Steps(pipeline, "processors")
	for i, asks := range processors {
		body := c.Config.At("processors", asks.ID)
		if writes(body.Value()) {
			return
		}
		switch lint.Canonical(component.Processor, asks.ID) {
		case "filter", "transform", "tail_sampling":
			for _, sets := range processors[i+1:] {
				if lint.Canonical(component.Processor, sets.ID) == "k8s_attributes" {
					report(p, c, pipeline, asks, asked(body.Value()), sets.ID)
				}
			}
		case "memory_limiter", "batch", "probabilistic_sampler", "groupbytrace":
		default:
			// It may set attributes: what resource_detection and resource set, and what nobody knows.
			return
		}
	}
}

func report(p *lint.Pass, c *lint.Collector, pipeline string, asks lint.Step, names []string, enricher string) {
	own, known := attributes(c.Config.At("processors", enricher))
	for _, name := range names {
		if !own[name] && !known[name] {
			continue
		}
		field := c.Config.At(asks.Path...)
		at := lint.Place{Object: c.Config.ObjectOf(field), Field: field, Values: lint.ConfigValues(asks.Path...)}
		unless := ""
		if known[name] {
			at.Severity, unless = lint.Info, ", unless senders set it"
		}
		p.Report(at, "%s asks for the resource's %s, which %s sets behind it in the pipeline %s, so that it is not there yet%s: put %s first",
			asks.ID, name, enricher, pipeline, unless, enricher)
	}
}

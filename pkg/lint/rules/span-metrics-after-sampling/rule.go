// Package spanmetricsaftersampling has the rule span-metrics-after-sampling.
package spanmetricsaftersampling

import (
	_ "embed"
	"slices"
	"strconv"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: metrics are made of the spans that sampling has left.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "span-metrics-after-sampling",
		Severity: lint.Warning,
		Summary:  "Metrics are made of the spans that sampling has left.",
		Why:      "The connector counts the spans that reach it. Behind a sampler, rates are too low by what was dropped, and where errors and slow traces are kept, their share is far too high. span_metrics since 0.149 makes up for what probabilistic_sampler drops.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/connector/spanmetricsconnector",
		Run:      run,
	}
}

// extrapolates is the first version whose span_metrics counts a span as many times as the threshold in its tracestate says.
const extrapolates = "v0.149.0"

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			for _, step := range c.Config.Steps(pipeline, "exporters") {
				name := lint.Canonical(component.Connector, step.ID)
				if name != "span_metrics" && name != "service_graph" {
					continue
				}
				if sampler := samples(c, pipeline, name); sampler != "" {
					p.ReportConfig(c, step.Path, []string{"config.connectors." + step.ID, "presets.spanMetrics.enabled"},
						"%s counts what %s leaves of the spans: send to it from a pipeline without %s", step.ID, sampler, sampler)
				}
			}
		}
	}
}

// samples is a processor of the pipeline that drops spans, of which the connector knows nothing.
func samples(c *lint.Collector, pipeline, connector string) string {
	told := connector == "span_metrics" && semver.Compare("v"+c.Image.Version, extrapolates) >= 0
	for _, step := range c.Config.Steps(pipeline, "processors") {
		switch lint.Canonical(component.Processor, step.ID) {
		case "probabilistic_sampler":
			if share := c.Config.At("processors", step.ID, "sampling_percentage"); !told && drops(share) {
				return step.ID
			}
		case "tail_sampling":
			on, _ := c.FeatureGate("processor.tailsamplingprocessor.usetracestate")
			if !on && judges(c.Config.At("processors", step.ID, "policies")) {
				return step.ID
			}
		}
	}

	return ""
}

// drops tells of a sampler's share that it is one, and less than all.
func drops(share lint.Field) bool {
	percent, err := strconv.ParseFloat(share.Text(), 64)

	return err == nil && percent < 100
}

// judges tells whether policies may drop a trace: none of them keeps each.
func judges(policies lint.Field) bool {
	keepsAll := func(policy lint.Field) bool {
		share := policy.At("probabilistic", "sampling_percentage")

		return policy.At("type").Text() == "always_sample" || share.Exists() && !drops(share)
	}

	return policies.Len() > 0 && !slices.ContainsFunc(policies.Items(), keepsAll)
}

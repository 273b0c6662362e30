// Package memorylimitermissing has the rule memory-limiter-missing.
package memorylimitermissing

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a pipeline that takes data from outside has no memory_limiter.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "memory-limiter-missing",
		Severity: lint.Warning,
		Summary:  "A pipeline that takes data from outside has no memory_limiter.",
		Why:      "When a backend is slow, the collector takes in data until its container is killed, and all of it is lost; memory_limiter refuses data in time, so that senders retry.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/processor/memorylimiterprocessor/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || limitedElsewhere(c) {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			path := []any{"service", "pipelines", pipeline, "processors"}
			processors := c.Config.At(path...)
			if !fedFromOutside(c, pipeline) || names(processors.Texts()) {
				continue
			}
			finding := p.ReportConfig(c, path, []string{"without.processors.memory_limiter"},
				"the pipeline %s has no memory_limiter: put it first", pipeline)
			if id := defined(c); id != "" {
				list, known := []any{id}, true
				for _, other := range processors.Texts() {
					list = append(list, other)
					known = known && c.Config.At("processors", other).Written()
				}
				// One of no definition may be a memory_limiter that is mistyped.
				if !known {
					continue
				}
				finding.Set(c.ConfigPlace(path...), list)
			}
		}
	}
}

// defined is the first memory_limiter that the config defines; empty for none.
func defined(c *lint.Collector) string {
	for _, id := range c.Config.Components("processors") {
		if names([]string{id}) {
			return id
		}
	}

	return ""
}

// limitedElsewhere says that an extension limits the whole collector's memory.
func limitedElsewhere(c *lint.Collector) bool {
	return names(c.Config.UsedIn("extensions"))
}

func names(ids []string) bool {
	for _, id := range ids {
		if lint.Canonical(component.Processor, id) == "memory_limiter" {
			return true
		}
	}
	return false
}

// fedFromOutside says that a receiver feeds the pipeline; what comes through a connector
// has passed the limiter of another pipeline.
func fedFromOutside(c *lint.Collector, pipeline string) bool {
	for _, id := range c.Config.At("service", "pipelines", pipeline, "receivers").Texts() {
		if c.Config.At("receivers", id).Written() {
			return true
		}
	}
	return false
}

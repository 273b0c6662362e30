// Package memorylimiternotfirst has the rule memory-limiter-not-first.
package memorylimiternotfirst

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

// Rule finds it: memory_limiter is not the first processor of a pipeline.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "memory-limiter-not-first",
		Severity: lint.Warning,
		Summary:  "memory_limiter is not the first processor of a pipeline.",
		Why:      "Only the first processor can refuse data to the receiver. What stands before it has taken the data in already, and what it holds is lost or grows.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/processor/memorylimiterprocessor/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			path := []any{"service", "pipelines", pipeline, "processors"}
			processors := c.Config.At(path...).Texts()
			for i, id := range processors {
				if i > 0 && lint.Canonical(component.Processor, id) == "memory_limiter" {
					p.ReportConfig(c, append(path, i), nil,
						"%s is processor %d of the pipeline %s, behind %s: put it first", id, i+1, pipeline, processors[i-1]).
						Set(c.ConfigPlace(path...), list(id, slices.Delete(slices.Clone(processors), i, i+1)))
				}
			}
		}
	}
}

// list is one id and others, as a value.
func list(first string, rest []string) []any {
	items := []any{first}
	for _, id := range rest {
		items = append(items, id)
	}

	return items
}

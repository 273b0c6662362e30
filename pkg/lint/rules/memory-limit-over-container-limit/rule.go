// Package memorylimitovercontainerlimit has the rule memory-limit-over-container-limit.
package memorylimitovercontainerlimit

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: memory_limiter's limit leaves less than a tenth of the container's memory limit.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "memory-limit-over-container-limit",
		Severity: lint.Error,
		Summary:  "memory_limiter's limit leaves less than a tenth of the container's memory limit.",
		Why:      "The container is killed before memory_limiter acts, and what it holds is lost. The process needs memory beside the heap that memory_limiter sees: leave a tenth or more.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/processor/memorylimiterprocessor/README.md",
		Run:      run,
	}
}

// most is the share of the container's memory, in percent, that a limit may take.
const most = 90

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, id := range c.Config.UsedIn("processors") {
			if lint.Canonical(component.Processor, id) == "memory_limiter" {
				judge(p, c, id)
			}
		}
	}
}

func judge(p *lint.Pass, c *lint.Collector, id string) {
	path := []any{"processors", id, "limit_mib"}
	container, known := c.MemoryLimit()
	if mib, ok := c.Config.At(path...).Int(); ok && mib > 0 {
		if known && mib*(1<<20)*100 > container*most {
			p.ReportConfig(c, path, []string{lint.ConfigValues(path...)[0], "resources.limits.memory"},
				"%s allows %d MiB, and the container has %d: leave it a tenth or more", id, mib, container/(1<<20)).
				Set(c.ConfigPlace(path...), int(container*80/100>>20))
		}
		return
	}
	path[2] = "limit_percentage"
	if share, ok := c.Config.At(path...).Int(); ok && share > most {
		p.ReportConfig(c, path, nil, "%s allows %d%% of the memory: leave the process a tenth or more", id, share).
			Set(c.ConfigPlace(path...), 80)
	}
}

// Package gomemlimitmissing has the rule gomemlimit-missing.
package gomemlimitmissing

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the container has a memory limit and no GOMEMLIMIT.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "gomemlimit-missing",
		Severity: lint.Warning,
		Summary:  "The container has a memory limit and no GOMEMLIMIT.",
		Why:      "Go's collector of garbage does not know the container's limit: the heap may double before it runs, and the container is killed while most of it is garbage.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/scaling/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		// The operator sets it; envFrom may.
		if _, limited := c.MemoryLimit(); !limited || !c.Runs() || c.Operator || c.Container.At("envFrom").Len() > 0 {
			continue
		}
		if field, ok := c.Env("GOMEMLIMIT"); !ok {
			p.Report(c.Place(field, "env"),
				"%s: the container %s has a memory limit and no GOMEMLIMIT: set it to about 80%% of the limit",
				c.Name(), c.Container.At("name").Text())
		}
	}
}

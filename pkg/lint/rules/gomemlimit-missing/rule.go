// Package gomemlimitmissing has the rule gomemlimit-missing.
package gomemlimitmissing

import (
	_ "embed"
	"fmt"

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
		limit, limited := c.MemoryLimit()
		if !limited || !c.Runs() || c.Operator || c.Container.At("envFrom").Len() > 0 {
			continue
		}
		field, ok := c.Env("GOMEMLIMIT")
		if ok {
			continue
		}
		place, unless := c.Place(field, "env"), ""
		// The entrypoint of an image that is not upstream's may set it.
		if c.Image.Distribution == lint.Custom {
			place.Severity, unless = lint.Info, ", unless the image sets it"
		}
		finding := p.Report(place, "%s: the container %s has a memory limit and no GOMEMLIMIT%s: set it to about 80%% of the limit",
			c.Name(), c.Container.At("name").Text(), unless)
		env := c.Container.At("env")
		// A limit below the request is to be raised first.
		if request, ok := c.Resources().At("requests", "memory").Quantity(); ok && request.Value() > limit {
			continue
		}
		finding.Set(c.Place(env.At(env.Len())), map[string]any{"name": "GOMEMLIMIT", "value": fmt.Sprintf("%dMiB", limit*80/100>>20)})
	}
}

// Package resourcesmissing has the rule resources-missing.
package resourcesmissing

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector's container lacks a memory limit, or a request for memory or CPU.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "resources-missing",
		Severity: lint.Warning,
		Summary:  "The collector's container lacks a memory limit, or a request for memory or CPU.",
		Why:      "Without requests the scheduler packs Pods where they starve; without a memory limit a burst of data takes the node's memory, and memory_limiter has nothing to take its percentage of.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Runs() {
			continue
		}
		resources := c.Resources()
		var missing, values []string
		for _, name := range []string{"memory", "cpu"} {
			// Kubernetes takes a limit as the request where no request is given.
			if !resources.At("requests", name).Exists() && !resources.At("limits", name).Exists() {
				missing = append(missing, "requests."+name)
			}
		}
		if !resources.At("limits", "memory").Exists() {
			missing = append(missing, "limits.memory")
		}
		if len(missing) == 0 {
			continue
		}
		for _, name := range missing {
			values = append(values, "resources."+name)
		}
		section, _, _ := strings.Cut(missing[0], ".")
		field := resources.At(section)
		// The operator names the container.
		where := ""
		if name := c.Container.At("name").Text(); name != "" {
			where = ": the container " + name
		}
		p.Report(c.Place(field, append(values, "resources."+section, "resources")...),
			"%s%s has no %s", c.Name(), where, strings.Join(missing, ", "))
	}
}

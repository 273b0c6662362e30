// Package environmentmissing has the rule environment-missing.
package environmentmissing

import (
	_ "embed"
	"regexp"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the config refers to an environment variable that the container does not set.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "environment-missing",
		Severity: lint.Error,
		Summary:  "The config refers to an environment variable that the container does not set.",
		Why:      "The collector puts nothing in its place: an endpoint without a host, a header without a key.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/#environment-variables",
		Run:      run,
	}
}

var reference = regexp.MustCompile(`(?:^|[^$])(?:\$\$)*\$\{env:([A-Za-z_][A-Za-z0-9_]*)\}`)

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() || c.Operator || c.Container.At("envFrom").Len() > 0 {
			continue
		}
		c.Config.Scalars(func(path []any, text string) {
			for _, match := range reference.FindAllStringSubmatch(text, -1) {
				if _, set := c.Env(match[1]); !set {
					p.ReportConfig(c, path, nil, "%s does not set the variable %s: set it in env, or give a default, ${env:%s:-value}",
						c.Name(), match[1], match[1])
				}
			}
		})
	}
}

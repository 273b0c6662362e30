// Package environmentmissing has the rule environment-missing.
package environmentmissing

import (
	_ "embed"
	"regexp"
	"slices"

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
		Why:      "The collector puts nothing in its place: an endpoint without a host, a header without a key. It is a warning where the image is a copy of one of upstream's, and an info where it is another, whose entrypoint may set the variable itself.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/#environment-variables",
		Run:      run,
	}
}

var reference = regexp.MustCompile(`(?:^|[^$])(?:\$\$)*\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)\}`)

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() || c.Operator || c.Container.At("envFrom").Len() > 0 {
			continue
		}
		c.Config.Scalars(func(path []any, text string) {
			for _, match := range reference.FindAllStringSubmatch(text, -1) {
				if _, set := c.Env(match[1]); !set {
					report(p, c, path, match[1])
				}
			}
		})
	}
}

// report takes for certain that upstream's images do not set the variable themselves, as
// one's own may. A header that is nothing else may well be empty, where its server asks for none.
func report(p *lint.Pass, c *lint.Collector, path []any, name string) {
	field := c.Config.At(path...)
	place := lint.Place{Object: c.Config.ObjectOf(field), Field: field, Values: lint.ConfigValues(path...)}
	unless := ""
	switch {
	case c.Image.Distribution == lint.Custom:
		place.Severity, unless = lint.Info, ", unless the image sets it"
	case !c.Image.Released():
		place.Severity, unless = lint.Warning, ", unless the image sets it"
	}
	if place.Severity == "" && slices.Contains(path, any("headers")) && reference.FindString(field.Text()) == field.Text() {
		place.Severity = lint.Warning
	}
	p.Report(place, "%s does not set the variable %s%s: set it in env, or give a default, ${env:%s:-value}",
		c.Name(), name, unless, name)
}

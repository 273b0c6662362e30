// Package environmentmissing has the rule environment-missing.
package environmentmissing

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
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
		Why:      "The collector puts nothing in its place: an endpoint without a host, a header without a key. It is a warning where the image is a copy of one of upstream's, and an info where it is another, whose entrypoint may set the variable itself; and a warning where k8s_attributes would find its node by the variable, and keeps the Pods of the whole cluster without it.",
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
		ofNode(p, c)
	}
}

// ofNode looks at the variables by which k8s_attributes asks for the Pods of its own node. They are named without ${}, and
// where one is not set, the Pods of all nodes are asked for.
func ofNode(p *lint.Pass, c *lint.Collector) {
	for _, id := range c.Config.UsedIn("processors") {
		if lint.Canonical(component.Processor, id) != "k8s_attributes" {
			continue
		}
		path := []any{"processors", id, "filter", "node_from_env_var"}
		name := c.Config.At(path...).Text()
		if _, set := c.Env(name); set || name == "" || strings.Contains(name, "$") {
			continue
		}
		place, unless := placed(c, path)
		if place.Severity == "" {
			place.Severity = lint.Warning
		}
		p.Report(place, "%s does not set the variable %s%s, so that each Pod of it keeps all Pods of the cluster: set it in env, of fieldRef spec.nodeName",
			c.Name(), name, unless)
	}
}

// report takes for certain that upstream's images do not set the variable themselves, as
// one's own may. A header that is nothing else may well be empty, where its server asks for none.
func report(p *lint.Pass, c *lint.Collector, path []any, name string) {
	place, unless := placed(c, path)
	if place.Severity == "" && slices.Contains(path, any("headers")) && reference.FindString(place.Field.Text()) == place.Field.Text() {
		place.Severity = lint.Warning
	}
	p.Report(place, "%s does not set the variable %s%s: set it in env, or give a default, ${env:%s:-value}",
		c.Name(), name, unless, name)
}

// placed is where a finding on a path of the config stands, and what else the image may do.
func placed(c *lint.Collector, path []any) (place lint.Place, unless string) {
	field := c.Config.At(path...)
	place = lint.Place{Object: c.Config.ObjectOf(field), Field: field, Values: lint.ConfigValues(path...)}
	switch {
	case c.Image.Distribution == lint.Custom:
		place.Severity, unless = lint.Info, ", unless the image sets it"
	case !c.Image.Released():
		place.Severity, unless = lint.Warning, ", unless the image sets it"
	}
	return place, unless
}

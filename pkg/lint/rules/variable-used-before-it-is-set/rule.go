// Package variableusedbeforeitisset has the rule variable-used-before-it-is-set.
package variableusedbeforeitisset

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a variable of a container names one that stands below it.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "variable-used-before-it-is-set",
		Severity: lint.Warning,
		Summary:  "A variable of a collector's container, or one of an application's that begins with OTEL_, names a variable that stands below it.",
		Why:      "The kubelet puts in the variables that stand above; of one below, $(NAME) stays as text, in an address or an attribute.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		judge(c.Container, "", func(value lint.Field, name, below string) {
			p.Report(c.Place(value, "env"), "the variable %s of %s names $(%s), which stands below it: put that above", name, c.Name(), below)
		})
	}
	for _, o := range p.Objects {
		for _, list := range []string{"containers", "initContainers"} {
			for _, container := range o.PodSpec().At(list).Items() {
				if slices.ContainsFunc(p.Collectors, func(c *lint.Collector) bool { return c.Object == o && c.Container.Path() == container.Path() }) {
					continue
				}
				judge(container, "OTEL_", func(value lint.Field, name, below string) {
					p.Report(lint.Place{Object: o, Field: value}, "the variable %s of the container %s of %s %s names $(%s), which stands below it: put that above",
						name, container.At("name").Text(), o.Ref.Kind, o.Ref.Name, below)
				})
			}
		}
	}
}

// named is what the kubelet replaces; of $$ it makes a $.
var named = regexp.MustCompile(`\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)`)

// judge reports the values of a container's variables of a prefix that name one which is set further down alone.
func judge(container lint.Field, prefix string, report func(value lint.Field, name, below string)) {
	// What comes from elsewhere is put in wherever it is named.
	if container.At("envFrom").Len() > 0 {
		return
	}
	variables := container.At("env").Items()
	names := make([]string, len(variables))
	for i, variable := range variables {
		names[i] = variable.At("name").Text()
	}
	for i, variable := range variables {
		value := variable.At("value")
		if !strings.HasPrefix(names[i], prefix) {
			continue
		}
		for _, match := range named.FindAllStringSubmatch(value.Text(), -1) {
			if !slices.Contains(names[:i], match[1]) && slices.Contains(names[i+1:], match[1]) {
				report(value, names[i], match[1])
				break
			}
		}
	}
}

// Package objectrefused has the rule object-refused.
package objectrefused

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the API server refuses an object of the collector.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "object-refused",
		Severity: lint.Error,
		Summary:  "The API server refuses an object of the collector.",
		Why:      "The install or upgrade ends in the middle, or no new Pod starts. No JSON Schema of Kubernetes' types tells: each key has a right type, and two of them don't go together. Looked at are names that are not valid or stand there twice, volumes of two kinds, probes with two handlers or that want several successes, variables with two sources, hostPorts that are taken twice or differ from the port in the node's network, strategies and restart policies of another kind, strategies by which no Pod may go, selectors that their own template does not meet, ports of Services without a name, and budgets with two bounds.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	seen := map[*lint.Object]bool{}
	for _, c := range p.Collectors {
		if c.Object == nil || seen[c.Object] {
			continue
		}
		seen[c.Object] = true
		v := visit{pass: p, object: c.Object}
		v.volumes(c.PodSpec("volumes"))
		if c.Operator {
			v.handedOn(c)
		}
		if !c.Pod.Exists() {
			continue
		}
		v.containers(c.Pod.At("spec"))
		v.workload(c)
		for _, service := range p.Services(c) {
			if !seen[service] {
				seen[service] = true
				visit{pass: p, object: service}.servicePorts()
			}
		}
		for _, budget := range p.DisruptionBudgets(c) {
			// A patch of Kustomize may take one of the two out.
			if !seen[budget] && !p.Kustomized() {
				seen[budget] = true
				visit{pass: p, object: budget}.bounds()
			}
		}
	}
}

// A visit is to an object, to look for what the API server refuses of it.
type visit struct {
	pass   *lint.Pass
	object *lint.Object
}

// report says why the object is refused, and what to do about it.
func (v visit) report(at lint.Field, values []string, format string, args ...any) {
	v.pass.Report(lint.Place{Object: v.object, Field: at, Values: values}, "the API server refuses %s %s: %s",
		v.object.Ref.Kind, v.object.Ref.Name, fmt.Sprintf(format, args...))
}

// unsettled tells of a text that something else replaces before the API server sees it.
func unsettled(text string) bool { return strings.Contains(text, "$") || strings.Contains(text, "{{") }

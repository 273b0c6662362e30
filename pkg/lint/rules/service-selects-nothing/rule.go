// Package serviceselectsnothing has the rule service-selects-nothing.
package serviceselectsnothing

import (
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a Service is there for a collector, and selects none of its Pods.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "service-selects-nothing",
		Severity: lint.Warning,
		Summary:  "A Service has a collector's name, or all but one of its labels, and its ports, and selects no Pod.",
		Why:      "Connections to it are refused, and the collector, which receives nothing, reports nothing.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/debug/debug-application/debug-service/#does-the-service-have-any-endpointslices",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, service := range p.Objects {
		if !service.Kind("", "Service") {
			continue
		}
		// Of many objects few are a collector's, and only for these all others are looked at.
		if c := meant(p, service); c != nil && !p.Repeated(service) && !selectsAny(p, service) {
			report(p, c, service)
		}
	}
}

// selectsAny says that a Service has no selector of its own, or may select a Pod of the input.
func selectsAny(p *lint.Pass, service *lint.Object) bool {
	selector := service.At("spec", "selector").StringMap()
	if len(selector) == 0 || slices.ContainsFunc(slices.Collect(maps.Keys(selector)), added) {
		return true
	}
	return slices.ContainsFunc(p.Objects, func(o *lint.Object) bool {
		if o.Kind("opentelemetry.io", "OpenTelemetryCollector") {
			return true // The operator labels its Pods by itself.
		}
		labels := o.PodLabels()
		return len(labels) > 0 && selects(selector, labels)
	})
}

// added tells a label that Pods get from what makes them.
func added(label string) bool {
	return strings.HasPrefix(label, "statefulset.kubernetes.io/") || strings.HasPrefix(label, "apps.kubernetes.io/") || strings.HasSuffix(label, "-hash")
}

func selects(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}

// meant is the only collector that a Service may be for: no Service leads to it, it listens on
// all that the Service leads to, and has its name or one of the labels that it selects.
func meant(p *lint.Pass, service *lint.Object) *lint.Collector {
	var found *lint.Collector
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Pod.Exists() || c.Mode == lint.Sidecar || p.Repeated(c.Object) || len(p.Services(c)) > 0 ||
			c.Object.Ref.Namespace != service.Ref.Namespace || !lint.Together(c.Object, service) || !listens(c, service) || !akin(c, service) {
			continue
		}
		if found != nil {
			return nil
		}
		found = c
	}
	return found
}

// listens says that a collector takes data at each port that a Service leads to.
func listens(c *lint.Collector, service *lint.Object) bool {
	ports := service.At("spec", "ports").Items()
	for _, port := range ports {
		if number := c.PodPortOf(port); number == 0 || !c.Listens(number) {
			return false
		}
	}
	return len(ports) > 0
}

// akin says that a Service has the collector's name, or selects by a label that tells its program
// and that the Pods have, and differs in one label alone.
func akin(c *lint.Collector, service *lint.Object) bool {
	if service.Ref.Name == c.Object.Ref.Name {
		return true
	}
	labels, selector := c.Labels(), service.At("spec", "selector").StringMap()
	differ := 0
	for key, value := range selector {
		if labels[key] != value {
			differ++
		}
	}
	return differ == 1 && slices.ContainsFunc([]string{"app.kubernetes.io/name", "app", "k8s-app"}, func(key string) bool {
		return selector[key] != "" && (selector[key] == labels[key] || lint.Slip(selector[key], labels[key]))
	})
}

func report(p *lint.Pass, c *lint.Collector, service *lint.Object) {
	labels, selector := c.Labels(), service.At("spec", "selector")
	var wrong []string
	at := selector
	for _, key := range slices.Sorted(maps.Keys(selector.StringMap())) {
		want := selector.At(key).Text()
		if labels[key] == want {
			continue
		}
		if len(wrong) == 0 {
			at = selector.At(key)
		}
		has := "have no such label"
		if labels[key] != "" {
			has = "have " + labels[key]
		}
		wrong = append(wrong, key+": "+want+", and the Pods of "+c.Name()+" "+has)
	}
	p.Report(lint.Place{Object: service, Field: at, Values: []string{"service"}},
		"Service %s selects no Pod of the input: it wants %s", service.Ref.Name, strings.Join(wrong, "; "))
}

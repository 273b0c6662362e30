// Package monitorselectsnothing has the rule monitor-selects-nothing.
package monitorselectsnothing

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

// Rule finds it: a ServiceMonitor or PodMonitor is there for the collector, and finds nothing of it to scrape.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "monitor-selects-nothing",
		Severity: lint.Warning,
		Summary:  "A ServiceMonitor or PodMonitor is there for the collector, and finds nothing of it to scrape.",
		Why:      "Prometheus has no target then, and no alert fires: data that the collector refuses and loses goes unseen.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://prometheus-operator.dev/docs/developer/getting-started/#using-servicemonitors",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	seen := map[*lint.Object]bool{}
	for _, c := range p.Collectors {
		if !c.Pod.Exists() || c.Operator {
			continue
		}
		for _, monitor := range p.Monitors(c) {
			if names(monitor.Object) && !seen[monitor.Object] {
				seen[monitor.Object] = true
				ports(p, c, monitor)
			}
		}
		for _, object := range p.Objects {
			if object.Kind("monitoring.coreos.com", "ServiceMonitor") && !seen[object] && amiss(p, c, object) {
				seen[object] = true
			}
		}
	}
}

// telling are the labels that say which program a monitor is for.
func telling() []string {
	return []string{"app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "k8s-app", "component", "app.kubernetes.io/component"}
}

// names says that a monitor selects a program by name, rather than whatever has a common label.
func names(monitor *lint.Object) bool {
	labels := monitor.At("spec", "selector", "matchLabels").StringMap()

	return slices.ContainsFunc(telling(), func(key string) bool { return labels[key] != "" })
}

// ports reports a monitor whose ports nothing has that it selects.
func ports(p *lint.Pass, c *lint.Collector, monitor lint.Monitor) {
	for i, number := range monitor.Ports {
		named := monitor.Endpoints[i].At("port").Text()
		if number != 0 || named == "" || elsewhere(p, monitor.Object, named) {
			return
		}
	}
	if len(monitor.Endpoints) == 0 {
		return
	}
	at, of := monitor.Endpoints[0].At("port"), "Service that it selects"
	if monitor.Object.Ref.Kind == "PodMonitor" {
		of = "container of " + c.Name()
	}
	p.Report(lint.Place{Object: monitor.Object, Field: at, Values: []string{"serviceMonitor"}},
		"%s %s scrapes the port %s, and no %s has one of that name: name the port of the collector's metrics there",
		monitor.Object.Ref.Kind, monitor.Object.Ref.Name, at.Text(), of)
}

// elsewhere says that a Service or Pod that a monitor selects has a port of the name.
func elsewhere(p *lint.Pass, monitor *lint.Object, name string) bool {
	selector := monitor.At("spec", "selector")
	for _, o := range p.Objects {
		ports := o.At("spec", "ports").Items()
		labels := o.Labels()
		if monitor.Ref.Kind == "PodMonitor" {
			ports, labels = nil, o.At("spec", "template", "metadata", "labels").StringMap()
			for _, container := range o.At("spec", "template", "spec", "containers").Items() {
				ports = append(ports, container.At("ports").Items()...)
			}
		}
		has := func(port lint.Field) bool { return port.At("name").Text() == name }
		if slices.ContainsFunc(ports, has) && lint.Selects(selector, labels, false) {
			return true
		}
	}

	return false
}

// amiss reports a ServiceMonitor that comes of the chart of the collector's Service, names it,
// and has a label too many to select it or any other Service.
func amiss(p *lint.Pass, c *lint.Collector, monitor *lint.Object) bool {
	selector := monitor.At("spec", "selector")
	if monitor.At("spec", "namespaceSelector").Exists() || !names(monitor) || selectsAny(p, selector) {
		return false
	}
	for _, service := range p.Services(c) {
		if wrong := differing(selector, monitor.Labels(), service.Labels()); wrong != "" {
			p.Report(lint.Place{Object: monitor, Field: selector, Values: []string{"serviceMonitor"}},
				"ServiceMonitor %s selects no Service: Service %s, which leads to %s, does not have %s: take that out of the selector, or add it to the Service's labels",
				monitor.Ref.Name, service.Ref.Name, c.Name(), wrong)

			return true
		}
	}

	return false
}

func selectsAny(p *lint.Pass, selector lint.Field) bool {
	return slices.ContainsFunc(p.Objects, func(o *lint.Object) bool {
		return o.Kind("", "Service") && lint.Selects(selector, o.Labels(), true)
	})
}

// differing are the labels that a selector wants and a Service of the same release of a chart
// lacks; empty where it is not of the same, or where nothing that tells the program is alike.
func differing(selector lint.Field, monitor, service map[string]string) string {
	const chart, release = "helm.sh/chart", "app.kubernetes.io/instance"
	if monitor[chart] == "" || monitor[chart] != service[chart] || monitor[release] != service[release] || selector.At("matchExpressions").Exists() {
		return ""
	}
	wants, alike := selector.At("matchLabels").StringMap(), false
	var lacking []string
	for _, key := range slices.Sorted(maps.Keys(wants)) {
		same := service[key] == wants[key]
		alike = alike || same && key == "app.kubernetes.io/name"
		if !same {
			lacking = append(lacking, key+": "+wants[key])
		}
	}
	if !alike {
		return ""
	}

	return strings.Join(lacking, ", ")
}

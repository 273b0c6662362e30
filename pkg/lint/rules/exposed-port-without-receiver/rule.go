// Package exposedportwithoutreceiver has the rule exposed-port-without-receiver.
package exposedportwithoutreceiver

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a Service or container names a port on which the collector does not listen.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "exposed-port-without-receiver",
		Severity: lint.Warning,
		Summary:  "A Service or container names a port on which the collector does not listen.",
		Why:      "Senders are led to a port that refuses them. Often a receiver was removed, moved, or listens on localhost alone.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/security/config-best-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		// Where a component is unknown, so may be a port.
		if c.Config == nil || !c.Pod.Exists() || c.UnknownPorts() {
			continue
		}
		seen := serviced(p, c)
		for _, port := range c.Container.At("ports").Items() {
			number, ok := port.At("containerPort").Int()
			if !ok || seen[number] || c.Listens(number) {
				continue
			}
			p.Report(c.Place(port, "config.receivers", "config"),
				"%s: the container names port %d, and no component listens there", c.Name(), number)
		}
	}
}

// serviced reports ports of Services and returns those that it has reported.
func serviced(p *lint.Pass, c *lint.Collector) map[int64]bool {
	seen, others := map[int64]bool{}, c.OtherPorts()
	for _, port := range p.ServicePorts(c) {
		if c.Mode == lint.Sidecar || others[port.Number] || port.Number != 0 && c.Listens(port.Number) || seen[port.Number] {
			continue
		}
		seen[port.Number] = true
		place := lint.Place{Object: port.Service, Field: port.Field, Values: []string{"config.receivers", "config"}}
		if port.Number == 0 {
			p.Report(place, "Service %s leads to port %q, which no container of %s names",
				port.Service.Ref.Name, port.Field.At("targetPort").Text(), c.Name())
			continue
		}
		p.Report(place, "Service %s leads to port %d of %s, and no component listens there on the Pod's address",
			port.Service.Ref.Name, port.Number, c.Name())
	}
	return seen
}

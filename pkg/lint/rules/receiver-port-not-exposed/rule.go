// Package receiverportnotexposed has the rule receiver-port-not-exposed.
package receiverportnotexposed

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a receiver listens on a port that nothing leads to: no Service has it, or a NetworkPolicy keeps it shut.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "receiver-port-not-exposed",
		Severity: lint.Warning,
		Summary:  "A receiver listens on a port that nothing leads to: no Service has it, or a NetworkPolicy keeps it shut.",
		Why:      "Senders get no connection, and the collector, which receives nothing, reports nothing.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/services-networking/service/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || c.Operator || !c.Pod.Exists() || c.Mode != lint.Gateway && c.Mode != lint.DaemonSet {
			continue
		}
		for _, port := range c.Derived.Ports {
			if !port.Service {
				continue
			}
			exposed(p, c, port)
			admitted(p, c, port)
		}
	}
}

// exposed reports a port that neither a Service nor the node has.
func exposed(p *lint.Pass, c *lint.Collector, port collectorconfig.Port) {
	if c.Pod.At("spec", "hostNetwork").True() || hostPort(c, port) {
		return
	}
	services := p.Services(c)
	for _, at := range p.ServicePorts(c) {
		if at.Number == port.Port && at.Protocol == port.Protocol {
			return
		}
	}
	if len(services) == 0 {
		// Elsewhere, a Service may stand in a file of its own.
		if c.Own() {
			p.Report(c.Place(c.Object.At("spec"), "service.enabled", "service"),
				"no Service leads to %s, which listens on %d/%s (%s)", c.Name(), port.Port, port.Protocol, port.Name)
		}
		return
	}
	p.Report(lint.Place{
		Object: services[0], Field: services[0].At("spec", "ports"), Values: []string{"service"},
	}, "%s listens on %d/%s (%s), and %s does not lead there", c.Name(), port.Port, port.Protocol, port.Name, called(services))
}

func called(services []*lint.Object) string {
	names := make([]string, 0, len(services))
	for _, service := range services {
		names = append(names, service.Ref.Name)
	}
	return "Service " + strings.Join(names, " or ")
}

func hostPort(c *lint.Collector, port collectorconfig.Port) bool {
	for _, declared := range c.Container.At("ports").Items() {
		number, _ := declared.At("containerPort").Int()
		if number == port.Port && declared.At("hostPort").Exists() {
			return true
		}
	}
	return false
}

// admitted reports a port that the Pods' NetworkPolicies keep shut.
func admitted(p *lint.Pass, c *lint.Collector, port collectorconfig.Port) {
	policies := p.IngressPolicies(c)
	for _, policy := range policies {
		if c.Admits(policy, port.Port, port.Protocol) {
			return
		}
	}
	if len(policies) > 0 {
		p.Report(lint.Place{
			Object: policies[0], Field: policies[0].At("spec", "ingress"),
			Values: []string{"networkPolicy"},
		}, "%s listens on %d/%s (%s), and NetworkPolicy %s lets nothing reach it",
			c.Name(), port.Port, port.Protocol, port.Name, policies[0].Ref.Name)
	}
}

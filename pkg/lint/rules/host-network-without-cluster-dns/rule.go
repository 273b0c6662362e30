// Package hostnetworkwithoutclusterdns has the rule host-network-without-cluster-dns.
package hostnetworkwithoutclusterdns

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a Pod in the node's network sends to a name that the node's resolver does not know.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-network-without-cluster-dns",
		Severity: lint.Warning,
		Summary:  "A collector in the node's network sends to a Service by its name, and asks the node's resolver for it.",
		Why:      "With hostNetwork, the policy ClusterFirst counts as Default: the Pod has the node's resolv.conf, which seldom leads to the cluster's DNS. The name is not found, and the exporter drops what it has when its queue is full or its time is up.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		// The operator sets the policy by itself.
		if c.Config == nil || c.Operator || !c.PodSpec("hostNetwork").True() || !asksNode(c) {
			continue
		}
		at := c.PodSpec("dnsPolicy")
		if !at.Exists() {
			at = c.PodSpec("hostNetwork")
		}
		for _, t := range c.Targets() {
			if named(p, c, t) && !aliased(c, t.Host) {
				p.Report(c.Place(at, "dnsPolicy", "hostNetwork"),
					"the exporter %s sends to %s, which the node's resolver is asked for, since hostNetwork is true: set dnsPolicy to ClusterFirstWithHostNet", t.Exporter, t.Host)

				break
			}
		}
	}
}

// asksNode says that the Pod has the resolver of its node, and no other beside it.
func asksNode(c *lint.Collector) bool {
	policy := c.PodSpec("dnsPolicy").Text()

	return slices.Contains([]string{"", "ClusterFirst", "Default"}, policy) && c.PodSpec("dnsConfig").At("nameservers").Len() == 0
}

// named says that a target is a Service of the cluster: by the form of its name, or since the input has it.
func named(p *lint.Pass, c *lint.Collector, t lint.Target) bool {
	labels := strings.Split(strings.TrimSuffix(t.Host, "."), ".")
	if len(labels) > 2 && labels[2] == "svc" {
		return true
	}
	_, reached := p.Reach(c, t)

	return reached
}

// aliased says that the Pod's hosts file has the name.
func aliased(c *lint.Collector, host string) bool {
	return slices.ContainsFunc(c.PodSpec("hostAliases").Items(), func(alias lint.Field) bool {
		return slices.Contains(alias.At("hostnames").Texts(), host)
	})
}

// Package networkpolicyofnode has the rule network-policy-of-node.
package networkpolicyofnode

import (
	_ "embed"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a NetworkPolicy is to keep traffic from Pods that are in their node's network.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "network-policy-of-node",
		Severity: lint.Info,
		Summary:  "A NetworkPolicy is to keep traffic from Pods that are in their node's network.",
		Why:      "What a policy does to them is not defined: most network plugins take their traffic for the node's and let all of it pass, so that the ports are open to everybody who reaches the node.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		at := c.PodSpec("hostNetwork")
		if !at.True() || c.Mode == lint.Sidecar {
			continue
		}
		for _, policy := range p.IngressPolicies(c) {
			if policy.Ref.Namespace != c.Namespace() || !selects(policy, c) || admitsAll(policy) {
				continue
			}
			p.Report(c.Place(at, "hostNetwork", "networkPolicy"),
				"%s is in its node's network, where most network plugins let pass what NetworkPolicy %s is to keep out: set hostNetwork: false, or have a firewall of the node keep it out",
				c.Name(), policy.Ref.Name)

			break
		}
	}
}

// selects tells whether a policy selects a collector's Pods for certain. The labels that the operator gives are not known.
func selects(policy *lint.Object, c *lint.Collector) bool {
	return !c.Operator || policy.At("spec", "podSelector").Len() == 0
}

// admitsAll tells whether a policy lets everybody in, to every port.
func admitsAll(policy *lint.Object) bool {
	return slices.ContainsFunc(policy.At("spec", "ingress").Items(), func(rule lint.Field) bool {
		return rule.At("from").Len() == 0 && rule.At("ports").Len() == 0
	})
}

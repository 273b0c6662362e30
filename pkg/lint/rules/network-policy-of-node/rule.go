// Package networkpolicyofnode has the rule network-policy-of-node.
package networkpolicyofnode

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a NetworkPolicy selects Pods that are in their node's network.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "network-policy-of-node",
		Severity: lint.Info,
		Summary:  "A NetworkPolicy selects Pods that are in their node's network.",
		Why:      "What a policy does to them is not defined: most network plugins take their traffic for the node's and let all of it pass, so that the ports are open to everybody who reaches the node.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/services-networking/network-policies/#networkpolicy-and-hostnetwork-pods",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if at := c.PodSpec("hostNetwork"); at.True() {
			for _, policy := range p.IngressPolicies(c) {
				p.Report(c.Place(at, "hostNetwork", "networkPolicy"),
					"%s is in its node's network, where most network plugins let pass what NetworkPolicy %s is to keep out: leave the node's network, or the policy to the node's firewall",
					c.Name(), policy.Ref.Name)

				break
			}
		}
	}
}

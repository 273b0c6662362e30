package lint

import (
	"slices"
	"strings"
)

// EgressPolicies are the NetworkPolicies that restrict what the collector's Pods reach. They
// add up: what one of them lets out goes out. It is false where that can't be told from the
// input: the Pods are in the node's network, no policy is for them more than for any other,
// or a policy of another kind, or one that kustomize adds to, may let out more.
func (p *Pass) EgressPolicies(c *Collector) ([]*Object, bool) {
	var found []*Object
	own := false
	for _, policy := range ofKind(p.Objects, c.Namespace(), "networking.k8s.io", "NetworkPolicy") {
		selector, types := policy.At("spec", "podSelector"), policy.At("spec", "policyTypes").Texts()
		restricts := slices.Contains(types, "Egress") || len(types) == 0 && policy.At("spec", "egress").Len() > 0
		if restricts && Selects(selector, c.Labels(), true) {
			found = append(found, policy)
			own = own || selector.At("matchLabels").Len() > 0
		}
	}
	other := slices.ContainsFunc(p.Objects, func(o *Object) bool {
		return strings.HasSuffix(o.Ref.Kind, "NetworkPolicy") && !o.Kind("networking.k8s.io", "NetworkPolicy")
	})
	return found, own && !other && !p.kustomized && !c.Pod.At("spec", "hostNetwork").True()
}

// LetsOut says that a NetworkPolicy lets something out on a port, wherever to. A name is that
// of a port of the Pods that are reached, which may be any.
func LetsOut(policy *Object, number int64, protocol string) bool {
	return letsOut(policy, protocol, func(first, last int64) bool { return first <= number && number <= last })
}

// LetsOutOther is LetsOut for any port but some.
func LetsOutOther(policy *Object, protocol string, but ...int64) bool {
	return letsOut(policy, protocol, func(first, last int64) bool { return first != last || !slices.Contains(but, first) })
}

func letsOut(policy *Object, protocol string, wanted func(first, last int64) bool) bool {
	for _, rule := range policy.At("spec", "egress").Items() {
		ports := rule.At("ports").Items()
		if len(ports) == 0 {
			return true
		}
		for _, port := range ports {
			first, numbered := port.At("port").Int()
			last, ranged := port.At("endPort").Int()
			if !ranged {
				last = first
			}
			if ProtocolOf(port) == protocol && (!numbered || wanted(first, last)) {
				return true
			}
		}
	}
	return false
}

// Package egressblocksexporter has the rule egress-blocks-exporter.
package egressblocksexporter

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

// Rule finds it: NetworkPolicies keep in what an exporter sends.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "egress-blocks-exporter",
		Severity: lint.Warning,
		Summary:  "The NetworkPolicies of the collector's Pods let nothing out on the port that an exporter sends to, or ask no DNS.",
		Why:      "The exporter gets no connection and drops what it has, unless a policy that the input does not have lets it out. That DNS is let out by such a policy is common, so its lack is an info.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/services-networking/network-policies/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Pod.Exists() || proxied(c) || p.Repeated(c.Object) {
			continue
		}
		policies, known := p.EgressPolicies(c)
		if !known {
			continue
		}
		named, reported := "", false
		for _, t := range c.Targets() {
			if t.Loopback() || t.Port == 0 {
				continue
			}
			if !t.IsAddress() {
				named = t.Host
			}
			if !reported && !leaves(p, c, t, policies) {
				reported = true
				p.Report(placeOf(policies[0], ""), "the exporter %s sends to port %d of %s, and %s lets nothing out there: add it to egress",
					t.Exporter, t.Port, t.Host, called(policies))
			}
		}
		if named != "" && !asks(policies) {
			p.Report(placeOf(policies[0], lint.Info), "the collector sends to %s, and %s lets no question to the DNS out: add port 53 of UDP and TCP to egress",
				named, called(policies))
		}
	}
}

func placeOf(policy *lint.Object, severity lint.Severity) lint.Place {
	return lint.Place{
		Object: policy, Field: policy.At("spec", "egress"), Severity: severity,
		Values: []string{"networkPolicy.egress.to", "networkPolicy.egress", "networkPolicy"},
	}
}

func called(policies []*lint.Object) string {
	names := make([]string, 0, len(policies))
	for _, policy := range policies {
		names = append(names, policy.Ref.Name)
	}
	return "NetworkPolicy " + strings.Join(names, " or ")
}

// proxied says that the collector may send by a proxy, which has another port.
func proxied(c *lint.Collector) bool {
	for _, variable := range c.Container.At("env").Items() {
		if strings.HasSuffix(strings.ToLower(variable.At("name").Text()), "s_proxy") || strings.ToLower(variable.At("name").Text()) == "http_proxy" {
			return true
		}
	}
	for _, id := range c.Config.UsedIn("exporters") {
		if c.Config.At("exporters", id, "proxy_url").Exists() {
			return true
		}
	}
	return c.Container.At("envFrom").Len() > 0
}

// asks says that a question to the DNS may go out. Its Pods may listen on another port than
// their Service has, so any of UDP may be that.
func asks(policies []*lint.Object) bool {
	return slices.ContainsFunc(policies, func(policy *lint.Object) bool { return lint.LetsOutOther(policy, "UDP") })
}

// leaves says that the policies may let a target be reached. The port that counts is that of the
// Pod behind a Service, which is not known of one that the input does not have: then anything
// that is let out, but to the DNS, may be it.
func leaves(p *lint.Pass, c *lint.Collector, t lint.Target, policies []*lint.Object) bool {
	ports, known := portsOf(p, c, t)
	return slices.ContainsFunc(policies, func(policy *lint.Object) bool {
		if !known {
			return lint.LetsOutOther(policy, "TCP", 53, 5353)
		}
		return slices.ContainsFunc(ports, func(port int64) bool { return lint.LetsOut(policy, port, "TCP") })
	})
}

// portsOf are the ports by one of which a target is reached; false where they are not known.
func portsOf(p *lint.Pass, c *lint.Collector, t lint.Target) ([]int64, bool) {
	reach, ok := p.Reach(c, t)
	switch {
	case t.OnInternet():
		return []int64{t.Port}, true
	case !ok, reach.Service == nil:
		return nil, false
	case reach.Direct:
		return []int64{t.Port}, true
	}
	ports := []int64{t.Port}
	target := reach.Port.At("targetPort")
	if number, numbered := target.Int(); numbered {
		return append(ports, number), true
	}
	return ports, !target.Exists()
}

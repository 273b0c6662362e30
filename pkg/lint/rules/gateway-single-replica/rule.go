// Package gatewaysinglereplica has the rule gateway-single-replica.
package gatewaysinglereplica

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a gateway runs fewer than two replicas.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "gateway-single-replica",
		Severity: lint.Warning,
		Summary:  "A gateway runs fewer than two replicas.",
		Why:      "While its only Pod is evicted, updated or restarted, or while it has none, every sender's data is refused; senders whose queues fill lose it. Receivers that watch the whole cluster need k8s_leader_elector before a second replica, or each sends everything.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/scaling/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Gateways() {
		report(p, c, "run two or more", true)
	}
	for _, c := range p.LeaderlessGateways() {
		report(p, c, strings.Join(c.Leaderless(), " and ")+" would send everything twice from two: give it k8s_leader_elector, then run two or more", false)
	}
}

// report says how to mend it; twice says that all it takes is another Pod.
func report(p *lint.Pass, c *lint.Collector, mend string, twice bool) {
	switch count, place, ok := p.Replicas(c); {
	case !ok:
	case count == 1:
		finding := p.Report(place, "%s takes data from the network and may run a single Pod: %s", c.Name(), mend)
		if twice {
			finding.Set(place, 2)
		}
	// An autoscaler may scale down to none on purpose, and knows when to come back.
	case count == 0 && place.Field.Path() == "spec.replicas":
		p.Report(place, "%s takes data from the network and runs no Pod, so nothing receives it: %s", c.Name(), mend)
	}
}

// Package gatewaynotbalanced has the rule gateway-not-balanced.
package gatewaynotbalanced

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: gRPC goes through a Service to a gateway of several Pods.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "gateway-not-balanced",
		Severity: lint.Info,
		Summary:  "A collector sends by gRPC through a Service with an address of its own to a gateway of several Pods, which never ends a connection.",
		Why:      "The Service chooses a Pod for a connection, and gRPC keeps one for all requests, as long as both ends live. Few senders load some Pods and leave others idle, and Pods that an autoscaler adds get nothing.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/scaling/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || p.Meshed(c) {
			continue
		}
		for _, t := range c.Targets() {
			if t.Protocol != lint.GRPC || !t.OTLP || t.Balances {
				continue
			}
			reach, ok := p.Reach(c, t)
			if !ok || reach.Direct {
				continue
			}
			for _, gateway := range reach.Collectors {
				if count, several := pods(p, gateway); several && keeps(gateway, reach.PodPort(gateway, t)) {
					p.ReportConfig(c, t.Path, nil, "the exporter %s holds one connection through Service %s, to one of the %d Pods or more of %s: "+
						"send to a headless Service (dns:///), or end connections with keepalive.server_parameters.max_connection_age in the gateway's receiver",
						t.Exporter, reach.Name, count, gateway.Name())
					break
				}
			}
		}
	}
}

// pods is how many of a gateway there are at the least; false for one.
func pods(p *lint.Pass, gateway *lint.Collector) (int64, bool) {
	count, _, ok := p.Replicas(gateway)
	return count, ok && count > 1
}

// keeps says that a gateway's otlp receiver listens for gRPC at a port, and ends no connection.
func keeps(gateway *lint.Collector, port int64) bool {
	protocol, id, ok := gateway.OTLPAt(port)
	age := gateway.Config != nil && gateway.Config.At("receivers", id, "protocols", "grpc", "keepalive", "server_parameters", "max_connection_age").Exists()
	return ok && protocol == lint.GRPC && !age
}

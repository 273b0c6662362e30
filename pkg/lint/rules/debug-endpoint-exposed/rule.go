// Package debugendpointexposed has the rule debug-endpoint-exposed.
package debugendpointexposed

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: pprof or zpages answers everybody who reaches the Pod.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "debug-endpoint-exposed",
		Severity: lint.Warning,
		Summary:  "pprof or zpages answers everybody who reaches the Pod.",
		Why:      "pprof hands out what is in memory, telemetry and credentials too, and takes the CPU for as long as it is asked to; zpages shows what passes through. Neither asks who is there. kubectl port-forward reaches the loopback as well.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/security/config-best-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() {
			continue
		}
		for _, socket := range c.Sockets {
			if debugs(socket) && outside(c, socket) && !shut(p, c, socket) {
				p.ReportSocket(c, socket, nil,
					"%s of %s listens on %s, where whoever reaches the Pod may ask: listen on localhost:%d, and ask by kubectl port-forward",
					socket.Called(), c.Name(), socket.Text, socket.Port).Listen(c, socket, "localhost")
			}
		}
	}
}

func debugs(socket collectorconfig.Socket) bool {
	if socket.Kind != component.Extension || socket.Port == 0 {
		return false
	}
	name := lint.Canonical(component.Extension, socket.ID)

	return name == "pprof" || name == "zpages"
}

// outside says that a socket is not on the loopback: a variable is the Pod's or the node's address.
func outside(c *lint.Collector, socket collectorconfig.Socket) bool {
	if socket.HostVaries {
		return c.OfPod(socket)
	}

	return !socket.Loopback()
}

// shut says that the Pods' NetworkPolicies let nothing reach a socket.
func shut(p *lint.Pass, c *lint.Collector, socket collectorconfig.Socket) bool {
	policies := p.IngressPolicies(c)
	for _, policy := range policies {
		if c.Admits(policy, socket.Port, socket.Protocol) {
			return false
		}
	}

	return len(policies) > 0
}

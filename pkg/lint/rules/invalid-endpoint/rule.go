// Package invalidendpoint has the rule invalid-endpoint.
package invalidendpoint

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component is to listen at what is no address with a port.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-endpoint",
		Severity: lint.Error,
		Summary:  "A component is to listen at what is no address with a port.",
		Why:      "The collector can't listen there and stops at start; where the port is left empty, it takes any that is free, and no sender finds it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://pkg.go.dev/net#Listen",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		for _, socket := range c.Sockets {
			switch {
			case !socket.Written:
			case socket.Fault != "":
				p.ReportSocket(c, socket, nil, "%s is to listen at %s, which %s", socket.Called(), socket.Text, socket.Fault)
			case socket.Text == socket.Host && c.OfPod(socket):
				p.ReportSocket(c, socket, nil, "%s is to listen at %[2]s, which Kubernetes sets to an address without a port: write %[2]s:PORT",
					socket.Called(), socket.Text)
			}
		}
	}
}

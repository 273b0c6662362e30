// Package credentialsintheclear has the rule credentials-in-the-clear.
package credentialsintheclear

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a receiver asks senders who they are, and takes the answer without TLS.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "credentials-in-the-clear",
		Severity: lint.Warning,
		Summary:  "A receiver asks senders who they are, and takes the answer without TLS.",
		Why:      "A token or a password travels as it is with each request: who reads along once, in the cluster's network or on a node, sends under that name from then on.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/security/config-best-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || p.Meshed(c) {
			continue
		}
		for _, socket := range c.Sockets {
			// The operator has a receiver that names no address listen on the Pod's.
			alone := socket.Loopback() && (socket.Written || !c.Operator)
			if socket.Kind != component.Receiver || !socket.Service || alone {
				continue
			}
			around := c.Listener(socket)
			if asks := around.At("auth"); on(asks) && !on(around.At("tls")) {
				p.ReportConfig(c, asks.Steps(), []string{"auth"},
					"the receiver %s asks senders who they are, and takes their tokens or passwords without TLS: give it tls with a certificate", socket.ID)
			}
		}
	}
}

// on tells whether a block stands there, and is not switched off.
func on(block lint.Field) bool { return block.Exists() && block.At("enabled").Text() != "false" }

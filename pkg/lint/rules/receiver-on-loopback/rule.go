// Package receiveronloopback has the rule receiver-on-loopback.
package receiveronloopback

import (
	_ "embed"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a receiver listens on the loopback of a Pod in which nothing else runs.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "receiver-on-loopback",
		Severity: lint.Warning,
		Summary:  "A receiver listens on the loopback of a Pod in which nothing else runs.",
		Why:      "Only containers of its Pod reach it there. Every other sender's connection is refused, and the collector, which receives nothing, reports nothing. Since 0.104 the loopback is also the default.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/blog/2024/hardening-the-collector-one/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !takesFromOutside(c) || !c.Alone() {
			continue
		}
		for _, socket := range c.Sockets {
			if hidden(socket) && !c.SendsToItself(socket.Port) {
				report(p, c, socket)
			}
		}
	}
}

// takesFromOutside says that a Pod that the input shows, or that the operator makes, is there for senders of other Pods.
func takesFromOutside(c *lint.Collector) bool {
	return c.Config != nil && c.Runs() && (c.Mode == lint.Gateway || c.Mode == lint.DaemonSet)
}

// hidden says that data is to arrive on the loopback, whatever variables say.
func hidden(socket collectorconfig.Socket) bool {
	return socket.Kind == component.Receiver && socket.Service && socket.Loopback() &&
		socket.Port != 0 && !socket.HostVaries
}

func report(p *lint.Pass, c *lint.Collector, socket collectorconfig.Socket) {
	byDefault := ""
	if !socket.Written {
		if !listensOnLoopback(c) {
			return
		}
		byDefault = " by default"
	}
	p.ReportSocket(c, socket, nil, "%s listens on %s%s, where nothing outside of the Pod reaches it: listen on 0.0.0.0:%d, or on the Pod's address",
		socket.Called(), socket.Text, byDefault, socket.Port).Listen(c, socket, "0.0.0.0")
}

// listensOnLoopback says that the image's default is the loopback: upstream's since 0.104,
// where a feature gate does not say otherwise. An own build may have versions of its own, and the operator
// writes addresses of its own where the config has none.
func listensOnLoopback(c *lint.Collector) bool {
	if c.Operator {
		return false
	}
	if on, given := c.FeatureGate("component.UseLocalHostAsDefaultHost"); given && !on {
		return false
	}
	return c.Image.Stated && c.Image.Distribution != lint.Custom && semver.Compare("v"+c.Image.Version, "v0.104.0") >= 0
}

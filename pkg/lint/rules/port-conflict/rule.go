// Package portconflict has the rule port-conflict.
package portconflict

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: two components listen on one port.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "port-conflict",
		Severity: lint.Error,
		Summary:  "Two components listen on one port.",
		Why:      "The second one gets \"address already in use\", the collector stops, and the Pod ends in a crash loop. The collector's own metrics (8888) and extensions such as health_check and pprof count too.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		for i, socket := range c.Sockets {
			for _, other := range c.Sockets[:i] {
				if conflict(socket, other) {
					report(p, c, socket, other)
					break
				}
			}
		}
	}
}

// report reports at the one of the two that is written in the config.
func report(p *lint.Pass, c *lint.Collector, socket, other collectorconfig.Socket) {
	if !socket.Written && other.Written {
		socket, other = other, socket
	}
	key := lint.SocketValues(other)
	p.ReportSocket(c, socket, key, "%s listens on %s, and %s on %s: give one of them another port",
		socket.Called(), socket.Text, other.Called(), other.Text)
}

func conflict(a, b collectorconfig.Socket) bool {
	return a.Port != 0 && a.Port == b.Port && a.Protocol == b.Protocol && overlap(host(a), host(b))
}

// host is a socket's without brackets, the loopback by one name.
func host(socket collectorconfig.Socket) string {
	name := strings.Trim(socket.Host, "[]")
	if name == "localhost" {
		return "127.0.0.1"
	}
	return name
}

// overlap says that two hosts are one, or that one of them is every address. What comes
// out of a variable may be any address.
func overlap(a, b string) bool {
	if a == b {
		return true
	}
	for _, pair := range [][2]string{{a, b}, {b, a}} {
		switch pair[0] {
		case "", "::":
			return true
		case "0.0.0.0":
			return strings.Contains(pair[1], "$") || !strings.Contains(pair[1], ":") || pair[1] == "::"
		}
	}
	return false
}

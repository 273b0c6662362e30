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

// Rule finds it: two components, of one collector or of two in a Pod, listen on one port.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "port-conflict",
		Severity: lint.Error,
		Summary:  "Two components listen on one port.",
		Why:      "The second one gets \"address already in use\", the collector stops, and the Pod ends in a crash loop. The collector's own metrics (8888) and extensions such as health_check and pprof count too, and so does what listens in another collector of the same Pod.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/configuration/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for n, c := range p.Collectors {
		for _, other := range p.Collectors[:n] {
			if other.Object == c.Object && c.Pod.Exists() && other.Container.Path() != c.Container.Path() {
				beside(p, c, other)
			}
		}
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

// beside reports what listens where something in another collector of the Pod does.
func beside(p *lint.Pass, c, other *lint.Collector) {
	for _, socket := range c.Sockets {
		for _, taken := range other.Sockets {
			if conflict(socket, taken) {
				p.ReportSocket(c, socket, nil, "%s listens on %s, and in the same Pod %s of the container %s on %s: give one of them another port",
					socket.Called(), socket.Text, taken.Called(), other.Container.At("name").Text(), taken.Text)
				break
			}
		}
	}
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

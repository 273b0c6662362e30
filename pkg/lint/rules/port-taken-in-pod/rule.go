// Package porttakeninpod has the rule port-taken-in-pod.
package porttakeninpod

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a container beside a collector declares a port that the collector takes.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "port-taken-in-pod",
		Severity: lint.Warning,
		Summary:  "A container declares a port on which the collector in the same Pod listens.",
		Why:      "The containers of a Pod share its ports, and the second one to listen gets \"address already in use\". A native sidecar starts first, so that it is the application which ends in a crash loop; where it starts later, the application does not start at all.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	seen := map[string]bool{}
	for _, c := range p.Collectors {
		if c.Operator || !c.Pod.Exists() {
			continue
		}
		for _, container := range lint.Running(c.Pod.At("spec")) {
			if told(p, c, container) {
				continue
			}
			for _, port := range container.At("ports").Items() {
				field := port.At("containerPort")
				place := field.Position().String()
				if by := listener(c, port); by != "" && !seen[place] && !inFront(container, port) {
					seen[place] = true
					p.Report(c.Place(field), "the container %s declares port %s, on which %s in the same Pod listens: give one of the two another port",
						container.At("name").Text(), field.Text(), by)
				}
			}
		}
	}
}

// told says that a container is the collector, or another one whose config tells where it listens.
func told(p *lint.Pass, c *lint.Collector, container lint.Field) bool {
	if container.Path() == c.Container.Path() {
		return true
	}
	return slices.ContainsFunc(p.Collectors, func(other *lint.Collector) bool {
		return other.Object == c.Object && other.Container.Path() == container.Path() && other.Config != nil
	})
}

// listener is what of the collector listens on a port that another container declares; empty: nothing that is known.
func listener(c *lint.Collector, port lint.Field) string {
	number, _ := port.At("containerPort").Int()
	protocol := lint.ProtocolOf(port)
	otherwise := false
	for _, socket := range c.Sockets {
		if number != 0 && socket.Port == number && socket.Protocol == protocol {
			return fmt.Sprintf("%s of the collector", socket.Called())
		}
		otherwise = otherwise || socket.Port == number
	}
	// What listens there by the other protocol is known.
	if c.Config != nil && (otherwise || !c.Listens(number)) {
		return ""
	}
	for _, own := range c.Container.At("ports").Items() {
		if declared, _ := own.At("containerPort").Int(); number != 0 && declared == number && lint.ProtocolOf(own) == protocol {
			return fmt.Sprintf("the collector %s", c.Container.At("name").Text())
		}
	}
	return ""
}

// inFront says that a container sends what it takes on to that port of the loopback, as kube-rbac-proxy does: it listens
// on the Pod's address alone then, and the collector on the other.
func inFront(container, port lint.Field) bool {
	number := port.At("containerPort").Text()
	for _, argument := range append(container.At("args").Texts(), container.At("command").Texts()...) {
		for _, host := range []string{"127.0.0.1:", "localhost:", "[::1]:"} {
			_, behind, found := strings.Cut(argument, host)
			if found && strings.TrimRight(strings.SplitN(behind, "/", 2)[0], " ") == number {
				return true
			}
		}
	}
	return false
}

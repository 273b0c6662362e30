// Package hostportconflict has the rule host-port-conflict.
package hostportconflict

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: two DaemonSets take one port of each node.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-port-conflict",
		Severity: lint.Error,
		Summary:  "Two workloads that run on each node take the same port of it.",
		Why:      "A Pod whose hostPort is taken stays Pending, and a collector in the node's network that finds a port of its config taken ends: one of the two runs on no node.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/configuration/overview/",
		Run:      run,
	}
}

// claim is a port that each Pod takes of its node.
type claim struct {
	number         int64
	protocol, host string
	// bound says that the container itself listens in the node's network, declared that the
	// scheduler knows.
	bound, declared bool
	report          func(format string, args ...any)
}

func (c claim) String() string { return strconv.FormatInt(c.number, 10) + "/" + c.protocol }

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for i, second := range p.Objects {
		if !second.OnEachNode() || p.Repeated(second) {
			continue
		}
		for _, first := range p.Objects[:i] {
			if lint.Together(first, second) && lint.SharesNodes(first, second) && !p.Repeated(first) && judge(p, first, second) {
				break
			}
		}
	}
}

// judge reports at the second of the two, or at the first where the second is no collector,
// and tells whether it did.
func judge(p *lint.Pass, first, second *lint.Object) bool {
	if !collects(p, second) {
		first, second = second, first
	}
	if !collects(p, second) {
		return false
	}
	var taken []string
	var at claim
	others := claims(p, first)
	for _, c := range claims(p, second) {
		if slices.ContainsFunc(others, func(other claim) bool { return conflict(c, other) }) && !slices.Contains(taken, c.String()) {
			if taken = append(taken, c.String()); len(taken) == 1 {
				at = c
			}
		}
	}
	if len(taken) > 0 {
		at.report("%s %s takes %s of each node, and so does %s %s: give one of them another port, or nodes of its own",
			second.Ref.Kind, second.Ref.Name, strings.Join(taken, ", "), first.Ref.Kind, first.Ref.Name)
	}
	return len(taken) > 0
}

func collects(p *lint.Pass, object *lint.Object) bool {
	return slices.ContainsFunc(p.Collectors, func(c *lint.Collector) bool { return c.Object == object })
}

func claims(p *lint.Pass, object *lint.Object) []claim {
	pod := object.PodSpec()
	host := pod.At("hostNetwork").True()
	var found []claim
	for _, port := range declared(pod) {
		number, ok := port.At("hostPort").Int()
		if !ok && host {
			number, ok = port.At("containerPort").Int()
		}
		if !ok || number == 0 {
			continue
		}
		found = append(found, claim{number: number, protocol: lint.ProtocolOf(port), host: port.At("hostIP").Text(), declared: true, report: func(format string, args ...any) {
			p.Report(lint.Place{Object: object, Field: port, Values: []string{"hostNetwork"}}, format, args...)
		}})
	}
	for _, c := range p.Collectors {
		if c.Object == object && host && c.Config != nil {
			found = append(found, listening(p, c)...)
		}
	}
	return found
}

// declared are the ports of the containers that stay.
func declared(pod lint.Field) []lint.Field {
	ports := pod.At("ports").Items()
	for _, container := range lint.Running(pod) {
		ports = append(ports, container.At("ports").Items()...)
	}
	return ports
}

// listening are the ports that a collector in the node's network opens by its config.
func listening(p *lint.Pass, c *lint.Collector) []claim {
	var found []claim
	for _, socket := range c.Sockets {
		host := strings.Trim(socket.Host, "[]")
		if c.OfPod(socket) {
			host = "the node's"
		}
		if socket.Port == 0 || strings.Contains(host, "$") {
			continue
		}
		found = append(found, claim{number: socket.Port, protocol: socket.Protocol, host: host, bound: true, report: func(format string, args ...any) {
			p.ReportSocket(c, socket, []string{"hostNetwork"}, format, args...)
		}})
	}
	return found
}

// conflict says that two claims are for one port, as the scheduler or the node sees it.
func conflict(a, b claim) bool {
	seen := a.declared && b.declared || a.bound && b.bound
	if a.number != b.number || a.protocol != b.protocol || !seen {
		return false
	}
	return a.host == b.host || every(a.host) || every(b.host)
}

func every(host string) bool { return host == "" || host == "0.0.0.0" || host == "::" }

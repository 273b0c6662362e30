package sdkendpointnotserved

import (
	"fmt"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// onNode judges what goes to the sender's own node, where a Pod is reached by a hostPort or in the node's network alone.
func onNode(p *lint.Pass, s lint.Sender) {
	if slices.ContainsFunc(p.Objects, func(o *lint.Object) bool { return onNodes(p, o, s.Port) }) {
		return
	}
	for _, c := range p.Collectors {
		if c.Object == nil || !c.Object.OnEachNode() || p.Repeated(c.Object) {
			continue
		}
		if _, receiver, takes := c.OTLPAt(s.Port); takes {
			at := s.Place
			at.Severity = lint.Warning
			p.Report(at, "%s sends to port %d of its node%s, where the receiver %s of %s is not reached, which has no hostPort: %s",
				s.Name, s.Port, variable(s), receiver, c.Name(), instead(p, c, s.Port))
			return
		}
	}
}

// instead is how the port of an agent's Pods is reached.
func instead(p *lint.Pass, c *lint.Collector, port int64) string {
	shared := "give its port one"
	if c.Own() {
		shared = "set hostNetwork of its values to true"
	}
	for _, service := range p.ServicePorts(c) {
		if number, _ := service.Field.At("port").Int(); service.Number == port {
			return fmt.Sprintf("send to port %d of Service %s, or %s", number, service.Service.Ref.Name, shared)
		}
	}
	for _, made := range c.Made() {
		return fmt.Sprintf("send to port %d of Service %s, or %s", port, made, shared)
	}
	return shared
}

// onNodes says that an object may open a port of its Pods' nodes.
func onNodes(p *lint.Pass, o *lint.Object, port int64) bool {
	if o.Kind("", "Service") {
		return slices.ContainsFunc(o.At("spec", "ports").Items(), func(f lint.Field) bool { return is(f.At("nodePort"), port) })
	}
	pod := o.PodSpec()
	if !pod.Exists() {
		return false
	}
	ports := pod.At("ports").Items()
	for _, container := range lint.Running(pod) {
		ports = append(ports, container.At("ports").Items()...)
	}
	shares := pod.At("hostNetwork").True()
	if slices.ContainsFunc(ports, func(f lint.Field) bool {
		return is(f.At("hostPort"), port) || shares && is(f.At("containerPort"), port)
	}) {
		return true
	}
	if !shares {
		return false
	}
	// What shares the node's network may listen without saying so, but for a collector whose config is shown.
	at := slices.IndexFunc(p.Collectors, func(c *lint.Collector) bool { return c.Object == o })
	return at < 0 && len(ports) == 0 || at >= 0 && p.Collectors[at].MayListen(port)
}

func is(f lint.Field, port int64) bool {
	number, ok := f.Int()
	return ok && number == port
}

// Package opentooutside has the rule open-to-outside.
package opentooutside

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a receiver takes data from outside of the cluster, and asks nobody who they are.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "open-to-outside",
		Severity: lint.Warning,
		Summary:  "A receiver takes data from outside of the cluster, and asks nobody who they are.",
		Why:      "Whoever reaches the load balancer writes telemetry of his own under any name, at your cost, and fills the queues until the data of others is refused. An Ingress may stand inside of a company: there it is an info.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/security/config-best-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if policed(p) {
		return
	}
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Pod.Exists() || p.Meshed(c) {
			continue
		}
		for _, service := range p.Services(c) {
			open := openPorts(p, c, service)
			if len(open) > 0 && fronts(service) {
				p.Report(lint.Place{Object: service, Field: service.At("spec", "type"), Values: []string{"service.type", "service"}},
					"the load balancer of Service %s leads from outside of the cluster to what asks no client who it is, the receivers %s: "+
						"give them auth or tls.client_ca_file, or the Service loadBalancerSourceRanges",
					service.Ref.Name, listed(open))
			}
			ingresses(p, service, open)
		}
	}
}

// policed says that a policy of Cilium's, which is not read, may let only some in.
func policed(p *lint.Pass) bool {
	return slices.ContainsFunc(p.Objects, func(o *lint.Object) bool { return strings.HasPrefix(o.Ref.APIVersion, "cilium.io/") })
}

// openPort is a port of a Service behind which a receiver takes data from whoever sends it.
type openPort struct {
	port   lint.Field
	socket collectorconfig.Socket
}

func openPorts(p *lint.Pass, c *lint.Collector, service *lint.Object) []openPort {
	var found []openPort
	for _, at := range p.ServicePorts(c) {
		if at.Service != service {
			continue
		}
		for _, socket := range c.Sockets {
			if socket.Port == at.Number && socket.Protocol == at.Protocol && takesFromAnybody(c, socket) && !confined(p, c, socket) {
				found = append(found, openPort{at.Field, socket})
			}
		}
	}

	return found
}

// takesFromAnybody tells of a receiver's socket that it asks no client who it is. One with cors
// is there for browsers, which can keep no secret.
func takesFromAnybody(c *lint.Collector, socket collectorconfig.Socket) bool {
	if socket.Kind != component.Receiver || !socket.Service || socket.Loopback() {
		return false
	}
	above := c.Listener(socket)
	for _, guard := range [][]any{{"auth"}, {"cors"}, {"tls", "client_ca_file"}, {"tls", "client_ca_pem"}} {
		if above.At(guard...).Exists() {
			return false
		}
	}

	// What comes from elsewhere may have it.
	return above.At("tls").Text() == ""
}

// confined says that NetworkPolicies let only some reach a socket, or nobody.
func confined(p *lint.Pass, c *lint.Collector, socket collectorconfig.Socket) bool {
	policies := p.IngressPolicies(c)
	for _, policy := range policies {
		named := slices.ContainsFunc(policy.At("spec", "ingress").Items(), func(rule lint.Field) bool { return rule.At("from").Len() > 0 })
		if !named && c.Admits(policy, socket.Port, socket.Protocol) {
			return false
		}
	}

	return len(policies) > 0
}

// fronts tells of a Service that a load balancer leads to it from wherever that is reached. A
// class may be one that is inside of a network, and annotations may say so.
func fronts(service *lint.Object) bool {
	spec := service.At("spec")
	if spec.At("type").Text() != "LoadBalancer" || spec.At("loadBalancerSourceRanges").Len() > 0 || spec.At("loadBalancerClass").Exists() ||
		lint.Private(spec.At("loadBalancerIP").Text()) {
		return false
	}
	annotations := service.At("metadata", "annotations").StringMap()
	for key, value := range annotations {
		// The controller of these is inside of the network unless it is told else.
		inside := strings.HasSuffix(key, "aws-load-balancer-type") && value != "nlb" && annotations[awsScheme] != facing
		if inside || narrows(key, value) {
			return false
		}
	}

	return true
}

// What AWS' controller takes for a load balancer that the internet reaches.
const (
	awsScheme = "service.beta.kubernetes.io/aws-load-balancer-scheme"
	facing    = "internet-facing"
)

// narrows tells of an annotation that it may keep clients away from a load balancer. The
// addresses that MetalLB or Cilium gives it stand in one, behind commas.
func narrows(key, value string) bool {
	if slices.ContainsFunc(strings.Split(value, ","), lint.Private) {
		return true
	}
	for _, word := range []string{"internal", "private", "intranet", "source-ranges", "allowlist", "whitelist", "security-group", "subnet", "scheme", "tailscale", "firewall", "disable-public-network"} {
		if strings.EqualFold(value, word) || strings.Contains(strings.ToLower(key), word) && value != facing && value != "false" {
			return true
		}
	}

	return false
}

// ingresses reports those that lead to an open port of a Service.
func ingresses(p *lint.Pass, service *lint.Object, open []openPort) {
	for _, object := range p.Objects {
		if !object.Kind("networking.k8s.io", "Ingress") || !plain(object) {
			continue
		}
		for _, at := range backends(object) {
			if i := leadsTo(object, at, service, open); i >= 0 {
				p.Report(lint.Place{Object: object, Field: at, Severity: lint.Info, Values: []string{"ingress.enabled", "ingress"}},
					"Ingress %s leads to %s, which asks no client who it is: give the receiver auth or tls.client_ca_file, or have the Ingress ask",
					object.Ref.Name, open[i].socket.Called())

				break
			}
		}
	}
}

// plain tells of an Ingress that it has nothing that might ask clients who they are, or keep
// them away: the controllers' annotations for it are many.
func plain(ingress *lint.Object) bool {
	for key := range ingress.At("metadata", "annotations").StringMap() {
		harmless := func(word string) bool { return strings.Contains(key, word) }
		if !slices.ContainsFunc([]string{"cert-manager.io/", "backend-protocol", "/proxy-", "ssl-redirect", "meta.helm.sh/", "external-dns", "rewrite-target", "use-regex"}, harmless) {
			return false
		}
	}
	switch ingress.At("spec", "ingressClassName").Text() {
	case "nginx", "traefik", "haproxy", "contour":
		return true
	}

	return false
}

// backends are the Services that an Ingress leads to.
func backends(ingress *lint.Object) []lint.Field {
	found := []lint.Field{ingress.At("spec", "defaultBackend", "service")}
	for _, rule := range ingress.At("spec", "rules").Items() {
		for _, path := range rule.At("http", "paths").Items() {
			found = append(found, path.At("backend", "service"))
		}
	}

	return found
}

// leadsTo is the index of the open port that a backend names; -1 for none.
func leadsTo(ingress *lint.Object, backend lint.Field, service *lint.Object, open []openPort) int {
	namespaced := ingress.Ref.Namespace == service.Ref.Namespace
	if !namespaced || backend.At("name").Text() != service.Ref.Name {
		return -1
	}
	number, name := backend.At("port", "number").Text(), backend.At("port", "name").Text()

	return slices.IndexFunc(open, func(o openPort) bool {
		return number != "" && o.port.At("port").Text() == number || name != "" && o.port.At("name").Text() == name
	})
}

// listed names the receivers, and their ports in the order of the Service.
func listed(open []openPort) string {
	var ids []string
	ports := map[string][]string{}
	for _, o := range open {
		if !slices.Contains(ids, o.socket.ID) {
			ids = append(ids, o.socket.ID)
		}
		ports[o.socket.ID] = append(ports[o.socket.ID], strconv.FormatInt(o.socket.Port, 10))
	}
	for i, id := range ids {
		ids[i] = id + " (" + strings.Join(slices.Compact(ports[id]), ", ") + ")"
	}

	return strings.Join(ids, " and ")
}

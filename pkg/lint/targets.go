package lint

import (
	"cmp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// What an exporter speaks.
const (
	GRPC = "grpc"
	HTTP = "http"
)

// Target is an address that an exporter sends to which a pipeline names.
type Target struct {
	// Exporter is its id.
	Exporter string
	// Path leads to where the address is written in the config.
	Path []any
	// Address is as the collector reads it, with the container's own environment filled in.
	// The port is the one that holds where none is written.
	collectorconfig.Address
	// Scheme is that of a URL; empty where none is written.
	Scheme string
	// Protocol is GRPC or HTTP, and OTLP says that it is OTLP over it.
	Protocol string
	OTLP     bool
	// Pods says that it dials the Pods behind the Service that it names, past the Service.
	Pods bool
	// Balances says that the exporter spreads what it sends over all that the host is.
	Balances bool
}

// Targets are the addresses that the exporters in use send to, where they are known for
// certain: those with a variable that the container does not set are none.
func (c *Collector) Targets() []Target { return c.targets }

func (c *Collector) findTargets() []Target {
	var found []Target
	for _, id := range c.Config.UsedIn("exporters") {
		name := Canonical(component.Exporter, id)
		for _, t := range append(c.endpoints(id, name), c.balanced(id, name)...) {
			if t.Host != "" && !t.Unknown && !t.File && !strings.Contains(t.Text, "$") {
				found = append(found, t)
			}
		}
	}
	return found
}

// endpoints are the addresses in the keys of an exporter that sends to one place.
func (c *Collector) endpoints(id, name string) []Target {
	keys, protocol := []string{"endpoint"}, HTTP
	switch name {
	case "otlp_grpc":
		protocol = GRPC
	case "otlp_http":
		keys = append(keys, "traces_endpoint", "metrics_endpoint", "logs_endpoint")
	case "prometheus_remote_write", "zipkin", "loki", "splunk_hec":
	default:
		return nil
	}
	var found []Target
	for _, key := range keys {
		t := c.addressAt("exporters", id, key)
		t.Exporter, t.Protocol, t.OTLP = id, protocol, strings.HasPrefix(name, "otlp_")
		if t.Port == 0 && protocol == HTTP {
			t.Port = map[string]int64{"http": 80, "https": 443}[t.Scheme]
		}
		found = append(found, t)
	}
	return found
}

// balanced are the addresses that a load_balancing exporter looks up.
func (c *Collector) balanced(id, name string) []Target {
	if name != "load_balancing" {
		return nil
	}
	var found []Target
	add := func(pods bool, port string, path ...any) {
		t := c.addressAt(append([]any{"exporters", id, "resolver"}, path...)...)
		if t.Port == 0 {
			t.Address = collectorconfig.ParseEndpoint(t.Text + ":" + cmp.Or(port, "4317"))
		}
		t.Exporter, t.Protocol, t.OTLP, t.Pods, t.Balances = id, GRPC, true, pods, true
		found = append(found, t)
	}
	at := func(path ...any) Field { return c.Config.At(append([]any{"exporters", id, "resolver"}, path...)...) }
	if at("dns", "hostname").Exists() {
		add(false, at("dns", "port").Text(), "dns", "hostname")
	}
	for i := range at("static", "hostnames").Items() {
		add(false, "", "static", "hostnames", i)
	}
	if at("k8s", "service").Exists() {
		ports := at("k8s", "ports").Texts()
		if len(ports) == 0 {
			ports = []string{""}
		}
		for _, port := range ports {
			add(true, port, "k8s", "service")
		}
	}
	return found
}

// addressAt is the address at a path of the config, without what the exporter is.
func (c *Collector) addressAt(path ...any) Target {
	text, _ := expand(c.Config.At(path...).Text(), c.environment()).(string)
	text = strings.TrimSpace(text)
	t := Target{Path: path, Address: collectorconfig.ParseTarget(text)}
	if scheme, rest, written := strings.Cut(text, "://"); written {
		t.Scheme = strings.ToLower(scheme)
		// Behind the name of a resolver stands the address of its server, before another slash.
		if t.Scheme != "http" && t.Scheme != "https" && !strings.HasPrefix(rest, "/") {
			t.Address = collectorconfig.Address{}
		}
	}
	return t
}

// Reach is what of the input a target leads to.
type Reach struct {
	// Service that the target names; nil where the operator makes it.
	Service *Object
	// Name of the Service.
	Name string
	// Port of the Service that the target names; nowhere where the Service has none, and
	// where the Pods are dialled past it.
	Port Field
	// Direct says that the Pods are dialled past the Service, at the target's own port.
	Direct bool
	// Collectors to which the Service leads, which may have others behind it too.
	Collectors []*Collector
}

// Reach is what a collector's target leads to; false where the input does not show it.
func (p *Pass) Reach(c *Collector, t Target) (Reach, bool) {
	name, namespace, ok := c.serviceNamed(t.Host)
	if !ok || p.Repeated(c.Object) {
		return Reach{}, false
	}
	switch services := p.servicesNamed(name, namespace); {
	case len(services) == 0:
		return p.operated(name, namespace)
	case len(services) > 1 || services[0].At("spec", "type").Text() == "ExternalName":
		return Reach{}, false
	default:
		return p.through(services[0], t)
	}
}

func (p *Pass) servicesNamed(name, namespace string) []*Object {
	return slices.DeleteFunc(slices.Clone(p.Objects), func(o *Object) bool {
		return !o.Kind("", "Service") || o.Ref.Name != name || o.Ref.Namespace != namespace
	})
}

// through is what a target leads to by a Service.
func (p *Pass) through(service *Object, t Target) (Reach, bool) {
	reach := Reach{Service: service, Name: service.Ref.Name, Direct: t.Pods || service.At("spec", "clusterIP").Text() == "None"}
	for _, c := range p.Collectors {
		switch {
		case !slices.Contains(p.Services(c), service):
		case p.Repeated(c.Object):
			return Reach{}, false
		default:
			reach.Collectors = append(reach.Collectors, c)
		}
	}
	for _, port := range service.At("spec", "ports").Items() {
		if number, _ := port.At("port").Int(); number == t.Port && ProtocolOf(port) == "TCP" && !reach.Direct {
			reach.Port = port
		}
	}
	return reach, true
}

// operated is the Service that the operator makes for an OpenTelemetryCollector.
func (p *Pass) operated(name, namespace string) (Reach, bool) {
	for _, c := range p.Collectors {
		if !c.Operator || c.Namespace() != namespace || c.Mode == Sidecar || p.Repeated(c.Object) {
			continue
		}
		switch made := c.Object.Ref.Name + "-collector"; name {
		case made:
			return Reach{Name: name, Collectors: []*Collector{c}}, true
		case made + "-headless":
			return Reach{Name: name, Collectors: []*Collector{c}, Direct: true}, true
		}
	}
	return Reach{}, false
}

// Made are the names of the Services for data that the operator makes for an OpenTelemetryCollector.
func (c *Collector) Made() []string {
	if !c.Operator || c.Mode == Sidecar {
		return nil
	}
	name := c.Object.Ref.Name + "-collector"
	return []string{name, name + "-headless"}
}

// serviceNamed takes a host as the name of a Service and its namespace, as the cluster's
// DNS reads it from the collector's Pods. Where a sidecar runs is not known.
func (c *Collector) serviceNamed(host string) (name, namespace string, ok bool) {
	labels := strings.Split(strings.TrimSuffix(strings.ToLower(host), "."), ".")
	switch {
	case c.Object == nil:
		return "", "", false
	case len(labels) == 1:
		return labels[0], c.Namespace(), c.Pod.Exists() || c.Operator && c.Mode != Sidecar
	case len(labels) == 2, labels[2] == "svc":
		return labels[0], labels[1], true
	default:
		return "", "", false
	}
}

// PodPort is the port of a collector's Pods to which a target leads through what it
// reaches; 0 where that is not known.
func (r Reach) PodPort(c *Collector, t Target) int64 {
	if r.Direct || r.Service == nil {
		return t.Port
	}
	if !r.Port.Exists() {
		return 0
	}
	return c.target(r.Port)
}

// OTLPAt is what the collector's otlp receivers speak at a port, and the receiver's id;
// false where none listens there, or where another container of the Pod may.
func (c *Collector) OTLPAt(port int64) (protocol, receiver string, ok bool) {
	if c.Config == nil || port == 0 || c.OtherPorts()[port] {
		return "", "", false
	}
	for _, socket := range c.Sockets {
		if socket.Kind != component.Receiver || Canonical(component.Receiver, socket.ID) != "otlp" || socket.Port != port || socket.Loopback() {
			continue
		}
		for _, step := range fromPath(socket.Path) {
			if step == GRPC || step == HTTP {
				return step.(string), socket.ID, true //nolint:forcetypeassert // It equals a string.
			}
		}
	}
	return "", "", false
}

package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

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
	// Collectors to which the Service leads, and Others that it leads to other Pods of the input too.
	Collectors []*Collector
	Others     bool
}

// Reach is what a collector's target leads to; false where the input does not show it.
func (p *Pass) Reach(c *Collector, t Target) (Reach, bool) {
	return p.reach(c.Object, c.here(), t)
}

// here says that the collector runs in its object's namespace. Where a sidecar does is not known.
func (c *Collector) here() bool { return c.Pod.Exists() || c.Operator && c.Mode != Sidecar }

// SearchedNamespace is the one whose Services a collector names without a namespace; empty where that is not known.
func (c *Collector) SearchedNamespace() string {
	if !c.here() {
		return ""
	}
	return searched(c.Namespace(), c.PodSpec)
}

// SearchedNamespace is the one whose Services a sender names without a namespace; empty where that is not known.
func (s Sender) SearchedNamespace() string {
	if !s.here {
		return ""
	}
	return searched(s.from.Ref.Namespace, func(key string) Field { return s.from.podTemplate().At("spec", key) })
}

// searched is the namespace of Pods, if they ask the cluster's DNS as Pods do. The namespace default may be the one that
// whoever rendered the objects left unsaid.
func searched(namespace string, spec func(key string) Field) string {
	policy := spec("dnsPolicy").Text()
	switch {
	case namespace == "default", policy != "" && policy != "ClusterFirst",
		spec("dnsConfig").Exists(), spec("hostAliases").Exists(), spec("hostNetwork").True():
		return ""
	default:
		return namespace
	}
}

// reach is what a target leads to from the Pods of an object. Here says that they run in its namespace.
func (p *Pass) reach(from *Object, here bool, t Target) (Reach, bool) {
	name, namespace, ok := serviceNamed(t.Host)
	switch {
	case !ok, from == nil, namespace == "" && !here, p.Repeated(from):
		return Reach{}, false
	case namespace == "":
		namespace = from.Ref.Namespace
	}
	switch services := p.index.services[[2]string{name, namespace}]; {
	case len(services) == 0:
		return p.operated(name, namespace)
	case len(services) > 1 || services[0].At("spec", "type").Text() == "ExternalName":
		return Reach{}, false
	default:
		return p.through(services[0], t)
	}
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
	reach.Others = p.mixed(service, reach.Collectors)
	for _, port := range service.At("spec", "ports").Items() {
		if number, _ := port.At("port").Int(); number == t.Port && ProtocolOf(port) == "TCP" && !reach.Direct {
			reach.Port = port
		}
	}
	return reach, true
}

// mixed says that a Service leads to Pods of the input beside those of collectors.
func (p *Pass) mixed(service *Object, collectors []*Collector) bool {
	return once(&p.index.mixed, service, func() bool {
		selector := service.At("spec", "selector").StringMap()
		return slices.ContainsFunc(p.Objects, func(o *Object) bool {
			return sameNamespace(o.Ref.Namespace, service.Ref.Namespace) && selectsAll(selector, o.PodLabels()) &&
				!slices.ContainsFunc(collectors, func(c *Collector) bool { return c.Object == o })
		})
	})
}

// operated is the Service that the operator makes for an OpenTelemetryCollector.
func (p *Pass) operated(name, namespace string) (Reach, bool) {
	for _, c := range p.Collectors {
		if !c.Operator || c.Namespace() != namespace || c.Mode == Sidecar || p.Repeated(c.Object) ||
			c.Object.At("spec", "managementState").Text() == "unmanaged" {
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

// serviceNamed takes a host as the name of a Service and its namespace, as the cluster's DNS reads it. The namespace is
// empty where the host leaves it to the Pod's.
func serviceNamed(host string) (name, namespace string, ok bool) {
	labels := strings.Split(strings.TrimSuffix(strings.ToLower(host), "."), ".")
	switch {
	case len(labels) == 1:
		return labels[0], "", true
	case slices.Contains(labels, "clusterset"): // Of several clusters.
		return "", "", false
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
	return c.otlpAt(port, func(socket collectorconfig.Socket) bool { return !socket.Loopback() })
}

// OTLPBeside is OTLPAt for what shares the collector's Pod.
func (c *Collector) OTLPBeside(port int64) (protocol, receiver string, ok bool) {
	return c.otlpAt(port, func(collectorconfig.Socket) bool { return true })
}

// PortBeside is the port at which what shares the Pod of collectors finds a protocol of OTLP; 0 where they have none.
func PortBeside(collectors []*Collector, protocol string) int64 {
	for _, c := range collectors {
		for _, socket := range c.Sockets {
			if spoken, _, known := c.OTLPBeside(socket.Port); known && spoken == protocol {
				return socket.Port
			}
		}
	}
	return 0
}

func (c *Collector) otlpAt(port int64, reached func(collectorconfig.Socket) bool) (protocol, receiver string, ok bool) {
	if c.Config == nil || port == 0 || c.OtherPorts()[port] {
		return "", "", false
	}
	for _, socket := range c.Sockets {
		if socket.Kind != component.Receiver || Canonical(component.Receiver, socket.ID) != "otlp" || socket.Port != port || !reached(socket) {
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

// Spoken is what the collectors behind a Service speak where a target leads, and what listens there; false where that is
// not known of each, or they differ.
func (r Reach) Spoken(t Target) (protocol, by string, known bool) {
	if r.Others {
		return "", "", false
	}
	for _, c := range r.Collectors {
		spoken, id, ok := c.OTLPAt(r.PodPort(c, t))
		if !ok || protocol != "" && spoken != protocol {
			return "", "", false
		}
		protocol, by = spoken, "the receiver "+id+" of "+c.Name()
	}
	return protocol, by, protocol != ""
}

// PortOf is a port of what is reached where a protocol of OTLP is spoken; 0 where the input shows none.
func (r Reach) PortOf(protocol string) int64 {
	at := map[int64]Reach{}
	if r.Direct || r.Service == nil {
		for _, c := range r.Collectors {
			for _, socket := range c.Sockets {
				at[socket.Port] = r
			}
		}
	} else {
		for _, port := range r.Service.At("spec", "ports").Items() {
			number, _ := port.At("port").Int()
			at[number] = Reach{Service: r.Service, Port: port, Collectors: r.Collectors, Others: r.Others}
		}
	}
	for _, number := range slices.Sorted(maps.Keys(at)) {
		if spoken, _, known := at[number].Spoken(Target{Address: collectorconfig.Address{Port: number}}); known && spoken == protocol {
			return number
		}
	}
	return 0
}

// Unserved says why nothing answers at a port of the Service, as a message goes on behind its name; empty where something
// may.
func (r Reach) Unserved(port int64) string {
	if port == 0 || r.Port.Exists() {
		return ""
	}
	if r.Direct || r.Service == nil {
		if r.silent(port) {
			return fmt.Sprintf("and %s does not listen there: %s", r.Collectors[0].Name(), r.Collectors[0].Listened())
		}
		return ""
	}
	if ports := r.ports(); ports != "" {
		return fmt.Sprintf("which has %s: send to one of its ports, or add this one", ports)
	}
	return ""
}

// ports are those of the Service, as a message lists them.
func (r Reach) ports() string {
	var ports []string
	for _, port := range r.Service.At("spec", "ports").Items() {
		text := port.At("port").Text()
		if name := port.At("name").Text(); name != "" {
			text += " (" + name + ")"
		}
		ports = append(ports, text)
	}
	return strings.Join(ports, ", ")
}

// silent says that nothing behind a Service opens a port: none of its collectors, nor anything else in their Pods.
func (r Reach) silent(port int64) bool {
	for _, c := range r.Collectors {
		if c.MayListen(port) || !c.Alone() || c.Operator && c.adds(port) {
			return false
		}
	}
	return len(r.Collectors) > 0 && !r.Others
}

// adds says that an OpenTelemetryCollector gives its Service a port of its own.
func (c *Collector) adds(port int64) bool {
	return slices.ContainsFunc(c.Container.At("ports").Items(), func(own Field) bool {
		number, _ := own.At("port").Int()
		return number == port
	})
}

package lint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// ServicePort is a port of a Service, and where on the collector's Pods it arrives.
type ServicePort struct {
	Service *Object
	Field   Field
	// Number on the Pod; 0 when the target is a name that no container has.
	Number   int64
	Protocol string
}

// Services are the Services that select the collector's Pods.
func (p *Pass) Services(c *Collector) []*Object { return p.services[c] }

// servicesOf finds the Services that select each collector's Pods, once for all rules: an
// input may have hundreds of both.
func servicesOf(collectors []*Collector, objects []*Object) map[*Collector][]*Object {
	services := ofKind(objects, "", "", "Service")
	selectors := make([]map[string]string, len(services))
	for i, service := range services {
		selectors[i] = service.At("spec", "selector").StringMap()
	}
	found := map[*Collector][]*Object{}
	for _, c := range collectors {
		labels, namespace := c.Labels(), c.Namespace()
		for i, service := range services {
			if sameNamespace(service.Ref.Namespace, namespace) && selectsAll(selectors[i], labels) {
				found[c] = append(found[c], service)
			}
		}
	}
	return found
}

// ServicePorts are the ports of the Services that select the collector's Pods.
func (p *Pass) ServicePorts(c *Collector) []ServicePort {
	var ports []ServicePort
	for _, service := range p.Services(c) {
		for _, port := range service.At("spec", "ports").Items() {
			ports = append(ports, ServicePort{
				Service: service, Field: port, Number: c.target(port), Protocol: ProtocolOf(port),
			})
		}
	}
	return ports
}

// target is the Pod's port that a Service's port leads to.
func (c *Collector) target(port Field) int64 {
	to := port.At("targetPort")
	if !to.Exists() {
		number, _ := port.At("port").Int()
		return number
	}
	if number, ok := to.Int(); ok {
		return number
	}
	return c.namedPort(to.Text())
}

// namedPort is the number of a port that one of the Pod's containers names; 0 for none.
func (c *Collector) namedPort(name string) int64 {
	for _, container := range c.containers() {
		for _, port := range container.At("ports").Items() {
			if port.At("name").Text() == name {
				number, _ := port.At("containerPort").Int()
				return number
			}
		}
	}
	return 0
}

// containers are all of the Pod's.
func (c *Collector) containers() []Field {
	return append(c.Pod.At("spec", "containers").Items(), c.Pod.At("spec", "initContainers").Items()...)
}

// OtherPorts are the container ports of the Pod's other containers.
func (c *Collector) OtherPorts() map[int64]bool {
	found := map[int64]bool{}
	for _, container := range c.containers() {
		if container.Path() == c.Container.Path() {
			continue
		}
		for _, port := range container.At("ports").Items() {
			if number, ok := port.At("containerPort").Int(); ok {
				found[number] = true
			}
		}
	}
	return found
}

// ProtocolOf is the protocol of a port of a container or a Service: TCP where nothing is said.
func ProtocolOf(port Field) string {
	if protocol := port.At("protocol").Text(); protocol != "" {
		return protocol
	}
	return "TCP"
}

// Listens says that the collector opens a port, as far as its config tells: a derived
// one, or one that an endpoint of a component in use names on an address that is not the
// loopback's. The latter covers components that nothing is known of.
func (c *Collector) Listens(number int64) bool {
	for _, port := range c.Derived.Ports {
		if port.Port == number {
			return true
		}
	}
	if probe := c.Derived.Probe; probe != nil && probe.Port == number {
		return true
	}
	return names(expand(c.Config.mayListen(), c.environment()), number) || c.listensByDefault(number)
}

// listensByDefault says that an endpoint opens a port which a receiver or extension in use has
// by default, and which the config does not set, of those that are known by the catalogue alone.
func (c *Collector) listensByDefault(number int64) bool {
	return slices.ContainsFunc(c.Opaque, func(opaque string) bool {
		kind, id, _ := strings.Cut(opaque, ".")
		role := map[component.Kind]string{component.Receiver: "receivers", component.Extension: "extensions"}[component.Kind(kind)]
		_, entry := component.Known().Find(component.Kind(kind), Type(id))
		if entry == nil || role == "" || !slices.Contains(c.Config.UsedIn(role), id) {
			return false
		}
		for path := range entry.Defaults {
			field := c.Config.At(role, id)
			for key := range strings.SplitSeq(path, ".") {
				field = field.At(key)
			}
			value, _ := entry.Default(c.Image.Version, path)
			if text, written := value.(string); written && !field.Exists() && listenable(text, number) {
				return true
			}
		}
		return false
	})
}

// names says that a value names a port as something that is listened on.
func names(value any, number int64) bool {
	switch value := value.(type) {
	case string:
		return listenable(value, number)
	case map[string]any:
		for _, inner := range value {
			if names(inner, number) {
				return true
			}
		}
	case []any:
		for _, inner := range value {
			if names(inner, number) {
				return true
			}
		}
	case int:
		return int64(value) == number
	case int64:
		return value == number
	}
	return false
}

// listenable says that a text ends with a port on an address that is not the loopback's.
// A URL that goes on after its port is one to send to.
func listenable(text string, number int64) bool {
	address := collectorconfig.ParseTarget(text)
	if number == 0 || address.Port != number || address.Loopback() {
		return false
	}
	return strings.HasSuffix(strings.TrimRight(text, "}"), strconv.FormatInt(number, 10))
}

// UnknownPorts says that an endpoint takes its port from a variable without a value, so
// that which ports are open is not known. An endpoint of a component that nothing is known
// of is told by its port, which follows a colon.
func (c *Collector) UnknownPorts() bool {
	for _, socket := range c.Sockets {
		if socket.Unknown {
			return true
		}
	}
	return unknownPort(expand(c.Config.Values, c.environment()))
}

func unknownPort(value any) bool {
	switch value := value.(type) {
	case string:
		address := collectorconfig.ParseEndpoint(value)
		return address.Unknown && address.Host != value
	case map[string]any:
		for _, inner := range value {
			if unknownPort(inner) {
				return true
			}
		}
	case []any:
		for _, inner := range value {
			if unknownPort(inner) {
				return true
			}
		}
	}
	return false
}

// IngressPolicies are the NetworkPolicies that restrict what reaches the collector's Pods.
func (p *Pass) IngressPolicies(c *Collector) []*Object {
	var found []*Object
	for _, policy := range ofKind(p.Objects, c.Namespace(), "networking.k8s.io", "NetworkPolicy") {
		if !Selects(policy.At("spec", "podSelector"), c.Labels(), true) {
			continue
		}
		types := policy.At("spec", "policyTypes").Texts()
		restricts := len(types) == 0
		for _, name := range types {
			restricts = restricts || name == "Ingress"
		}
		if restricts {
			found = append(found, policy)
		}
	}
	return found
}

// Admits says that a rule of a NetworkPolicy lets something reach a port of the Pods.
func (c *Collector) Admits(policy *Object, number int64, protocol string) bool {
	for _, rule := range policy.At("spec", "ingress").Items() {
		ports := rule.At("ports").Items()
		if len(ports) == 0 {
			return true
		}
		for _, port := range ports {
			if ProtocolOf(port) != protocol {
				continue
			}
			first, ok := port.At("port").Int()
			if !port.At("port").Exists() {
				return true
			}
			if !ok {
				first = c.namedPort(port.At("port").Text())
			}
			last, ok := port.At("endPort").Int()
			if !ok {
				last = first
			}
			if first <= number && number <= last {
				return true
			}
		}
	}
	return false
}

// PortNamed is the number of the container's port of a name; 0 for none.
func (c *Collector) PortNamed(name string) int64 { return c.namedPort(name) }

// PodPortOf is the port of the collector's Pods that a Service's port leads to; 0 for none.
func (c *Collector) PodPortOf(port Field) int64 { return c.target(port) }

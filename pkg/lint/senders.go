package lint

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// Sender is an application that is told where to send what its OpenTelemetry SDK makes.
type Sender struct {
	// Name is how messages call it.
	Name string
	// Variable of the environment that has the address; empty for a field of an Instrumentation.
	Variable string
	Place    Place
	// Address is as the SDK reads it, with what the container sets itself filled in. The port is the one that holds where
	// none is written.
	collectorconfig.Address
	// Protocol is GRPC or HTTP; empty where nothing says it, and an SDK takes its own.
	Protocol string
	// Beside are the collectors that share the network of its Pod, where nothing else does but other senders. Other
	// collectors may come to it as it starts.
	Beside []*Collector

	// here says that its Pods run in the namespace of its object.
	here bool
}

// Senders are the applications of the input whose address is known for certain.
func (p *Pass) Senders() []Sender {
	var found []Sender
	for _, o := range p.Objects {
		found = append(found, p.sendersOf(o)...)
		if at := o.At("spec", "exporter", "endpoint"); o.Kind("opentelemetry.io", "Instrumentation") && at.Text() != "" {
			found = append(found, sender(Sender{Name: "Instrumentation " + o.Ref.Name, Place: Place{Object: o, Field: at}}, at.Text()))
		}
	}
	for _, c := range p.Collectors {
		found = append(found, injected(c)...)
	}
	return slices.DeleteFunc(found, func(s Sender) bool {
		return s.Host == "" || s.Port == 0 || s.Unknown || s.File || strings.Contains(s.Text, "$")
	})
}

// sendersOf are those in an object's Pods.
func (p *Pass) sendersOf(o *Object) []Sender {
	pod := o.podTemplate()
	if !pod.Exists() {
		return nil
	}
	var found []Sender
	alone := !pod.At("spec", "hostNetwork").True()
	var beside []*Collector
	for _, container := range Running(pod.At("spec")) {
		if c := p.collectorIn(o, container); c != nil {
			beside = append(beside, c)
			continue
		}
		senders := sendersIn(container)
		alone = alone && len(senders) > 0
		for _, s := range senders {
			s.Place.Object, s.here = o, true
			found = append(found, s)
		}
	}
	if alone {
		for i := range found {
			found[i].Beside = beside
		}
	}
	return found
}

// collectorIn is the collector that a container of an object is.
func (p *Pass) collectorIn(o *Object, container Field) *Collector {
	for _, c := range p.Collectors {
		if c.Object == o && c.Container.Path() == container.Path() {
			return c
		}
	}
	return nil
}

const otlpVariable = "OTEL_EXPORTER_OTLP_"

// sendersIn is a sender for each address in a container's environment, in the order of the variables.
func sendersIn(container Field) []Sender {
	environment := environmentOf(container)
	if strings.EqualFold(environment["OTEL_SDK_DISABLED"], "true") {
		return nil
	}
	var found []Sender
	for _, variable := range container.At("env").Items() {
		name := variable.At("name").Text()
		signal, ok := strings.CutPrefix(name, otlpVariable)
		if !ok {
			continue
		}
		if signal, ok = strings.CutSuffix(signal, "ENDPOINT"); ok {
			found = append(found, sender(Sender{
				Name: "the container " + container.At("name").Text(), Variable: name, Place: Place{Field: variable.At("value")},
				Protocol: protocolOf(cmp.Or(environment[otlpVariable+signal+"PROTOCOL"], environment[otlpVariable+"PROTOCOL"])),
			}, environment[name]))
		}
	}
	return found
}

// protocolOf reads the protocol of an SDK: grpc, http/protobuf or http/json.
func protocolOf(text string) string {
	protocol, _, _ := strings.Cut(text, "/")
	if protocol != GRPC && protocol != HTTP {
		return ""
	}
	return protocol
}

// sender fills in the address of one.
func sender(s Sender, text string) Sender {
	text = strings.TrimSpace(text)
	s.Address = collectorconfig.ParseTarget(text)
	scheme, rest, _ := strings.Cut(text, "://")
	if s.Port == 0 {
		s.Port = map[string]int64{"http": 80, "https": 443}[strings.ToLower(scheme)]
	}
	// The path of a signal's own address: gRPC has none.
	if s.Protocol == "" && strings.Contains(rest, "/v1/") {
		s.Protocol = HTTP
	}
	return s
}

// setByPolicy is the address that a policy gives to the containers beside its sidecar.
var setByPolicy = regexp.MustCompile(`["']` + otlpVariable + `ENDPOINT["'],\s*["']?value["']?:\s*["']([^"']+)["']`)

// injected is the sender that a MutatingAdmissionPolicy makes of the containers beside the sidecar that it injects.
func injected(c *Collector) []Sender {
	if c.Mode != Sidecar || c.Operator || c.Object == nil {
		return nil
	}
	for _, mutation := range c.Object.At("spec", "mutations").Items() {
		for _, kind := range []string{"jsonPatch", "applyConfiguration"} {
			at := mutation.At(kind, "expression")
			if match := setByPolicy.FindStringSubmatch(at.Text()); match != nil {
				return []Sender{sender(Sender{
					Name: "each container beside the sidecar", Variable: otlpVariable + "ENDPOINT", Beside: []*Collector{c},
					Place: c.Place(at, append([]string{"sidecar.endpoint"}, ConfigValues("receivers", "otlp")...)...),
				}, match[1])}
			}
		}
	}
	return nil
}

// ReachOf is what a sender's address leads to by a Service; false where the input does not show it.
func (p *Pass) ReachOf(s Sender) (Reach, bool) {
	return p.reach(s.Place.Object, s.here, Target{Address: s.Address, Protocol: s.Protocol})
}

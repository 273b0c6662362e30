package lint

import (
	"regexp"
	"slices"
	"strings"
)

// Sender is an application that is told where to send what its OpenTelemetry SDK makes.
type Sender struct {
	// Name is how messages call it.
	Name string
	// Variable of the environment that has the address; empty for a field of an Instrumentation.
	Variable string
	// Signal is traces, metrics or logs where the variable is for that alone.
	Signal string
	Place  Place
	// Target is the address, with what the container sets itself filled in. Its protocol is empty where nothing says it.
	Target
	// OnNode says that the address is its node's.
	OnNode bool
	// Beside are the collectors in its Pod, where it has no other containers but senders, as far as the input shows.
	Beside []*Collector
	// Injected says that something may add a container to its Pod, as a mesh does.
	Injected bool

	// from makes its Pods, and here says that they run in its namespace.
	from *Object
	here bool
}

const otlpVariable = "OTEL_EXPORTER_OTLP_"

// Senders are the applications of the input whose address is written in it. Their list is not to be changed.
func (p *Pass) Senders() []Sender { return p.index.senders() }

func (p *Pass) findSenders() []Sender {
	var found []Sender
	for _, o := range p.Objects {
		found = append(found, p.sendersOf(o)...)
		if o.Kind("opentelemetry.io", "Instrumentation") {
			found = append(found, p.instrumented(o)...)
		}
	}
	for _, c := range p.Collectors {
		found = append(found, setByPolicy(c)...)
	}
	return slices.DeleteFunc(found, func(s Sender) bool {
		return s.Host == "" || s.Port == 0 || s.Unknown || s.File || strings.Contains(s.Text, "$")
	})
}

// instrumented are the applications that an Instrumentation gives an address: by a variable, which goes before the others, or
// by its own field. Whose they are is not known.
func (p *Pass) instrumented(o *Object) []Sender {
	name := "Instrumentation " + o.Ref.Name
	given := []Field{o.At("spec")}
	for _, language := range o.At("spec").Keys() {
		given = append(given, o.At("spec", language))
	}
	var found []Sender
	for _, variables := range given {
		for _, s := range p.sendersIn(o, variables) {
			s.Name, s.here = name, false
			found = append(found, s)
		}
	}
	if at := o.At("spec", "exporter", "endpoint"); at.Text() != "" && !slices.ContainsFunc(given, hasAddress) {
		// The operator gives each container its node's address.
		text := kubeletExpanded(at.Text(), map[string]string{"OTEL_NODE_IP": ownNode})
		found = append(found, sender(Sender{Name: name, Place: Place{Object: o, Field: at}, from: o}, text))
	}
	return found
}

// hasAddress says that a list of variables has one for an address.
func hasAddress(container Field) bool {
	return slices.ContainsFunc(container.At("env").Items(), func(variable Field) bool {
		name := variable.At("name").Text()
		return strings.HasPrefix(name, otlpVariable) && strings.HasSuffix(name, "ENDPOINT")
	})
}

// sendersOf are those in an object's Pods.
func (p *Pass) sendersOf(o *Object) []Sender {
	pod := o.podTemplate()
	if !pod.Exists() {
		return nil
	}
	var found []Sender
	var beside []*Collector
	injected := p.injects(o, pod)
	alone := !pod.At("spec", "hostNetwork").True() && !injected
	for _, container := range Running(pod.At("spec")) {
		if c := p.collectorIn(o, container); c != nil {
			beside = append(beside, c)
			continue
		}
		senders := p.sendersIn(o, container)
		alone = alone && len(senders) > 0
		found = append(found, senders...)
	}
	for i := range found {
		if found[i].Injected = injected; alone {
			found[i].Beside = beside
		}
		if len(beside) > 0 && pod.At("metadata", "labels", injectedLabel).Exists() {
			found[i].Place.Values = injectedValues()
		}
	}
	return found
}

// injectedLabel is on Pods that have their sidecar, of the operator's or ours.
const injectedLabel = "sidecar.opentelemetry.io/injected"

// injectedValues are the keys of this project's chart that say where a sidecar listens, and where its neighbours send.
func injectedValues() []string {
	return append([]string{"sidecar.endpoint"}, ConfigValues("receivers", "otlp")...)
}

// injects says that something may add a container to an object's Pods. One that has been added keeps others of its kind away.
func (p *Pass) injects(o *Object, pod Field) bool {
	settled := pod.At("metadata", "labels", injectedLabel).Exists()
	marked := func(field Field) bool {
		keys := append(field.At("metadata", "annotations").Keys(), field.At("metadata", "labels").Keys()...)
		return slices.ContainsFunc(keys, func(key string) bool {
			return strings.Contains(key, "inject") && (!settled || !strings.HasPrefix(key, "sidecar.opentelemetry.io/"))
		})
	}
	return marked(pod) || slices.ContainsFunc(p.Objects, func(other *Object) bool {
		return other.Kind("", "Namespace") && sameNamespace(other.Ref.Name, o.Ref.Namespace) && marked(other.Field)
	})
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

// sendersIn is a sender for each address that the SDK in a container takes.
func (p *Pass) sendersIn(o *Object, container Field) []Sender {
	env := p.variablesOf(o, container)
	if !env.runsSDK() {
		return nil
	}
	var found []Sender
	for _, signal := range []string{"TRACES", "METRICS", "LOGS"} {
		name, ofSignal := otlpVariable+signal+"_ENDPOINT", strings.ToLower(signal)
		if !env.has(name) {
			name, ofSignal = otlpVariable+"ENDPOINT", ""
		}
		at, written := env.values[name]
		if !written || !env.exports(signal) {
			continue
		}
		protocol := env.protocol(signal)
		if i := slices.IndexFunc(found, func(s Sender) bool { return s.Variable == name }); i >= 0 {
			if found[i].Protocol != protocol {
				found[i] = sender(found[i], at.text) // Neither protocol goes for all that is sent there.
			}
			continue
		}
		s := sender(Sender{
			Name: "the container " + container.At("name").Text() + " of " + o.Ref.Kind + " " + o.Ref.Name, Variable: name, Signal: ofSignal,
			Place: at.place, from: o, here: true,
		}, at.text)
		if s.Protocol = protocol; s.Port == 0 && protocol == HTTP {
			s.Port = map[string]int64{"http": 80, "https": 443}[s.Scheme]
		}
		found = append(found, s)
	}
	return found
}

// sender fills in the address of one. The port that holds where none is written goes by the protocol, and for gRPC by the SDK.
func sender(s Sender, text string) Sender {
	s.Target = targetAt(strings.ToLower(strings.TrimSpace(text)))
	s.OnNode = s.Host == ownNode
	return s
}

// addressInCEL is the address that a policy gives to the containers beside its sidecar.
var addressInCEL = regexp.MustCompile(`["']?name["']?:\s*(?:dyn\()?["']` + otlpVariable + `ENDPOINT["']\)?,\s*["']?value["']?:\s*(?:dyn\()?["']([^"']+)["']`)

// setByPolicy is the sender that a MutatingAdmissionPolicy makes of the containers beside the sidecar that it injects.
func setByPolicy(c *Collector) []Sender {
	if c.Mode != Sidecar || c.Operator || c.Object == nil {
		return nil
	}
	for _, mutation := range c.Object.At("spec", "mutations").Items() {
		for _, kind := range []string{"jsonPatch", "applyConfiguration"} {
			at := mutation.At(kind, "expression")
			if match := addressInCEL.FindStringSubmatch(at.Text()); match != nil {
				return []Sender{sender(Sender{
					Name: "each container beside the sidecar", Variable: otlpVariable + "ENDPOINT", Beside: []*Collector{c},
					Place: c.Place(at, injectedValues()...), from: c.Object,
				}, match[1])}
			}
		}
	}
	return nil
}

// ReachOf is what a sender's address leads to by a Service; false where the input does not show it.
func (p *Pass) ReachOf(s Sender) (Reach, bool) { return p.reach(s.from, s.here, s.Target) }

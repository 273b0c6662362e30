package lint

import (
	"fmt"
	"maps"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Mode is how a collector runs.
type Mode string

// The modes. None is a collector of which nothing says how it runs: a bare config, or
// a Pod or Job of its own.
const (
	Gateway   Mode = "gateway"
	DaemonSet Mode = "daemonset"
	Sidecar   Mode = "sidecar"
	None      Mode = ""
)

// Collector is one collector that the input would run.
type Collector struct {
	// Object is the workload, the OpenTelemetryCollector or the admission policy that
	// injects it; nil for a bare config.
	Object *Object
	// Pod is the Pod's template: metadata and spec. It is nowhere for a bare config, an
	// OpenTelemetryCollector and an injected sidecar.
	Pod Field
	// Container is where the container stands; for an OpenTelemetryCollector its spec,
	// which has the container's fields too.
	Container Field
	// Operator says that the OpenTelemetry operator makes the Pods, and with them the
	// ports, probes and the disruption budget.
	Operator bool
	Mode     Mode
	Image    Image
	// Config is nil when the input does not show it; Unseen then says why.
	Config *Config
	Unseen *Unseen
	// Problems are what is wrong with the config when the image reads it.
	Problems []Problem
	// Derived is what the config needs of Kubernetes, empty without a config. The
	// container's own environment is filled in.
	Derived collectorconfig.Derived
	// Sockets are where the config listens, the loopback included; the container's own
	// environment is filled in.
	Sockets []collectorconfig.Socket
	// Opaque are the components in use of which nothing is known, as kind.id.
	Opaque []string

	targets []Target
}

// Name is how messages call the collector.
func (c *Collector) Name() string {
	if c.Object == nil {
		return "the collector"
	}
	return c.Object.Ref.Kind + " " + c.Object.Ref.Name
}

// Own says that this project's chart rendered the collector.
func (c *Collector) Own() bool { return c.Object != nil && c.Object.Own }

// Namespace is where the collector runs; empty where the release says.
func (c *Collector) Namespace() string {
	if c.Object == nil {
		return ""
	}
	return c.Object.Ref.Namespace
}

// Labels are those of the collector's Pods.
func (c *Collector) Labels() map[string]string { return c.Pod.At("metadata", "labels").StringMap() }

// Runs says that the input shows the container, so that it can be judged.
func (c *Collector) Runs() bool { return c.Object != nil }

// ServesNetwork says that data arrives over the network, as at a gateway.
func (c *Collector) ServesNetwork() bool {
	for _, port := range c.Derived.Ports {
		if port.Service {
			return true
		}
	}
	return false
}

// BatchInQueue is the first version whose exporters take sending_queue.batch.
const BatchInQueue = "0.123.0"

// BatchesInQueue says that exporters of the image can make batches in their queues.
func (c *Collector) BatchesInQueue() bool {
	return semver.Compare("v"+c.Image.Version, "v"+BatchInQueue) >= 0
}

// Place is where a field of the collector's object is, and the values keys that feed it.
func (c *Collector) Place(field Field, values ...string) Place {
	return Place{Object: c.Object, Field: field, Values: values}
}

// derive fills in what the config needs.
func (c *Collector) derive() error {
	if c.Config == nil {
		return nil
	}
	// To check the config takes longer than all else, and so is done beside it.
	problems := sync.OnceValues(func() ([]Problem, error) {
		defer func() {
			if cause := recover(); cause != nil {
				panic(fmt.Sprintf("%v\n%s", cause, debug.Stack())) // Who asks sees where it was.
			}
		}()
		return c.Config.problems(c.Image)
	})
	go func() {
		defer func() { _ = recover() }() // Who asks for the problems panics too.
		_, _ = problems()
	}()
	limit, _ := c.MemoryLimit()
	config, _ := expand(c.Config.Values, c.environment()).(map[string]any)
	in := collectorconfig.Input{
		Mode: string(c.Mode), Version: c.Image.Version, Distribution: c.Image.Distribution,
		MemoryLimitMiB: limit / (1 << 20), Namespace: c.Namespace(),
	}
	c.Sockets = collectorconfig.Sockets(config, in)
	if c.Operator {
		listenEverywhere(config, c.Sockets)
	}
	c.Derived = collectorconfig.Derive(config, in)
	c.Opaque = opaque(c.Config)
	c.targets = c.findTargets()
	var err error
	c.Problems, err = problems()
	if on, given := c.FeatureGate(bareVariables); given && !on {
		c.Problems = slices.DeleteFunc(c.Problems, func(p Problem) bool { return p.Code == collectorconfig.CodeBareEnv })
	}
	c.Problems = slices.DeleteFunc(c.Problems, func(p Problem) bool { return p.Gate != "" && c.switches(p.Gate) })
	return err
}

// listenEverywhere writes into a config where receivers listen by default, as the operator does: on every address, where
// the collector takes the loopback.
func listenEverywhere(config map[string]any, sockets []collectorconfig.Socket) {
	for _, socket := range sockets {
		if socket.Kind != component.Receiver || socket.Written || socket.Port == 0 {
			continue
		}
		path, at := fromPath(socket.Path), config
		for _, step := range path[:len(path)-1] {
			key, _ := step.(string)
			below, isMap := at[key].(map[string]any)
			if !isMap {
				below = map[string]any{}
				at[key] = below
			}
			at = below
		}
		if key, isKey := path[len(path)-1].(string); isKey {
			at[key] = fmt.Sprintf("0.0.0.0:%d", socket.Port)
		}
	}
}

// switches tells whether the collector's arguments switch a feature gate so: +name or -name.
func (c *Collector) switches(gate string) bool {
	name, on := strings.CutPrefix(gate, "+")
	is, given := c.FeatureGate(strings.TrimPrefix(name, "-"))
	return given && is == on
}

// bareVariables is the gate without which a collector expands $NAME, as those before 0.104 do.
const bareVariables = "confmap.unifyEnvVarExpansion"

var reference = regexp.MustCompile(`\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(:-[^}]*)?\}`)

// expand puts variables that have a value in the place of their references.
func expand(value any, environment map[string]string) any {
	switch value := value.(type) {
	case string:
		if !strings.Contains(value, "$") {
			return value
		}
		return reference.ReplaceAllStringFunc(value, func(text string) string {
			if known, ok := environment[reference.FindStringSubmatch(text)[1]]; ok {
				return known
			}
			return text
		})
	case map[string]any:
		fresh := maps.Clone(value)
		for key := range fresh {
			fresh[key] = expand(fresh[key], environment)
		}
		return fresh
	case []any:
		fresh := make([]any, len(value))
		for i := range value {
			fresh[i] = expand(value[i], environment)
		}
		return fresh
	default:
		return value
	}
}

// opaque lists the components of a config that the table does not know.
func opaque(config *Config) []string {
	table := table()
	var found []string
	for _, kind := range component.Kinds() {
		for _, id := range config.Components(string(kind)) {
			name := Type(id)
			if canonical, ok := table.Aliases[kind][name]; ok {
				name = canonical
			}
			if _, known := table.Components[kind][name]; !known {
				found = append(found, string(kind)+"."+id)
			}
		}
	}
	return found
}

// table is the component table, which is never changed.
var table = sync.OnceValue(component.All) //nolint:gochecknoglobals // Building it for each question took half of a run.

// Canonical is the newest name of a component's type.
func Canonical(kind component.Kind, id string) string {
	name := strings.TrimSpace(Type(id))
	if canonical, ok := table().Aliases[kind][name]; ok {
		return canonical
	}
	if _, ok := table().Components[kind][name]; ok {
		return name
	}
	if canonical, entry := component.Known().Find(kind, name); entry != nil {
		return canonical
	}
	return name
}

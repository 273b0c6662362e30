package migratevalues

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A wanted config is what the collector of the file runs with, in full, and what of it this chart's presets bring.
type wanted struct {
	*conversion
	config map[string]any
	// presets are the components that presets of this chart bring into pipelines.
	presets []presetComponent
	// path is where the file has the config, and written what stands there: what somebody wrote is told of when it is
	// left out.
	path    source.Path
	written map[string]any
}

// presetComponent is one that a preset defines and joins to pipelines.
type presetComponent struct {
	kind component.Kind
	id   string
	// signals of the pipelines that it joins.
	signals []string
	// named says that it joins pipelines with a name of their own too.
	named bool
}

const (
	otlp    = "otlp"
	limiter = "memory_limiter"
	batch   = "batch"
	debug   = "debug"
)

// settle writes config, without and exactPipelines, so that the chart compiles to what is wanted.
func (w *wanted) settle() {
	w.config = canonical(w.config)
	w.moveVerbosity()
	w.keepOnlyProtocols()
	w.leaveOutBatch()
	w.leaveOutUnused()
	pipelines := mapping(at(w.config, "service", "pipelines"))
	anywhere := false
	for _, id := range sorted(pipelines) {
		anywhere = anywhere || slices.Contains(texts(at(pipelines[id], "receivers")), otlp)
	}
	if !anywhere {
		w.set(true, "without", "receivers", otlp)
	}
	for _, signal := range []string{"traces", "metrics", "logs"} {
		if _, there := pipelines[signal]; !there {
			w.set(true, "without", "pipelines", signal)
		}
	}
	for _, id := range sorted(pipelines) {
		w.settlePipeline(id, mapping(pipelines[id]), anywhere)
	}
	w.settleBodies()
	w.settleService()
}

// settlePipeline writes what a pipeline has beyond what the chart gives it, or all of it, to the letter, where the chart
// would give it more.
func (w *wanted) settlePipeline(id string, pipeline map[string]any, otlpAnywhere bool) {
	receivers, processors, exporters := texts(pipeline["receivers"]), texts(pipeline["processors"]), texts(pipeline["exporters"])
	given := w.given(id, otlpAnywhere)
	unwanted := func(kind component.Kind, list []string) bool {
		return slices.ContainsFunc(given[kind], func(id string) bool { return id != limiter && !slices.Contains(list, id) })
	}
	switch exact := unwanted(component.Receiver, receivers) || unwanted(component.Processor, processors); {
	case exact:
		w.set(true, "exactPipelines", id)
		given = map[component.Kind][]string{}
		processors = limited(id, processors)
	case slices.Equal(exporters, []string{debug}):
		exporters = nil
	}
	more := func(kind component.Kind, role string, list []string) {
		list = slices.DeleteFunc(slices.Clone(list), func(id string) bool { return slices.Contains(given[kind], id) })
		if len(list) > 0 {
			w.set(anys(list), "config", "service", "pipelines", id, role)
		}
	}
	more(component.Receiver, "receivers", receivers)
	more(component.Processor, "processors", processors)
	more(component.Exporter, "exporters", exporters)
	if slices.Contains(exporters, debug) && mapping(w.config["exporters"])[debug] != nil {
		w.set(map[string]any{}, "config", "exporters", debug)
	}
}

// given is what the chart puts into a pipeline.
func (w *wanted) given(pipeline string, otlpAnywhere bool) map[component.Kind][]string {
	given := map[component.Kind][]string{}
	if signal := slices.Contains([]string{"traces", "metrics", "logs"}, pipeline); signal && otlpAnywhere {
		given[component.Receiver] = []string{otlp}
	}
	if supports(component.Processor, limiter, pipeline) {
		given[component.Processor] = []string{limiter}
	}
	for _, preset := range w.presets {
		if slices.Contains(preset.signals, typeOf(pipeline)) && (preset.named || !strings.Contains(pipeline, "/")) {
			given[preset.kind] = append(given[preset.kind], preset.id)
		}
	}

	return given
}

// limited are processors with the memory limiter first, in a pipeline that has one.
func limited(pipeline string, processors []string) []string {
	others := slices.DeleteFunc(slices.Clone(processors), func(id string) bool { return id == limiter })
	if !supports(component.Processor, limiter, pipeline) {
		return others
	}

	return append([]string{limiter}, others...)
}

// supports tells whether a component joins pipelines of an id's signal by itself.
func supports(kind component.Kind, id, pipeline string) bool {
	return slices.Contains(component.All().Components[kind][typeOf(id)].Signals, typeOf(pipeline))
}

// settleBodies writes the bodies of components, without what the chart gives them anyway.
func (w *wanted) settleBodies() {
	for _, kind := range component.Kinds() {
		bodies := mapping(w.config[string(kind)])
		for _, id := range sorted(bodies) {
			body := mapping(bodies[id])
			if body == nil {
				body = map[string]any{}
			}
			if kind == component.Receiver && id == otlp {
				body = without(body, ourOTLP(), false)
			}
			fillNull(body)
			if len(body) > 0 || !w.brought(kind, id) {
				w.set(body, "config", string(kind), id)
			}
		}
	}
}

// fillNull writes an empty body where null stands for one: Helm 4 drops null from a parent chart's values.
func fillNull(body map[string]any) {
	for _, key := range []string{"scrapers", "protocols"} {
		for name, value := range mapping(body[key]) {
			if value == nil {
				mapping(body[key])[name] = map[string]any{}
			}
		}
	}
}

// brought tells whether the chart defines a component by itself.
func (w *wanted) brought(kind component.Kind, id string) bool {
	switch {
	case kind == component.Receiver && id == otlp, kind == component.Processor && id == limiter,
		kind == component.Exporter && id == debug, kind == component.Extension && id == "health_check":
		return true
	}

	return slices.ContainsFunc(w.presets, func(p presetComponent) bool { return p.kind == kind && p.id == id })
}

// ourOTLP is the receiver as the chart has it, in both ways to write the Pod's address.
func ourOTLP() map[string]any {
	return map[string]any{"protocols": map[string]any{
		"grpc": map[string]any{"endpoint": "${env:POD_IP}:4317"},
		"http": map[string]any{"endpoint": "${env:POD_IP}:4318"},
	}}
}

// keepOnlyProtocols gives the receiver otlp another name where it has one protocol alone: the chart's has both.
func (w *wanted) keepOnlyProtocols() {
	body := mapping(at(w.config, "receivers", otlp))
	protocols := mapping(body["protocols"])
	_, grpc := protocols["grpc"]
	_, http := protocols["http"]
	if body == nil || grpc && http || !grpc && !http {
		return
	}
	id := otlp + "/http"
	if grpc {
		id = otlp + "/grpc"
	}
	if at(w.config, "receivers", id) != nil {
		return
	}
	receivers := mapping(w.config["receivers"])
	receivers[id] = receivers[otlp]
	delete(receivers, otlp)
	for _, pipeline := range mapping(at(w.config, "service", "pipelines")) {
		list := texts(at(pipeline, "receivers"))
		for i := range list {
			if list[i] == otlp {
				list[i] = id
			}
		}
		if list != nil && mapping(pipeline) != nil {
			mapping(pipeline)["receivers"] = anys(list)
		}
	}
	w.note(w.path.Join(source.Keys("receivers", otlp)...), "is %s: the chart's receiver otlp has both protocols", id)
}

// leaveOutBatch takes the batch processor without settings of its own out of pipelines whose exporters batch.
func (w *wanted) leaveOutBatch() {
	if body := mapping(at(w.config, "processors", batch)); len(body) > 0 {
		return
	}
	for _, pipeline := range mapping(at(w.config, "service", "pipelines")) {
		processors := texts(at(pipeline, "processors"))
		if !slices.Contains(processors, batch) || !slices.ContainsFunc(texts(at(pipeline, "exporters")), w.doesNotBatch) {
			if mapping(pipeline) != nil && processors != nil {
				mapping(pipeline)["processors"] = anys(slices.DeleteFunc(processors, func(id string) bool { return id == batch }))
			}
		}
	}
	if !w.used()[component.Processor][batch] {
		delete(mapping(w.config["processors"]), batch)
	}
	if mentions(w.written, batch) && at(w.config, "processors", batch) == nil {
		w.note(w.path.Join(source.Keys("processors", batch)...), "the batch processor is left out: the chart's exporters batch behind their queues")
	}
}

// doesNotBatch tells whether an exporter sends what it gets as it comes.
func (w *wanted) doesNotBatch(id string) bool {
	if id == debug || id == "nop" || at(w.config, "connectors", id) != nil {
		return false
	}
	if _, connector := mapping(w.config["connectors"])[id]; connector || at(w.config, "exporters", id, "sending_queue", "enabled") == false {
		return !connector
	}
	for _, given := range component.All().Components[component.Exporter][typeOf(id)].Defaults {
		if given.Config["sending_queue"] != nil {
			return false
		}
	}

	return true
}

// leaveOutUnused takes out what no pipeline and no list of extensions names.
func (w *wanted) leaveOutUnused() {
	used := w.used()
	for _, kind := range component.Kinds() {
		bodies := mapping(w.config[string(kind)])
		for _, id := range sorted(bodies) {
			if used[kind][id] || kind == component.Processor && id == limiter {
				continue
			}
			delete(bodies, id)
			for written := range mapping(w.written[string(kind)]) {
				if newest(kind, written) == id && (kind != component.Processor || id != batch) {
					w.note(w.path.Join(source.Keys(string(kind), written)...), "left out: no pipeline and no list of extensions names it")
				}
			}
		}
	}
}

func (w *wanted) used() map[component.Kind]map[string]bool {
	used := map[component.Kind]map[string]bool{}
	for _, kind := range component.Kinds() {
		used[kind] = map[string]bool{}
	}
	for _, pipeline := range mapping(at(w.config, "service", "pipelines")) {
		for _, kind := range []component.Kind{component.Receiver, component.Processor, component.Exporter} {
			for _, id := range texts(at(pipeline, string(kind))) {
				used[kind][id] = true
				if kind != component.Processor {
					used[component.Connector][id] = true
				}
			}
		}
	}
	for _, id := range texts(at(w.config, "service", "extensions")) {
		used[component.Extension][id] = true
	}

	return used
}

// settleService writes the collector's own telemetry.
func (w *wanted) settleService() {
	telemetry := mapping(at(w.config, "service", "telemetry"))
	if len(telemetry) > 0 {
		w.set(telemetry, "config", "service", "telemetry")
	}
	for key := range mapping(w.config["service"]) {
		if !slices.Contains([]string{"telemetry", "pipelines", "extensions"}, key) {
			w.left(w.path.Join(source.Keys("service", key)...), "unknown: not carried over")
		}
	}
}

// canonical is a config with the newest names of its components.
func canonical(config map[string]any) map[string]any {
	fresh := mapping(clone(config))
	if fresh == nil {
		return map[string]any{}
	}
	for _, kind := range component.Kinds() {
		section := mapping(fresh[string(kind)])
		for _, id := range sorted(section) {
			to := newest(kind, id)
			if to == id {
				continue
			}
			if body := mapping(section[to]); body != nil && mapping(section[id]) != nil {
				overlay(body, mapping(section[id]))
			} else if section[to] == nil {
				section[to] = section[id]
			}
			delete(section, id)
		}
	}
	for _, pipeline := range mapping(at(fresh, "service", "pipelines")) {
		for _, kind := range []component.Kind{component.Receiver, component.Processor, component.Exporter} {
			if mapping(pipeline) == nil || mapping(pipeline)[string(kind)] == nil {
				continue
			}
			var list []string
			for _, id := range texts(at(pipeline, string(kind))) {
				if id = newest(kind, id); !slices.Contains(list, id) {
					list = append(list, id)
				}
			}
			mapping(pipeline)[string(kind)] = anys(list)
		}
	}

	return fresh
}

// newest is a component's id by its newest name. Lists of receivers and exporters name connectors too.
func newest(kind component.Kind, id string) string {
	name, rest, named := strings.Cut(id, "/")
	table := component.All()
	for _, of := range []component.Kind{kind, component.Connector} {
		if of == component.Connector && (kind == component.Processor || kind == component.Extension) {
			continue
		}
		if _, known := table.Components[of][name]; known {
			break
		}
		if to, old := table.Aliases[of][name]; old {
			name = to

			break
		}
	}
	if named {
		return name + "/" + rest
	}

	return name
}

// ourVariables writes the variables of a config by the names of this chart.
func ourVariables(config map[string]any) map[string]any { return mapping(mapped(config, ourNames)) }

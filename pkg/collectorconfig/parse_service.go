package collectorconfig

import (
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// signals are the data types that pipelines carry.
func signals() []string { return []string{"traces", "metrics", "logs", "profiles"} }

func (r *reader) readService(service *source.Node) {
	path := source.Keys("service")
	if !r.mapping(service, path, "service") {
		if service.IsNull() {
			r.report(CodeEmptyPipeline, path, r.doc.Root.PositionOf(path), "add service.pipelines",
				"service has no pipelines, so nothing in the config runs")
		}
		return
	}
	known := []string{"extensions", "pipelines", "telemetry"}
	for _, pair := range service.Pairs {
		if !contains(known, pair.Key.Value) {
			r.misnamed(CodeUnknownSection, nameAt(pair.Key, path), known, "",
				"service has no key %q", pair.Key.Value)
		}
	}
	if extensions := service.Get("extensions"); extensions != nil {
		r.doc.Extensions = r.references(extensions, path.Join(source.Key("extensions")))
	}
	if telemetry := service.Get("telemetry"); telemetry != nil {
		r.mapping(telemetry, path.Join(source.Key("telemetry")), "service.telemetry")
	}
	r.readPipelines(service)
}

func (r *reader) readPipelines(service *source.Node) {
	path := source.Keys("service", "pipelines")
	pipelines := service.Get("pipelines")
	if pipelines == nil || pipelines.IsNull() || pipelines.Kind == source.Mapping && len(pipelines.Pairs) == 0 {
		r.report(CodeEmptyPipeline, path, r.doc.Root.PositionOf(path), "add a pipeline, such as traces:",
			"service has no pipelines, so nothing in the config runs")
		return
	}
	if !r.mapping(pipelines, path, "service.pipelines") {
		return
	}
	first := map[string]int{}
	for _, pair := range pipelines.Pairs {
		at := path.Join(source.Key(pair.Key.Value))
		id := TrimID(pair.Key.Value)
		if reason := badID(id); reason != "" {
			r.report(CodeInvalidID, at, pair.Key.Position(), "an id is signal or signal/name, such as traces or traces/2",
				"%q is no id of a pipeline: %s", pair.Key.Value, reason)
			continue
		}
		if line, twice := first[id]; twice {
			r.report(CodeDuplicate, at, pair.Key.Position(), "the collector ignores the spaces: rename or remove one",
				"the pipeline %s is defined twice, first on line %d", id, line)
			continue
		}
		first[id] = pair.Key.Position().Line
		if !contains(signals(), typeOf(id)) {
			r.misnamed(CodeUnknownSignal, Reference{ID: typeOf(id), Path: at, Position: pair.Key.Position()}, signals(), "",
				"the pipeline %s is of no signal: a pipeline carries traces, metrics, logs or profiles", id)
			problem := &r.problems[len(r.problems)-1]
			if meant := problem.KeyInstead; meant != "" {
				problem.KeyInstead = retyped(id, func(string) string { return meant })
			}
		}
		r.readPipeline(PipelineDefinition{ID: id, Path: at, Position: pair.Key.Position()}, pair.Value)
	}
}

func (r *reader) readPipeline(p PipelineDefinition, body *source.Node) {
	if r.mapping(body, p.Path, "the pipeline "+p.ID) || body.IsNull() {
		known := []string{"receivers", "processors", "exporters"}
		for _, pair := range body.Pairs {
			path := p.Path.Join(source.Key(pair.Key.Value))
			switch pair.Key.Value {
			case string(component.Receiver):
				p.Receivers = r.references(pair.Value, path)
			case string(component.Processor):
				p.Processors = r.references(pair.Value, path)
			case string(component.Exporter):
				p.Exporters = r.references(pair.Value, path)
			default:
				r.misnamed(CodeUnknownSection, nameAt(pair.Key, p.Path), known, "",
					"a pipeline has no key %q: it has receivers, processors and exporters", pair.Key.Value)
			}
		}
		r.checkEmpty(p, body)
	}
	r.doc.Pipelines = append(r.doc.Pipelines, p)
}

// checkEmpty reports a pipeline that nothing enters or nothing leaves.
func (r *reader) checkEmpty(p PipelineDefinition, body *source.Node) {
	for role, list := range map[component.Kind][]Reference{component.Receiver: p.Receivers, component.Exporter: p.Exporters} {
		path := p.Path.Join(source.Key(string(role)))
		node := body.Get(string(role))
		// A list of another shape is reported as such.
		if len(list) > 0 || node != nil && !node.IsNull() && (node.Kind != source.Sequence || len(node.Items) > 0) {
			continue
		}
		r.report(CodeEmptyPipeline, path, r.doc.Root.PositionOf(path), "give it one, or remove the pipeline",
			"the pipeline %s has no %s: the collector does not start", p.ID, role)
	}
}

// references reads a list of ids.
func (r *reader) references(list *source.Node, path source.Path) []Reference {
	switch {
	case list.IsNull():
		return nil
	case expands(list):
		r.doc.opaque["references"] = true
		return nil
	case list.Kind != source.Sequence:
		r.report(CodeInvalidConfig, path, list.Position(), "write it in brackets: ["+list.Value+"]",
			"%s is a list of ids, and this is a %s", path, list.Kind)
		return nil
	}
	var references []Reference
	for i, item := range list.Items {
		at := path.Join(source.Index(i))
		switch {
		case expands(item):
			r.doc.opaque["references"] = true
		case item.Kind != source.Scalar || item.IsNull():
			r.report(CodeInvalidConfig, at, item.Position(), "", "an id is wanted, and this is a %s", shape(item))
		default:
			references = append(references, Reference{ID: TrimID(item.Value), Path: at, Position: item.Position()})
		}
	}
	return references
}

func shape(node *source.Node) string {
	if node.IsNull() {
		return "null"
	}
	return node.Kind.String()
}

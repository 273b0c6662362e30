package collectorconfig

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkRoutes reports pipelines that connectors send to by name, and that are not there or do not take it. One that no
// pipeline has on both sides is never made.
func (r *reader) checkRoutes() {
	if r.doc.opaque["references"] || r.doc.opaque["service"] || r.doc.opaque["service.pipelines"] {
		return
	}
	all := r.connectorEnds()
	for _, id := range r.ids[component.Connector] {
		d := r.defined[component.Connector][id]
		if d.Body == nil || all[id] == nil || len(all[id].in) == 0 || len(all[id].out) == 0 {
			continue
		}
		for _, row := range component.PipelineReferences() {
			if canonicalType(r.table, component.Connector, d.Type()) == row.Type {
				r.checkRoutesOf(d, row, all[id].out)
			}
		}
	}
}

func (r *reader) checkRoutesOf(d Definition, row component.PipelineReference, out []end) {
	for _, found := range locate(row.Path, d.Body.Any()) {
		path := found.path()
		node := d.Body.Lookup(path)
		if node == nil {
			continue
		}
		node.Scalars(func(below source.Path, name *source.Node) {
			if !name.IsNull() && !varies(name) {
				r.checkRoute(d, Reference{ID: TrimID(name.Value), Path: d.Path.Join(path...).Join(below...), Position: name.Position()}, out)
			}
		})
	}
}

func (r *reader) checkRoute(d Definition, ref Reference, out []end) {
	var pipelines, takers []string
	for _, pipeline := range r.doc.Pipelines {
		pipelines = append(pipelines, pipeline.ID)
		if r.doc.opaque[pipeline.Path.String()] {
			return // It may have anything among its receivers.
		}
	}
	for _, end := range out {
		takers = append(takers, end.pipeline.ID)
	}
	switch {
	case slices.Contains(takers, ref.ID):
	case !slices.Contains(pipelines, ref.ID):
		r.misnamed(CodeUndefined, ref, takers, "define it under service.pipelines, with "+d.ID+" among its receivers",
			"the connector %s names the pipeline %s, which is not defined", d.ID, ref.ID)
	default:
		r.report(CodeOneSided, ref.Path, ref.Position, "name it among the receivers of "+ref.ID,
			"the connector %s names the pipeline %s, which does not have it among its receivers: the collector does not start", d.ID, ref.ID)
	}
}

package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// use is a list of a pipeline and what it takes.
type use struct {
	pipeline PipelineDefinition
	role     component.Kind
	list     []Reference
}

// uses are the lists of all pipelines in the order of the file.
func (r *reader) uses() []use {
	all := make([]use, 0, 3*len(r.doc.Pipelines))
	for _, p := range r.doc.Pipelines {
		all = append(all,
			use{p, component.Receiver, p.Receivers},
			use{p, component.Processor, p.Processors},
			use{p, component.Exporter, p.Exporters})
	}
	return all
}

// kindOf finds what a reference in a list of a role names: a component of that kind, or
// a connector where the role is a pipeline's end.
func (r *reader) kindOf(role component.Kind, id string) (component.Kind, bool) {
	if _, ok := r.defined[role][id]; ok {
		return role, true
	}
	if role == component.Receiver || role == component.Exporter {
		if _, ok := r.defined[component.Connector][id]; ok {
			return component.Connector, true
		}
	}
	return "", false
}

// checkReferences reports ids that name nothing, or something of another class.
func (r *reader) checkReferences() {
	for _, u := range r.uses() {
		seen := map[string]bool{}
		for _, ref := range u.list {
			r.checkReference(u.role, ref, "the pipeline "+u.pipeline.ID)
			if u.role == component.Processor && seen[ref.ID] {
				r.report(CodeDuplicate, ref.Path, ref.Position, "name it once",
					"the pipeline %s names the processor %s twice: the collector does not start", u.pipeline.ID, ref.ID)
			}
			seen[ref.ID] = true
		}
	}
	for _, ref := range r.doc.Extensions {
		r.checkReference(component.Extension, ref, "service.extensions")
	}
	for _, id := range r.ids[component.Connector] {
		for _, kind := range []component.Kind{component.Receiver, component.Exporter} {
			if other, both := r.defined[kind][id]; both {
				connector := r.defined[component.Connector][id]
				r.report(CodeDuplicate, connector.Path, connector.Position, "give one of them a name: "+id+"/NAME",
					"%s is both a connector and %s (line %d): the collector can't tell them apart", id, aOrAn(kind), other.Position.Line)
			}
		}
	}
}

func (r *reader) checkReference(role component.Kind, ref Reference, where string) {
	if _, ok := r.kindOf(role, ref.ID); ok || r.doc.opaque[string(role)] {
		return
	}
	if role != component.Processor && role != component.Extension && r.doc.opaque[string(component.Connector)] {
		return
	}
	for _, kind := range component.Kinds() {
		if _, ok := r.defined[kind][ref.ID]; ok {
			r.report(CodeWrongClass, ref.Path, ref.Position, moveHint(kind, ref.ID),
				"%s names %s among its %s, and it is %s", where, ref.ID, role, aOrAn(kind))
			return
		}
	}
	candidates := r.ids[role]
	if role == component.Receiver || role == component.Exporter {
		candidates = append(append([]string{}, candidates...), r.ids[component.Connector]...)
	}
	r.misnamed(CodeUndefined, ref, candidates, "define it under "+string(role)+", or take it out of the list",
		"%s names the %s %s, which is not defined", where, singular(role), ref.ID)
}

func moveHint(kind component.Kind, id string) string {
	switch kind {
	case component.Extension:
		return "enable it in service.extensions"
	case component.Connector:
		return "name it among the exporters of one pipeline and the receivers of another"
	default:
		return "name " + id + " among the " + string(kind) + " of a pipeline"
	}
}

func aOrAn(kind component.Kind) string {
	one := singular(kind)
	if strings.HasPrefix(one, "e") {
		return "an " + one
	}
	return "a " + one
}

// named are the ids that pipelines and service.extensions name, by kind. It is false where
// some of them are not known.
func (r *reader) named() (map[component.Kind]map[string]bool, bool) {
	named := map[component.Kind]map[string]bool{}
	for _, kind := range component.Kinds() {
		named[kind] = map[string]bool{}
	}
	complete := !r.doc.opaque["references"] && !r.doc.opaque["service"] && !r.doc.opaque["service.pipelines"]
	for _, u := range r.uses() {
		complete = complete && !r.doc.opaque[u.pipeline.Path.String()]
		for _, ref := range u.list {
			named[u.role][ref.ID] = true
			if u.role != component.Processor {
				named[component.Connector][ref.ID] = true
			}
		}
	}
	for _, ref := range r.doc.Extensions {
		named[component.Extension][ref.ID] = true
	}
	return named, complete
}

// checkUnused reports what is defined and never named.
func (r *reader) checkUnused() {
	named, complete := r.named()
	if !complete {
		return
	}
	for _, d := range r.doc.Components {
		if named[d.Kind][d.ID] && d.Kind != component.Extension {
			for _, ref := range r.extensionsIn(d) {
				named[component.Extension][ref.ID] = true
			}
		}
	}
	for _, d := range r.doc.Components {
		if !named[d.Kind][d.ID] {
			r.report(CodeUnused, d.Path, d.Position, unusedHint(d.Kind), "%s %s is defined and never used", theOne(d.Kind), d.ID)
		}
	}
}

func unusedHint(kind component.Kind) string {
	if kind == component.Extension {
		return "enable it in service.extensions, or remove it"
	}
	return "name it in a pipeline, or remove it"
}

// row is what is known of a component.
func (r *reader) row(kind component.Kind, id string) (component.Component, bool) {
	_, row, known := rowOf(r.table, kind, typeOf(id))
	return row, known
}

// checkSignals reports components in pipelines of a signal that they don't have.
// Profiles are left out: their support is still growing.
func (r *reader) checkSignals() {
	for _, u := range r.uses() {
		signal := u.pipeline.Signal()
		if signal == "profiles" || !contains(signals(), signal) {
			continue
		}
		for _, ref := range u.list {
			kind, defined := r.kindOf(u.role, ref.ID)
			row, known := r.row(kind, ref.ID)
			has := append(append([]string{}, row.Signals...), row.MoreSignals...)
			if defined && known && kind != component.Connector && len(has) > 0 && !contains(has, signal) {
				r.report(CodeSignal, ref.Path, ref.Position, "take it out of this pipeline",
					"the %s %s has no %s, only %s", singular(kind), ref.ID, signal, strings.Join(has, ", "))
			}
		}
	}
}

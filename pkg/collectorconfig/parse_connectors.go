package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// end is a place where a pipeline names a connector.
type end struct {
	pipeline  PipelineDefinition
	reference Reference
}

// ends are the uses of a connector: data enters it from the exporters' side, and leaves
// it on the receivers' side.
type ends struct{ in, out []end }

// connectorEnds lists the uses of each connector in the order of the file.
func (r *reader) connectorEnds() map[string]*ends {
	all := map[string]*ends{}
	for _, u := range r.uses() {
		for _, ref := range u.list {
			if kind, _ := r.kindOf(u.role, ref.ID); kind != component.Connector {
				continue
			}
			if all[ref.ID] == nil {
				all[ref.ID] = &ends{}
			}
			if u.role == component.Exporter {
				all[ref.ID].in = append(all[ref.ID].in, end{u.pipeline, ref})
			} else {
				all[ref.ID].out = append(all[ref.ID].out, end{u.pipeline, ref})
			}
		}
	}
	return all
}

// checkConnectors reports connectors used on one side alone, between signals that they
// don't join, and in a circle.
func (r *reader) checkConnectors() {
	all := r.connectorEnds()
	for _, id := range r.ids[component.Connector] {
		if all[id] == nil {
			continue
		}
		r.checkSides(id, all[id])
		r.checkPairs(id, all[id])
	}
	r.checkCycles(all)
}

func (r *reader) checkSides(id string, e *ends) {
	if r.doc.opaque["references"] {
		return
	}
	switch {
	case len(e.out) == 0:
		r.report(CodeOneSided, e.in[0].reference.Path, e.in[0].reference.Position, "name it among the receivers of another pipeline",
			"the connector %s is only an exporter: what the pipeline %s sends into it goes nowhere", id, e.in[0].pipeline.ID)
	case len(e.in) == 0:
		r.report(CodeOneSided, e.out[0].reference.Path, e.out[0].reference.Position, "name it among the exporters of another pipeline",
			"the connector %s is only a receiver: nothing reaches the pipeline %s through it", id, e.out[0].pipeline.ID)
	}
}

// joins tells whether a connector turns one signal into another, so far as is known.
func (r *reader) joins(id, from, to string) bool {
	row, known := r.row(component.Connector, id)
	if !known || len(row.Pairs) == 0 || from == "profiles" || to == "profiles" {
		return true
	}
	return contains(row.Pairs, from+">"+to)
}

// checkPairs reports each use that has no counterpart of a signal that it can be joined
// with.
func (r *reader) checkPairs(id string, e *ends) {
	if len(e.in) == 0 || len(e.out) == 0 || r.doc.opaque["references"] {
		return
	}
	row, _ := r.row(component.Connector, id)
	hint := "it joins " + strings.ReplaceAll(strings.Join(row.Pairs, ", "), ">", " to ")
	from, to := signalsOf(e.in), signalsOf(e.out)
	if len(from) == 0 || len(to) == 0 {
		return
	}
	for _, in := range e.in {
		if contains(from, in.pipeline.Signal()) && !r.joinsAny(id, []string{in.pipeline.Signal()}, to) {
			r.report(CodeConnectorSignals, in.reference.Path, in.reference.Position, hint,
				"the connector %s makes no %s of the %s of the pipeline %s", id, strings.Join(to, " or "), in.pipeline.Signal(), in.pipeline.ID)
		}
	}
	for _, out := range e.out {
		if contains(to, out.pipeline.Signal()) && !r.joinsAny(id, from, []string{out.pipeline.Signal()}) {
			r.report(CodeConnectorSignals, out.reference.Path, out.reference.Position, hint,
				"the connector %s makes no %s for the pipeline %s of %s", id, out.pipeline.Signal(), out.pipeline.ID, strings.Join(from, " or "))
		}
	}
}

func (r *reader) joinsAny(id string, from, to []string) bool {
	for _, a := range from {
		for _, b := range to {
			if r.joins(id, a, b) {
				return true
			}
		}
	}
	return false
}

// signalsOf lists the known signals of the pipelines, each once, in order.
func signalsOf(ends []end) []string {
	var found []string
	for _, e := range ends {
		if contains(signals(), e.pipeline.Signal()) && !contains(found, e.pipeline.Signal()) {
			found = append(found, e.pipeline.Signal())
		}
	}
	return found
}

// checkCycles reports circles that data would run in, each where the connector that closes
// it is named among exporters.
func (r *reader) checkCycles(all map[string]*ends) {
	s := &cycleSearch{reader: r, ends: all, state: map[string]seen{}, pipelines: map[string]PipelineDefinition{}}
	for _, p := range r.doc.Pipelines {
		s.pipelines[p.ID] = p
	}
	for _, p := range r.doc.Pipelines {
		if s.state["pipeline "+p.ID].visit == unseen {
			s.visitPipeline(p)
		}
	}
}

type visit int8

const (
	unseen visit = iota
	onPath
	done
)

// seen says how far the search is with a node, and where it stands on the path.
type seen struct {
	visit visit
	index int
}

// cycleSearch goes depth first through pipelines and connectors. A connector is visited
// once for each signal that enters it, so that the search stays linear.
type cycleSearch struct {
	*reader
	ends      map[string]*ends
	pipelines map[string]PipelineDefinition
	state     map[string]seen
	path      []hop
}

// hop is a step of the search: a pipeline or a connector.
type hop struct {
	key, name string
}

func (s *cycleSearch) visitPipeline(p PipelineDefinition) {
	key := "pipeline " + p.ID
	s.enter(hop{key: key, name: p.ID})
	for _, ref := range p.Exporters {
		if kind, _ := s.kindOf(component.Exporter, ref.ID); kind == component.Connector && contains(signals(), p.Signal()) {
			s.visitConnector(ref, p.Signal())
		}
	}
	s.leave()
}

func (s *cycleSearch) visitConnector(ref Reference, signal string) {
	key := "connector " + signal + " " + ref.ID
	if s.state[key].visit != unseen {
		s.close(key, ref)
		return
	}
	s.enter(hop{key: key, name: ref.ID})
	for _, out := range s.ends[ref.ID].out {
		if !s.joins(ref.ID, signal, out.pipeline.Signal()) {
			continue
		}
		next := "pipeline " + out.pipeline.ID
		if s.state[next].visit == unseen {
			s.visitPipeline(s.pipelines[out.pipeline.ID])
		} else {
			s.close(next, ref)
		}
	}
	s.leave()
}

func (s *cycleSearch) enter(h hop) {
	s.state[h.key] = seen{onPath, len(s.path)}
	s.path = append(s.path, h)
}

func (s *cycleSearch) leave() {
	last := len(s.path) - 1
	s.state[s.path[last].key] = seen{visit: done}
	s.path = s.path[:last]
}

// longestCycleShown keeps a message readable.
const longestCycleShown = 20

// close reports the circle that a step back to a key on the path closes.
func (s *cycleSearch) close(key string, at Reference) {
	if s.state[key].visit != onPath {
		return
	}
	first := s.state[key].index
	var names []string
	for _, h := range s.path[first:] {
		if len(names) == longestCycleShown {
			names = append(names, "...")
			break
		}
		names = append(names, h.name)
	}
	names = append(names, s.path[first].name)
	s.report(CodeConnectorCycle, at.Path, at.Position, "take the connector out of one of the pipelines",
		"data runs in a circle: %s", strings.Join(names, " -> "))
}

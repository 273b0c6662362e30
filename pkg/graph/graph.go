// Package graph draws the pipelines of collectors: what enters them, what runs in which order, what leaves them, and
// the connectors that join one pipeline to another.
package graph

import (
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// Most is how many edges a graph has at the most: Mermaid draws no more of them, and nobody would follow them. The
// pipelines beyond are counted.
const Most = 500

// A Role is what a node does in a pipeline.
type Role string

// The roles.
const (
	Receiver  Role = "receiver"
	Processor Role = "processor"
	Exporter  Role = "exporter"
	Connector Role = "connector"
)

// A Graph is that of one collector.
type Graph struct {
	// Name is the collector's, and differs from those of the others of the input.
	Name string
	// Short is its object's or its file's own name.
	Short string
	Nodes []Node
	// Pipelines in the order of the config.
	Pipelines []Pipeline
	// Left is how many pipelines more there are than are drawn.
	Left int
	// Unseen says why the config is not known; empty: it is.
	Unseen string
}

// A Node is a receiver, an exporter or a connector, which pipelines share, or a processor of one pipeline.
type Node struct {
	Role Role
	// ID is type[/name] as the pipelines name it; empty where a pipeline lacks a receiver or an exporter.
	ID string
	// Undefined says that the config defines no such component.
	Undefined bool
}

// A Pipeline names its nodes by their index. Each has a receiver and an exporter, be it a node without an id.
type Pipeline struct {
	ID                               string
	Receivers, Processors, Exporters []int
}

// Signal is what the pipeline carries.
func (p Pipeline) Signal() string { return lint.Type(p.ID) }

// An Edge leads data of a pipeline from one node to another.
type Edge struct{ From, To, Pipeline int }

// Edges are all of the graph, pipeline by pipeline.
func (g Graph) Edges() []Edge {
	var edges []Edge
	for i, p := range g.Pipelines {
		from := p.Receivers
		for _, next := range p.Processors {
			edges = join(edges, i, from, []int{next})
			from = []int{next}
		}
		edges = join(edges, i, from, p.Exporters)
	}

	return edges
}

func join(edges []Edge, pipeline int, from, to []int) []Edge {
	for _, a := range from {
		for _, b := range to {
			edges = append(edges, Edge{From: a, To: b, Pipeline: pipeline})
		}
	}

	return edges
}

// Notes say what the graph does not show.
func (g Graph) Notes() []string {
	switch {
	case g.Unseen != "":
		return []string{"the config is not known: " + g.Unseen}
	case g.Left > 0:
		return []string{fmt.Sprintf("%d of %d pipelines are not drawn: a graph has at most %d edges", g.Left, g.Left+len(g.Pipelines), Most)}
	case len(g.Pipelines) == 0:
		return []string{"the config has no pipelines"}
	}

	return nil
}

// Hiding is the graph with all of its text changed, such as by what hides secrets.
func (g Graph) Hiding(hide func(string) string) Graph {
	g.Name, g.Short, g.Unseen = hide(g.Name), hide(g.Short), hide(g.Unseen)
	nodes, pipelines := make([]Node, 0, len(g.Nodes)), make([]Pipeline, 0, len(g.Pipelines))
	for _, n := range g.Nodes {
		n.ID = hide(n.ID)
		nodes = append(nodes, n)
	}
	for _, p := range g.Pipelines {
		p.ID = hide(p.ID)
		pipelines = append(pipelines, p)
	}
	g.Nodes, g.Pipelines = nodes, pipelines

	return g
}

// Of are the graphs of collectors, in their order.
func Of(collectors []*lint.Collector) []Graph {
	graphs := make([]Graph, 0, len(collectors))
	for i, name := range names(collectors) {
		graphs = append(graphs, of(name, collectors[i]))
	}

	return graphs
}

func of(name string, c *lint.Collector) Graph {
	g := Graph{Name: name, Short: shortName(c)}
	if c.Config == nil {
		g.Unseen = "the input does not show it"
		if c.Unseen != nil {
			g.Unseen = c.Unseen.Reason
		}

		return g
	}
	b := &builder{config: c.Config, graph: &g, left: Most, shared: map[string]int{}, sections: map[string]section{}}
	ids := c.Config.Pipelines()
	for i, id := range ids {
		if !b.pipeline(id) {
			g.Left = len(ids) - i

			break
		}
	}

	return g
}

// builder is the state of one graph while it is made.
type builder struct {
	config *lint.Config
	graph  *Graph
	// left is how many edges more there may be.
	left int
	// shared finds nodes by their role and id.
	shared   map[string]int
	sections map[string]section
}

// A section is the ids that one defines. An open one comes out of `${...}`, and may define anything.
type section struct {
	ids  map[string]bool
	open bool
}

// pipeline adds a pipeline; false when it is too large for what is left.
func (b *builder) pipeline(id string) bool {
	receivers, processors, exporters := b.list(id, "receivers"), b.list(id, "processors"), b.list(id, "exporters")
	receivers, exporters = ends(receivers), ends(exporters)
	edges := len(receivers) * len(exporters)
	if len(processors) > 0 {
		edges = len(receivers) + len(processors) - 1 + len(exporters)
	}
	if edges > b.left {
		return false
	}
	b.left -= edges
	p := Pipeline{ID: collectorconfig.TrimID(id)}
	for _, ref := range receivers {
		p.Receivers = append(p.Receivers, b.end(ref, Receiver))
	}
	for _, ref := range processors {
		p.Processors = append(p.Processors, b.add(Node{Role: Processor, ID: ref, Undefined: !b.defines("processors", ref)}))
	}
	for _, ref := range exporters {
		p.Exporters = append(p.Exporters, b.end(ref, Exporter))
	}
	b.graph.Pipelines = append(b.graph.Pipelines, p)

	return true
}

// ends are the ids of a pipeline's end, each once; one without a name where there is none.
func ends(ids []string) []string {
	seen := map[string]bool{}
	var once []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			once = append(once, id)
		}
	}
	if len(once) == 0 {
		return []string{""}
	}

	return once
}

// list are the ids of a pipeline's list. A list that comes out of `${...}` is that.
func (b *builder) list(pipeline, role string) []string {
	field := b.config.At("service", "pipelines", pipeline, role)
	texts := field.Texts()
	if expands(field.Text()) {
		texts = []string{field.Text()}
	}
	var ids []string
	for _, text := range texts {
		if id := collectorconfig.TrimID(text); id != "" {
			ids = append(ids, id)
		}
	}

	return ids
}

// end is the node that a pipeline's end names: a component of the role, else a connector.
func (b *builder) end(id string, role Role) int {
	if id == "" {
		return b.add(Node{Role: role, Undefined: true})
	}
	node := Node{Role: role, ID: id}
	if connectors := b.section("connectors"); !b.section(string(role) + "s").ids[id] && connectors.ids[id] {
		node.Role = Connector
	} else {
		node.Undefined = !connectors.open && !b.defines(string(role)+"s", id)
	}
	key := string(node.Role) + " " + id
	at, known := b.shared[key]
	if !known {
		at = b.add(node)
		b.shared[key] = at
	}

	return at
}

func (b *builder) add(n Node) int {
	b.graph.Nodes = append(b.graph.Nodes, n)

	return len(b.graph.Nodes) - 1
}

// defines tells whether a section defines, or may define, what a pipeline names.
func (b *builder) defines(name, id string) bool {
	s := b.section(name)

	return s.ids[id] || s.open || expands(id)
}

// section is what a section defines, which is read once.
func (b *builder) section(name string) section {
	s, known := b.sections[name]
	if !known {
		s = section{ids: map[string]bool{}, open: expands(b.config.At(name).Text())}
		for _, id := range b.config.Components(name) {
			s.ids[collectorconfig.TrimID(id)] = true
		}
		b.sections[name] = s
	}

	return s
}

// expands tells a text that is not known before the collector runs.
func expands(text string) bool { return strings.Contains(text, "${") }

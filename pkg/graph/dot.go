package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Dot writes the graphs as one in the language of Graphviz, each in a frame with its collector's name.
func Dot(w io.Writer, graphs []Graph) error {
	out := bufio.NewWriter(w)
	fmt.Fprint(out, "digraph {\n  rankdir=LR\n  node [shape=box]\n")
	for i, g := range graphs {
		dotGraph(out, fmt.Sprintf("c%d", i), g)
	}
	fmt.Fprintln(out, "}")

	return out.Flush()
}

func dotGraph(out io.Writer, id string, g Graph) {
	fmt.Fprintf(out, "  subgraph cluster_%s {\n    label=%s\n", id, dotText(g.title()))
	processors := map[int]bool{}
	for i, p := range g.Pipelines {
		if len(p.Processors) == 0 {
			continue
		}
		fmt.Fprintf(out, "    subgraph cluster_%sp%d {\n      label=%s\n", id, i, dotText(shown(p.ID)))
		for _, n := range p.Processors {
			processors[n] = true
			fmt.Fprintf(out, "      %sn%d [%s]\n", id, n, dotNode(g.Nodes[n]))
		}
		fmt.Fprintln(out, "    }")
	}
	for n, node := range g.Nodes {
		if !processors[n] {
			fmt.Fprintf(out, "    %sn%d [%s]\n", id, n, dotNode(node))
		}
	}
	for i, note := range g.Notes() {
		fmt.Fprintf(out, "    %snote%d [shape=note, label=%s]\n", id, i, dotText(printable(note)))
	}
	fmt.Fprintln(out, "  }")
	for _, e := range g.Edges() {
		label := ""
		if !processors[e.From] && !processors[e.To] {
			label = " [label=" + dotText(shown(g.Pipelines[e.Pipeline].ID)) + "]"
		}
		fmt.Fprintf(out, "  %sn%d -> %sn%d%s\n", id, e.From, id, e.To, label)
	}
}

func dotNode(n Node) string {
	attributes := "label=" + dotText(n.label())
	switch n.Role {
	case Receiver:
		attributes += ", shape=cds"
	case Exporter:
		attributes += ", shape=component"
	case Connector:
		attributes += ", shape=hexagon"
	case Processor:
	}
	if n.Undefined {
		attributes += `, style=dashed, color="#cf222e"`
	}

	return attributes
}

// dotText is a text between quotes, in which Graphviz reads escapes and HTML's entities.
func dotText(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "&", "&amp;").Replace(text) + `"`
}

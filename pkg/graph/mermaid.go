package graph

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// Mermaid writes the graphs as one flowchart, each in a frame with its collector's name.
func Mermaid(w io.Writer, graphs []Graph) error {
	out := bufio.NewWriter(w)
	fmt.Fprintln(out, "flowchart LR")
	for i, g := range graphs {
		mermaidGraph(out, fmt.Sprintf("c%d", i), g)
	}
	if has(graphs, "connector") {
		fmt.Fprintln(out, "  classDef connector stroke:#bc4c00,stroke-width:2px")
	}
	if has(graphs, "undefined") {
		fmt.Fprintln(out, "  classDef undefined stroke:#cf222e,stroke-width:2px,stroke-dasharray:4")
	}

	return out.Flush()
}

// has tells whether a node is of the class.
func has(graphs []Graph, class string) bool {
	return slices.ContainsFunc(graphs, func(g Graph) bool {
		return slices.ContainsFunc(g.Nodes, func(n Node) bool { return n.class() == class })
	})
}

func mermaidGraph(out io.Writer, id string, g Graph) {
	// Mermaid turns a frame that stands by itself to go from top to bottom.
	fmt.Fprintf(out, "  subgraph %s[%s]\n    direction LR\n", id, mermaidText(g.title()))
	processors := map[int]bool{}
	for i, p := range g.Pipelines {
		if len(p.Processors) == 0 {
			continue
		}
		fmt.Fprintf(out, "    subgraph %sp%d[%s]\n      direction LR\n", id, i, mermaidText(shown(p.ID)))
		for _, n := range p.Processors {
			processors[n] = true
			fmt.Fprintf(out, "      %sn%d%s\n", id, n, mermaidNode(g.Nodes[n]))
		}
		fmt.Fprintln(out, "    end")
	}
	for n, node := range g.Nodes {
		if !processors[n] {
			fmt.Fprintf(out, "    %sn%d%s\n", id, n, mermaidNode(node))
		}
	}
	for i, note := range g.Notes() {
		fmt.Fprintf(out, "    %snote%d[%s]\n", id, i, mermaidText(printable(note)))
	}
	fmt.Fprintln(out, "  end")
	for _, e := range g.Edges() {
		// Where no frame says which pipeline it is, the edge does.
		label := ""
		if !processors[e.From] && !processors[e.To] {
			label = "|" + mermaidText(shown(g.Pipelines[e.Pipeline].ID)) + "|"
		}
		fmt.Fprintf(out, "  %sn%d -->%s %sn%d\n", id, e.From, label, id, e.To)
	}
}

func mermaidNode(n Node) string {
	text, class := mermaidText(n.label()), ""
	if c := n.class(); c == "undefined" || c == "connector" {
		class = ":::" + c
	}
	switch n.Role {
	case Receiver:
		return "([" + text + "])" + class
	case Exporter:
		return "[[" + text + "]]" + class
	case Connector:
		return "{{" + text + "}}" + class
	default:
		return "[" + text + "]" + class
	}
}

// mermaidText is a text between quotes. All that may mean something to Mermaid, to Markdown or to HTML is written by its
// number.
func mermaidText(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(" /_-.,:()", r) {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	b.WriteByte('"')

	return b.String()
}

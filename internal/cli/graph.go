package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/helm-otlp/helm-otlp/pkg/graph"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

type graphFlags struct {
	input             inputFlags
	output, collector string
}

func graphOutputs() []string { return []string{"mermaid", "dot", "svg"} }

func (p *program) graphCommand() *cobra.Command {
	var flags graphFlags
	cmd := &cobra.Command{
		Use:   "graph [CHART | FILE|DIR|-...]",
		Short: "Draw the pipelines of the collectors",
		Long: `Draw the pipelines of the collectors that would run, one graph each: receivers, processors in the
order in which they run, exporters, and the connectors that join pipelines. What is read is what
lint reads: the embedded chart or another one, manifests, or a bare collector config.

--output mermaid  a flowchart, which GitHub and GitLab draw in Markdown
--output dot      for Graphviz
--output svg      an image`,
		Example: `  helm otlp graph -f values.yaml
  helm otlp graph config.yaml --output svg > pipelines.svg
  kubectl get -o yaml deployments,configmaps | helm otlp graph - --collector gateway`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.graph(cmd.Context(), args, flags, flags.input.chart.given(cmd.Flags()))
		},
	}
	set := cmd.Flags()
	flags.input.register(set, p)
	set.StringVarP(&flags.output, "output", "o", "mermaid", "format: "+strings.Join(graphOutputs(), ", "))
	set.StringVar(&flags.collector, "collector", "", "name of the only collector to draw")
	// The name is that of a flag defined above.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(graphOutputs(), cobra.ShellCompDirectiveNoFileComp))

	return cmd
}

// graph draws what the references name. given are the flags for charts that the user gave.
func (p *program) graph(ctx context.Context, refs []string, flags graphFlags, given []string) error {
	write, known := map[string]func(io.Writer, []graph.Graph) error{
		"mermaid": graph.Mermaid, "dot": graph.Dot, "svg": graph.SVG,
	}[flags.output]
	if !known {
		return fmt.Errorf("--output %q: use one of %s", flags.output, strings.Join(graphOutputs(), ", "))
	}
	flags.input.completeImage()
	inputs, err := p.inputs(ctx, refs, flags.input, given)
	if err != nil {
		return err
	}
	read, unread := p.forAll(inputs, func(in pending) (*verdict, error) { return p.drawn(ctx, in, flags.input.image) })
	if len(read.graphs) == 0 && unread != nil {
		return unread
	}
	graphs, err := chosen(read.graphs, flags.collector)
	if err != nil {
		return errors.Join(unread, err)
	}
	edges := 0
	for _, g := range graphs {
		edges += len(g.Edges())
		for _, note := range g.Notes() {
			fmt.Fprintf(p.stderr, "note: %s: %s\n", g.Name, note)
		}
	}
	if flags.output == "mermaid" && edges > graph.Most {
		fmt.Fprintf(p.stderr, "note: Mermaid draws %d edges and no more unless its maxEdges says so, and these are %d: choose a collector with --collector\n", graph.Most, edges)
	}
	if err := write(p.stdout, graphs); err != nil {
		return internalError{fmt.Errorf("write the graph: %w", err)}
	}

	return unread
}

// drawn reads an input, and keeps nothing but the graphs of its collectors.
func (p *program) drawn(ctx context.Context, pending pending, image string) (*verdict, error) {
	in, err := pending.read(ctx, p)
	if err != nil {
		return nil, err
	}
	result, err := lint.Run(ctx, in.manifests, nil, lint.ForImage(image))
	if err != nil {
		return nil, lintError(err)
	}

	v := newVerdict()
	v.graphs = p.graphs(result.Collectors)

	return v, nil
}

// graphs are those of the collectors, without secrets.
func (p *program) graphs(collectors []*lint.Collector) []graph.Graph {
	graphs := graph.Of(collectors)
	for i := range graphs {
		graphs[i] = graphs[i].Hiding(p.secrets.Text)
	}

	return graphs
}

// nameGraphs says in the graphs' names which values file of several they are of.
func (v *verdict) nameGraphs(file string) {
	for i := range v.graphs {
		v.graphs[i].Name += " with " + file
	}
}

// chosen are the graphs of the collector of that name, by which all are called or one; empty: all graphs.
func chosen(graphs []graph.Graph, name string) ([]graph.Graph, error) {
	if len(graphs) == 0 {
		return nil, errors.New("nothing to draw: the input runs no collector")
	}
	if name == "" {
		return graphs, nil
	}
	is := func(g graph.Graph) bool { return g.Name == name }
	if !slices.ContainsFunc(graphs, is) {
		is = func(g graph.Graph) bool { return g.Short == name }
	}
	var found []graph.Graph
	var names []string
	for _, g := range graphs {
		names = append(names, g.Name)
		if is(g) {
			found = append(found, g)
		}
	}
	switch len(found) {
	case 1:
		return found, nil
	case 0:
		return nil, fmt.Errorf("--collector %q: no collector is called so; these are: %s", name, strings.Join(names, ", "))
	default:
		return nil, fmt.Errorf("--collector %q: %d collectors are called so: use one of these names: %s", name, len(found), strings.Join(names, ", "))
	}
}

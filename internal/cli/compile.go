package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/judge"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

type compileFlags struct {
	chart  chartFlags
	output string
}

func compileOutputs() []string { return []string{"configmap", "config", "values"} }

func (p *program) compileCommand() *cobra.Command {
	var flags compileFlags
	cmd := &cobra.Command{
		Use:   "compile [PIPELINES|-]",
		Short: "Compile pipelines or chart values to the collector's config",
		Long: `Compile what the chart's values say, or a file of pipelines over them, to the config that the
collector reads: the base of the mode, the enabled presets, your config over both, and what is
to be left out.

PIPELINES is YAML of the typed model: receivers, processors, exporters and service.pipelines.

--output configmap  the ConfigMap that the chart makes of it
--output config     the collector config alone
--output values     chart values that pin this config`,
		Example: `  helm otlp compile pipelines.yaml --set mode=daemonset
  helm otlp compile -f values.yaml --output config`,
		Args: atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.compile(cmd.Context(), argument(args), flags)
		},
	}
	flags.chart.registerValues(cmd.Flags())
	flags.chart.registerRelease(cmd.Flags(), p)
	cmd.Flags().StringVarP(&flags.output, "output", "o", "configmap", "what to print: "+strings.Join(compileOutputs(), ", "))
	// The name is that of a flag defined above.
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(compileOutputs(), cobra.ShellCompDirectiveNoFileComp))

	return cmd
}

func (p *program) compile(ctx context.Context, file string, flags compileFlags) error {
	if !slices.Contains(compileOutputs(), flags.output) {
		return fmt.Errorf("--output %q: use one of %s", flags.output, strings.Join(compileOutputs(), ", "))
	}
	in, common, err := p.compileInput(ctx, file, flags.chart)
	if err != nil {
		return err
	}
	result, err := collectorconfig.Compile(in)
	if err != nil {
		return fmt.Errorf("compile: %w", err)
	}
	if result.Fallback {
		fmt.Fprintln(p.stderr, "note: a pipeline has no exporter of yours, so its data goes to the collector's log: give one in config.exporters")
	}

	switch flags.output {
	case "config":
		return p.printYAML(result.Config)
	case "values":
		return p.printYAML(pinned(in, result.Config))
	default:
		object, err := collectorconfig.ConfigMap(in, common, result.Config)
		if err != nil {
			return err
		}

		return p.printYAML(object)
	}
}

// compileInput is what the values say, with the pipelines of the file under their `config`,
// and what the release's objects have in common.
func (p *program) compileInput(ctx context.Context, file string, flags chartFlags) (in collectorconfig.Input, common metav1.ObjectMeta, err error) {
	chart, err := render.Embedded()
	if err != nil {
		return in, common, internalError{err}
	}
	if file == "-" && slices.Contains(flags.values.Files, "-") {
		return in, common, errors.New("pipelines and values can't both come from stdin")
	}
	stack, err := flags.readValues(ctx, p)
	if err != nil {
		return in, common, err
	}
	release := flags.releaseOf(chart)
	in, common, err = inputOf(chart, stack, release)
	if err != nil || file == "" {
		return in, common, err
	}
	config, err := p.pipelines(file, in.Version)
	if err != nil {
		return in, common, err
	}

	return inputOf(chart, stack.Under(map[string]any{"config": config}), release)
}

func inputOf(chart *render.Chart, stack *render.Stack, release render.Release) (in collectorconfig.Input, common metav1.ObjectMeta, err error) {
	merged, err := chart.Values(stack, release)
	if err != nil {
		return in, common, err
	}
	of := judge.Release(chart.Info(), release)
	if in, err = values.Input(merged, of); err != nil {
		return in, common, fmt.Errorf("read the values: %w", err)
	}
	common, err = values.Metadata(merged, of)

	return in, common, err
}

// pipelines reads a file of the typed model in the collector's own words.
func (p *program) pipelines(file, version string) (map[string]any, error) {
	name, data, err := p.readOne(file)
	if err != nil {
		return nil, fmt.Errorf("read pipelines: %w", err)
	}
	p.secrets.AddYAML(data)
	config, problems := collectorconfig.ParsePipelineFile(name, data)
	if len(problems) > 0 {
		lines := make([]string, 0, len(problems))
		for _, problem := range problems {
			lines = append(lines, fmt.Sprintf("%s: %s", problem.Position, problem.Message))
		}

		return nil, fmt.Errorf("the pipelines have faults:\n%s", strings.Join(lines, "\n"))
	}
	raw, notices, err := config.Lower(version)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, notice := range notices {
		fmt.Fprintf(p.stderr, "note: %s\n", notice)
	}

	return raw, nil
}

// readOne reads a file, or stdin for "-".
func (p *program) readOne(file string) (name string, data []byte, err error) {
	if file == "-" {
		data, err = bounded(p.stdin, "<stdin>")

		return "<stdin>", data, err
	}
	data, err = readNamed(file)

	return file, data, err
}

// pinned are values that give this very config, whatever later bases and presets add: every
// pipeline to the letter.
func pinned(in collectorconfig.Input, config map[string]any) map[string]any {
	exact := map[string]any{}
	service, _ := config["service"].(map[string]any)
	pipelines, _ := service["pipelines"].(map[string]any)
	for id := range pipelines {
		exact[id] = true
	}
	out := map[string]any{"mode": in.Mode, "config": config}
	if len(exact) > 0 {
		out["exactPipelines"] = exact
	}
	without := map[string]any{}
	for kind, ids := range in.Without {
		if len(ids) > 0 {
			without[kind] = ids
		}
	}
	if len(without) > 0 {
		out["without"] = without
	}

	return out
}

func (p *program) printYAML(document any) error {
	data, err := yaml.Marshal(document)
	if err != nil {
		return internalError{fmt.Errorf("write YAML: %w", err)}
	}
	if _, err := p.stdout.Write(data); err != nil {
		return fmt.Errorf("print YAML: %w", err)
	}

	return nil
}

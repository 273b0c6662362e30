package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/helm-otlp/helm-otlp/charts"
	"github.com/helm-otlp/helm-otlp/internal/guard"
	"github.com/helm-otlp/helm-otlp/internal/render"
)

// chartFlags say which values and release a chart is rendered with, in Helm's own words.
type chartFlags struct {
	values  render.Arguments
	release render.Release
	pull    render.Pull
	timeout time.Duration
}

// register defines the flags.
func (f *chartFlags) register(flags *pflag.FlagSet, p *program) {
	f.registerValues(flags)
	f.registerRelease(flags, p)
	flags.StringVar(&f.release.KubeVersion, "kube-version", render.DefaultKubeVersion, "Kubernetes version of the cluster")
	flags.StringSliceVarP(&f.release.APIVersions, "api-versions", "a", nil, "APIs that the cluster has beside Kubernetes' own, such as monitoring.coreos.com/v1")
	flags.StringVar(&f.pull.Version, "version", "", "version or range of a chart in a registry (default: the newest)")
	flags.BoolVar(&f.pull.PlainHTTP, "plain-http", false, "ask the registry without TLS")
	flags.DurationVar(&f.timeout, "timeout", time.Minute, "how long loading and rendering the chart may take; 0: as long as it likes")
	f.pull.CredentialsFile = p.env("HELM_REGISTRY_CONFIG")
}

func (f *chartFlags) registerValues(flags *pflag.FlagSet) {
	flags.StringSliceVarP(&f.values.Files, "values", "f", nil, "values file or URL, - for stdin (repeatable)")
	flags.StringArrayVar(&f.values.Set, "set", nil, "value: key=value,... (repeatable)")
	flags.StringArrayVar(&f.values.SetString, "set-string", nil, "value that is a string: key=value,... (repeatable)")
	flags.StringArrayVar(&f.values.SetFile, "set-file", nil, "value from a file: key=path,... (repeatable)")
	flags.StringArrayVar(&f.values.SetJSON, "set-json", nil, "value in JSON: key=json,... or a JSON object (repeatable)")
	flags.StringArrayVar(&f.values.SetLiteral, "set-literal", nil, "value that is taken to the letter: key=value (repeatable)")
}

// registerRelease leaves the namespace out for a plugin, since Helm has read it already.
func (f *chartFlags) registerRelease(flags *pflag.FlagSet, p *program) {
	flags.StringVar(&f.release.Name, "release", "", "name of the release (default: the chart's name)")
	f.release.Namespace = p.env("HELM_NAMESPACE")
	if f.release.Namespace == "" {
		f.release.Namespace = "default"
	}
	if !p.isPlugin() {
		flags.StringVarP(&f.release.Namespace, "namespace", "n", f.release.Namespace, "namespace of the release")
	}
}

// given lists the flags of a chart that the user gave.
func (f *chartFlags) given(flags *pflag.FlagSet) []string {
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	(&chartFlags{}).register(own, &program{env: func(string) string { return "" }})
	var names []string
	flags.Visit(func(flag *pflag.Flag) {
		if own.Lookup(flag.Name) != nil {
			names = append(names, "--"+flag.Name)
		}
	})

	return names
}

// render renders the chart that the reference names; empty: the embedded one.
func (f *chartFlags) render(ctx context.Context, p *program, ref string) (*render.Rendering, error) {
	chart, err := f.load(ctx, p, ref)
	if err != nil {
		return nil, err
	}

	return f.renderChart(ctx, p, chart)
}

// load loads the chart that the reference names; empty: the embedded one.
func (f *chartFlags) load(ctx context.Context, p *program, ref string) (*render.Chart, error) {
	var chart *render.Chart
	err := f.limited(ctx, cmp.Or(ref, charts.Collector), func(ctx context.Context) (err error) {
		chart, err = loadChart(ctx, ref, f.pull)

		return err
	})
	if err != nil {
		return nil, err
	}
	for _, file := range chart.ValuesFiles() {
		p.secrets.AddYAML(file)
	}

	return chart, nil
}

// limited does what a chart, which is somebody's program, may make last for ever.
func (f *chartFlags) limited(ctx context.Context, name string, work func(context.Context) error) error {
	err := guard.Run(ctx, guard.Limits{Time: f.timeout}, work)
	if errors.Is(err, guard.ErrTime) {
		return fmt.Errorf("gave up on the chart %s: %w: a template may run for ever; give it more with --timeout", name, err)
	}

	return err
}

// renderChart renders the chart with the values.
func (f *chartFlags) renderChart(ctx context.Context, p *program, chart *render.Chart) (*render.Rendering, error) {
	stack, err := f.readValues(ctx, p)
	if err != nil {
		return nil, err
	}
	var rendering *render.Rendering
	err = f.limited(ctx, chart.Info().Name, func(ctx context.Context) error {
		rendered, err := chart.Render(ctx, stack, f.releaseOf(chart))
		rendering = rendered

		return err
	})
	if err != nil {
		return nil, err
	}
	for _, m := range rendering.Manifests {
		p.secrets.AddFile(m.Parsed)
	}
	for _, url := range rendering.Unread {
		fmt.Fprintf(p.stderr, "note: a values.schema.json refers to %s, which is not in the chart and was not read: nothing was checked against it\n", url)
	}

	return rendering, nil
}

// readValues reads the values, and learns what of them is secret.
func (f *chartFlags) readValues(ctx context.Context, p *program) (*render.Stack, error) {
	for _, args := range [][]string{f.values.Set, f.values.SetString, f.values.SetJSON, f.values.SetLiteral} {
		for _, arg := range args {
			p.secrets.AddArgument(arg)
		}
	}
	args := f.values
	args.Seen, args.Edited = p.secrets.AddYAML, p.edited
	stack, err := render.ReadStack(ctx, args, p.stdin)
	if err == nil {
		p.secrets.AddValues(stack.Values())
	}

	return stack, err
}

// releaseOf is the release, which has the chart's name where the user gave none.
func (f *chartFlags) releaseOf(chart *render.Chart) render.Release {
	release := f.release
	if release.Name == "" {
		release.Name = chart.Info().Name
	}

	return release
}

func loadChart(ctx context.Context, ref string, pull render.Pull) (*render.Chart, error) {
	if ref != "" {
		return render.Load(ctx, ref, pull)
	}
	chart, err := render.Embedded()
	if err != nil {
		return nil, internalError{err}
	}

	return chart, nil
}

// argument is the only argument of a command, or empty.
func argument(args []string) string {
	if len(args) == 0 {
		return ""
	}

	return args[0]
}

// completeChart completes an argument that is a chart: folders and packages.
func completeChart(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"tgz"}, cobra.ShellCompDirectiveFilterFileExt
}

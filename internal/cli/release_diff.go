package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/changes"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

// ExitChanges is the code of `diff --exit-code` where something would change.
const ExitChanges = 1

type diffFlags struct {
	cluster  clusterFlags
	chart    chartFlags
	output   string
	exitCode bool
	reuse    bool
	reset    bool
}

func (p *program) diffCommand() *cobra.Command {
	var flags diffFlags
	cmd := &cobra.Command{
		Use:   "diff RELEASE [CHART]",
		Short: "Say what an upgrade of a release would change",
		Long: `Say what an upgrade of a release would change, in the collector's terms: components and pipelines that come, go
and change; rights gained and lost; ports; and which workloads start their Pods again. The objects follow as a
unified diff, in which secrets are masked. The chart is rendered as for the upgrade, against the cluster: with its
version and APIs, and with what its templates look up there. Nothing is changed.

CHART is a folder, a package or an oci:// reference; without it, it is the chart that is installed. As with
helm upgrade, the values given take the place of the release's own, which stay where none is given.

Exit codes: 0, also where something changes; 1 with --exit-code where something does; 2 wrong usage, or a
release or chart that can't be read or rendered; 3 an internal failure.`,
		Example: `  helm otlp diff gateway -n observability -f values.yaml
  helm otlp diff gateway ./charts/otlp-collector -f values.yaml --exit-code
  helm otlp diff gateway --reuse-values --set replicas=5 --output json | jq .workloads`,
		Args: releaseAndChart,
		RunE: func(cmd *cobra.Command, args []string) error { return p.diff(cmd.Context(), args, flags) },
	}
	flags.cluster.register(cmd.Flags(), p)
	flags.chart.registerValues(cmd.Flags())
	registerOutput(cmd, &flags.output)
	cmd.Flags().StringVar(&flags.chart.pull.Version, "version", "", "version or range of a chart in a registry (default: the newest)")
	cmd.Flags().BoolVar(&flags.chart.pull.PlainHTTP, "plain-http", false, "ask the registry without TLS")
	flags.chart.pull.CredentialsFile = p.env("HELM_REGISTRY_CONFIG")
	cmd.Flags().DurationVar(&flags.chart.timeout, "timeout", time.Minute, "how long loading and rendering the chart may take; 0: as long as it likes")
	cmd.Flags().BoolVar(&flags.reuse, "reuse-values", false, "lay the values given over those of the release")
	cmd.Flags().BoolVar(&flags.reset, "reset-values", false, "leave out the values of the release, also where none is given")
	cmd.Flags().BoolVar(&flags.exitCode, "exit-code", false, "end with 1 where something changes")

	return cmd
}

// releaseAndChart wants the name of a release, and perhaps a chart.
func releaseAndChart(cmd *cobra.Command, args []string) error {
	if len(args) > 2 {
		return fmt.Errorf("%s takes a release and a chart, and got %q too", cmd.CommandPath(), args[2])
	}

	return oneRelease(cmd, args[:min(1, len(args))])
}

func (p *program) diff(ctx context.Context, args []string, flags diffFlags) error {
	if err := checkOutput(flags.output, textOrJSON()); err != nil {
		return err
	}
	if flags.reuse && flags.reset {
		return fmt.Errorf("--reuse-values keeps the release's values, and --reset-values leaves them out: give one")
	}
	cluster, err := flags.cluster.connect(p)
	if err != nil {
		return err
	}
	release, err := cluster.Release(args[0])
	if err != nil {
		return err
	}
	p.noteState(release)
	fresh, err := p.upgraded(ctx, cluster, release, argument(args[1:]), flags)
	if err != nil {
		return err
	}
	report, err := changes.Compare(ctx, p.installed(release), fresh, release.Namespace, p.podsOf(ctx, cluster, release.Name))
	if err != nil {
		return err
	}
	p.complete(report)
	if flags.output == "json" {
		err = p.printJSON(report, false)
	} else {
		err = p.printChanges(release.Name, report)
	}
	if err == nil && flags.exitCode && !report.Same {
		return exitError{code: ExitChanges}
	}

	return err
}

// installed is what Helm has recorded.
func (p *program) installed(release *deployment.Release) []lint.Manifest {
	manifests := []lint.Manifest{
		{File: "<manifest of " + release.Name + ">", Data: []byte(release.Manifest)},
		{File: "<hooks of " + release.Name + ">", Data: []byte(release.Hooks)},
	}
	for _, m := range manifests {
		p.secrets.AddYAML(m.Data)
	}

	return manifests
}

// upgraded is what the chart renders to as an upgrade of the release.
func (p *program) upgraded(ctx context.Context, cluster *deployment.Cluster, release *deployment.Release, ref string, flags diffFlags) ([]lint.Manifest, error) {
	chart := release.Chart
	if ref != "" {
		loaded, err := flags.chart.load(ctx, p, ref)
		if err != nil {
			return nil, err
		}
		chart = loaded
	} else if release.Subcharts {
		return nil, fmt.Errorf("name the chart after the release %s: Helm keeps no subcharts with a release, and this one has some", release.Name)
	}
	lookup, err := cluster.Lookup()
	if err != nil {
		return nil, err
	}
	flags.chart.release = render.Release{
		Name: release.Name, Namespace: release.Namespace, Revision: release.Revision + 1,
		KubeVersion: release.KubeVersion, APIVersions: release.APIVersions, AllAPIs: true, Lookup: lookup,
	}
	own := *p
	given := flags.chart.values
	none := len(given.Files)+len(given.Set)+len(given.SetString)+len(given.SetFile)+len(given.SetJSON)+len(given.SetLiteral) == 0
	if (flags.reuse || none && !flags.reset) && len(release.Values) > 0 {
		values, err := yaml.Marshal(release.Values)
		if err != nil {
			return nil, fmt.Errorf("read the values of the release %s: %w", release.Name, err)
		}
		name := "<values of " + release.Name + ">"
		flags.chart.values.Files = append([]string{name}, given.Files...)
		own.edited = map[string][]byte{name: values}
	}
	rendering, err := flags.chart.renderChart(ctx, &own, chart)
	if err != nil {
		return nil, err
	}
	var manifests []lint.Manifest
	for _, m := range rendering.Manifests {
		manifests = append(manifests, lint.Manifest{File: m.File, Data: m.Data, Parsed: m.Parsed})
	}

	return manifests, nil
}

// podsOf are how many Pods the release's workloads have. Without the right to see them the manifest's numbers are told.
func (p *program) podsOf(ctx context.Context, cluster *deployment.Cluster, name string) map[changes.Ref]int {
	status, err := cluster.Status(ctx, name)
	if err != nil {
		fmt.Fprintf(p.stderr, "note: how many Pods there are is told by the manifest: %v\n", err)

		return nil
	}
	pods := map[changes.Ref]int{}
	for _, w := range status.Workloads {
		pods[changes.Ref{Kind: w.Kind, Namespace: w.Namespace, Name: w.Name}] = len(w.Pods)
	}

	return pods
}

// complete adds the unified diffs, and takes the secrets out of all that is shown.
func (p *program) complete(report *changes.Report) {
	for i := range report.Objects {
		object := &report.Objects[i]
		object.Diff = p.maskedText(unified(object.String(), object.Before, object.After))
	}
	for i := range report.Collectors {
		for j := range report.Collectors[i].Parts {
			settings := report.Collectors[i].Parts[j].Settings
			for k := range settings {
				settings[k].Before = p.maskedValue(settings[k].Path, settings[k].Before)
				settings[k].After = p.maskedValue(settings[k].Path, settings[k].After)
			}
		}
	}
}

// maskedText hides what is secret in the lines of a text.
func (p *program) maskedText(text string) string {
	var out []byte
	for line := range strings.Lines(text) {
		out = append(out, p.secrets.Line(line)...)
	}

	return string(out)
}

// maskedValue hides a setting's value where its name is that of a secret, and what is secret in it where not.
func (p *program) maskedValue(path, value string) string {
	if value == "" {
		return ""
	}
	var plain string
	steps := slices.DeleteFunc(strings.Split(path, "."), func(step string) bool { return step == "" })
	if len(steps) > 0 && secret.Key(steps[len(steps)-1]) && json.Unmarshal([]byte(value), &plain) == nil {
		return `"` + secret.Masked + `"`
	}

	return p.secrets.Line(value)
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// liveFlags name a release as it is installed, and its cluster.
type liveFlags struct {
	release string
	cluster clusterFlags
}

// register leaves the flags for the cluster out for a plugin, since Helm has read them already.
func (f *liveFlags) register(flags *pflag.FlagSet, p *program) {
	flags.StringVar(&f.release, "live", "", "judge this release as it is installed in the cluster")
	f.cluster.registerContext(flags, p, "with --live: ")
}

// connect makes the clients, with the namespace and the timeout that the flags for charts say.
func (f *liveFlags) connect(p *program, chart chartFlags, given []string) (*deployment.Cluster, error) {
	cluster := f.cluster
	cluster.request = chart.timeout
	if slices.Contains(given, "--namespace") {
		cluster.namespace = chart.release.Namespace
	}

	return cluster.connect(p)
}

// check refuses what makes no sense for a release that is installed. given are the flags for charts that the user gave.
func (f *liveFlags) check(ref string, input inputFlags, given []string) error {
	if f.release == "" {
		if f.cluster != (clusterFlags{}) {
			return errors.New("--kube-context and --kubeconfig are for --live, which alone asks a cluster")
		}

		return nil
	}
	if ref != "" {
		return fmt.Errorf("--live judges the release %s as it is installed, and %s is something else: give one", f.release, ref)
	}
	others := slices.DeleteFunc(slices.Clone(given), func(flag string) bool { return flag == "--namespace" || flag == "--timeout" })
	if len(input.each) > 0 {
		others = append(others, "--each")
	}
	if input.image != "" {
		others = append(others, "--image")
	}
	if len(others) > 0 {
		return fmt.Errorf("%s is not for --live: the release %s has its chart, values and cluster already", strings.Join(others, ", "), f.release)
	}

	return nil
}

// inputs is the release.
func (f *liveFlags) inputs(chart chartFlags, given []string) []pending {
	return []pending{{name: f.release, read: func(ctx context.Context, p *program) (*input, error) {
		cluster, err := f.connect(p, chart, given)
		if err != nil {
			return nil, err
		}
		release, err := cluster.Release(f.release)
		if err != nil {
			return nil, err
		}

		return p.liveInput(ctx, release, chart)
	}}}
}

// liveInput is what is installed. What a new rendering of its chart with its values finds too stands where that has it.
func (p *program) liveInput(ctx context.Context, release *deployment.Release, flags chartFlags) (*input, error) {
	p.noteState(release)
	manifest, hooks := "<manifest of "+release.Name+">", "<hooks of "+release.Name+">"
	installed := []lint.Manifest{{File: manifest, Data: []byte(release.Manifest)}, {File: hooks, Data: []byte(release.Hooks)}}
	for _, m := range installed {
		p.secrets.AddYAML(m.Data)
	}
	in := &input{kubernetes: release.KubeVersion, line: linesOf(installed)}
	for _, m := range installed {
		in.manifests = append(in.manifests, chartsOf(m)...)
	}
	in.locate = func(lint.Finding) (source.Position, bool) { return source.Position{}, false }

	again, found, err := p.renderedAgain(ctx, release, flags)
	if err != nil {
		fmt.Fprintf(p.stderr, "note: findings stand at the lines of the manifest, and not of the values, since the chart of %s can't be rendered again: %v\n", release.Name, err)

		return in, nil
	}
	in.releases, in.values, in.written, in.gaveUp = again.releases, again.values, again.written, again.gaveUp
	in.locate = func(f lint.Finding) (source.Position, bool) {
		i := slices.IndexFunc(found, func(other lint.Finding) bool { return fix.Same(f, other) })
		if i < 0 {
			return source.Position{}, false
		}

		return again.locate(found[i])
	}
	lines := in.line
	in.line = func(file string, line int) (string, bool) {
		if text, ok := lines(file, line); ok {
			return text, true
		}

		return again.line(file, line)
	}

	return in, nil
}

// renderedAgain is a new rendering of what was installed, and what is found in it. A template finds nothing in the cluster
// by it, and makes other random words, so that it may differ from what is installed.
func (p *program) renderedAgain(ctx context.Context, release *deployment.Release, flags chartFlags) (*input, []lint.Finding, error) {
	own := *p
	flags.release = render.Release{
		Name: release.Name, Namespace: release.Namespace, Revision: release.Revision,
		KubeVersion: release.KubeVersion, APIVersions: release.APIVersions, AllAPIs: true,
	}
	if len(release.Values) > 0 {
		values, err := yaml.Marshal(release.Values)
		if err != nil {
			return nil, nil, fmt.Errorf("read the values: %w", err)
		}
		name := "<values of " + release.Name + ">"
		flags.values.Files, own.edited = []string{name}, fix.Files{name: values}
	}
	for _, defaults := range release.Chart.ValuesFiles() {
		p.secrets.AddYAML(defaults)
	}
	again, err := own.chartInput(ctx, release.Chart, flags)
	if err != nil {
		return nil, nil, err
	}
	result, err := again.run(ctx, "")
	if err != nil {
		return nil, nil, err
	}

	return again, result.Findings, nil
}

// noteState says what of the release may be other than what runs.
func (p *program) noteState(release *deployment.Release) {
	if release.Unread > 0 {
		fmt.Fprintf(p.stderr, "note: %d of the revisions of %s can't be read\n", release.Unread, release.Name)
	}
	if release.Subcharts {
		fmt.Fprintf(p.stderr, "note: Helm keeps no subcharts with a release: what is found in what those of %s made stands at the lines of the manifest\n", release.Name)
	}
	var means string
	switch {
	case release.Status == "deployed":
		return
	case release.Status == "failed", strings.HasPrefix(release.Status, "pending-"):
		means = "what runs may be a part of it, and of an older one"
	case release.Status == "uninstalled", release.Status == "uninstalling":
		means = "what is judged may be gone"
	default:
		means = "what runs may be another one"
	}
	fmt.Fprintf(p.stderr, "note: revision %d of %s is %s: %s\n", release.Revision, release.Name, release.Status, means)
}

// chartsOf parts a manifest by the charts that made its objects, which rules know them by. Lines stay where they are.
func chartsOf(m lint.Manifest) []lint.Manifest {
	var names []string
	texts := map[string][]string{}
	lines := strings.Split(string(m.Data), "\n")
	chart := ""
	for i, line := range lines {
		if line == "---" {
			chart = ""
			if i+1 < len(lines) {
				chart = chartOfSource(lines[i+1])
			}
		}
		if _, known := texts[chart]; !known {
			names = append(names, chart)
			texts[chart] = make([]string, len(lines))
		}
		texts[chart][i] = line
	}
	var parts []lint.Manifest
	for _, name := range names {
		parts = append(parts, lint.Manifest{File: m.File, Data: []byte(strings.Join(texts[name], "\n")), Chart: name})
	}

	return parts
}

// chartOfSource is the name or alias of the chart that Helm's comment at the top of an object names; empty: it names none.
func chartOfSource(line string) string {
	template, ok := strings.CutPrefix(line, "# Source: ")
	if !ok {
		return ""
	}
	chart, _, _ := strings.Cut(template, "/templates/")

	return path.Base(chart)
}

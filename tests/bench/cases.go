package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Paths relative to the checkout, which every command runs in.
const (
	chart      = "charts/otlp-collector"
	everything = chart + "/ci/daemonset-everything-values.yaml"
	// longConfig is a config of 300 lines, of components that the collector measured has.
	longConfig = "tests/bench/testdata/collector.yaml"
)

// A suite is a chart with values, or a config, and the commands that read it. Ratios are relative to the first.
type suite struct {
	name     string
	commands []*command
	// seldom says that its commands take long, and are run in the first rounds alone.
	seldom bool
	// sum is what its times come to, in a line below its table; it may be nil.
	sum func(suite) string
}

// scenario is one set of values, and what comes nearest to it in the official chart.
type scenario struct {
	name string
	// values are flags of Helm's and of helm-otlp's.
	values []string
	// official are the flags for the official chart; none where it has nothing of the kind.
	official []string
	// config is what the collector validates; empty: what the chart makes of the values.
	config string
}

func scenarios() []scenario {
	image := []string{"--set", "image.repository=ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s"}
	presets := slices.Clone(image) // All that go together: annotationDiscovery.logs and logsCollection don't.
	for _, preset := range []string{
		"logsCollection", "hostMetrics", "kubeletMetrics", "clusterMetrics", "kubernetesEvents", "kubernetesAttributes",
		"annotationDiscovery.metrics",
	} {
		presets = append(presets, "--set", "presets."+preset+".enabled=true")
	}

	return []scenario{
		{name: "daemonset", values: []string{"--set", "mode=daemonset"}, official: append([]string{"--set", "mode=daemonset"}, image...)},
		{name: "gateway", values: []string{"--set", "mode=gateway"}, official: append([]string{"--set", "mode=deployment"}, image...)},
		{name: "sidecar", values: []string{"--set", "mode=sidecar"}},
		{name: "daemonset with every preset", values: []string{"-f", everything}, config: longConfig,
			official: append([]string{"--set", "mode=daemonset"}, presets...)},
	}
}

// cases lays out what is measured. It renders the chart once for kube-score, which reads manifests.
func (b bench) cases(ctx context.Context, official string) ([]suite, error) {
	schemas := filepath.Join(b.home, "schemas")
	if err := schemasApart(ctx, schemas); err != nil {
		return nil, err
	}
	var suites []suite
	for i, s := range scenarios() {
		manifests := filepath.Join(b.home, fmt.Sprintf("rendered-%d.yaml", i))
		on := append([]string{chart}, s.values...)
		template := b.command("helm 3 template", b.helm3, "template", on...)
		rendered, err := template.output(ctx)
		if err != nil {
			return nil, err
		}
		if err := os.WriteFile(manifests, rendered, 0o644); err != nil {
			return nil, err
		}

		score := b.command("kube-score, of the rendered", b.kubeScore, "score", manifests)
		score.finds = true
		conform := b.command("kubeconform, of the rendered", b.kubeconform, "-summary", "-schema-location", filepath.Join(schemas, "{{.ResourceKind}}{{.KindSuffix}}.json"), manifests)
		commands := []*command{
			template,
			b.command("helm 4 template", b.helm4, "template", on...),
			b.command("helm-otlp lint", b.plugin, "lint", on...),
			b.command("helm 3 otlp lint", b.helm3, "otlp", append([]string{"lint"}, on...)...),
			b.command("helm 4 otlp lint", b.helm4, "otlp", append([]string{"lint"}, on...)...),
			b.command("helm 3 lint", b.helm3, "lint", on...),
			b.command("helm 4 lint", b.helm4, "lint", on...),
			score,
			conform,
		}
		if official != "" && len(s.official) > 0 {
			on := append([]string{"otlp-collector", official}, s.official...)
			commands = append(commands,
				b.command("helm 3 template, official chart", b.helm3, "template", on...),
				b.command("helm 4 template, official chart", b.helm4, "template", on...))
		}
		validate, err := b.validated(ctx, i, s)
		if err != nil {
			return nil, err
		}
		suites = append(suites, suite{name: s.name, commands: append(commands, validate), sum: beside})
	}
	large, err := b.large()
	if err != nil {
		return nil, err
	}

	return append(append(suites, b.config()), large...), nil
}

// validated is the collector's own validation of a scenario's config.
func (b bench) validated(ctx context.Context, i int, s scenario) (*command, error) {
	const name = "otelcol validate, of its config"
	if s.config != "" {
		return b.validate(name, s.config), nil
	}
	compile := b.command("helm-otlp compile", b.plugin, "compile", append([]string{"--output=config"}, s.values...)...)
	config, err := compile.output(ctx)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(b.home, fmt.Sprintf("config-%d.yaml", i))
	if err := os.WriteFile(file, config, 0o644); err != nil {
		return nil, err
	}

	return b.validate(name, file), nil
}

func (b bench) validate(name, file string) *command {
	validate := b.command(name, b.collector, "validate", "--config="+file)
	validate.env = append(slices.Clone(validate.env), "POD_IP=127.0.0.1", "K8S_NODE_NAME=node", "K8S_NODE_IP=127.0.0.1")
	validate.finds = true // It prints nothing.

	return validate
}

// beside sets lint beside what it would take the place of: helm template, and all that else would judge the chart.
func beside(s suite) string {
	times := map[string]time.Duration{}
	for _, c := range s.commands {
		times[c.name] = median(c.times)
	}
	template := times["helm 3 template"]
	together := times["helm 3 lint"] + template + times["kube-score, of the rendered"] + times["kubeconform, of the rendered"] + times["otelcol validate, of its config"]
	ours := times["helm-otlp lint"].Seconds()

	return fmt.Sprintf("helm-otlp lint takes x%.2f of helm template, and x%.2f of helm lint, template, kube-score, kubeconform and otelcol validate together", ours/template.Seconds(), ours/together.Seconds())
}

// config sets lint against the collector's own validation of a config of 300 lines, with what either takes to start. The
// collector has a fifth of the components of a real one.
func (b bench) config() suite {
	return suite{name: "config of 300 lines", commands: []*command{
		b.validate("otelcol validate", longConfig),
		b.command("otelcol, its start alone", b.collector, "--version"),
		b.command("helm-otlp lint", b.plugin, "lint", longConfig, "--image=otel/opentelemetry-collector-contrib:0.161.0"),
		b.command("helm-otlp, its start alone", b.plugin, "version"),
	}}
}

func (b bench) command(name, path, verb string, args ...string) *command {
	return &command{name: name, path: path, args: append([]string{verb}, args...), dir: b.checkout, env: b.env}
}

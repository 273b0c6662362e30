package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// Paths relative to the checkout, which every command runs in.
const (
	chart      = "charts/otlp-collector"
	everything = chart + "/ci/daemonset-everything-values.yaml"
)

// A suite is a chart with values, or a config, and the commands that read it. Ratios are relative to the first.
type suite struct {
	name     string
	commands []*command
}

// scenario is one set of values, and what comes nearest to it in the official chart.
type scenario struct {
	name string
	// values are flags of Helm's and of helm-otlp's.
	values []string
	// official are the flags for the official chart; none where it has nothing of the kind.
	official []string
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
		{name: "daemonset with every preset", values: []string{"-f", everything}, official: append([]string{"--set", "mode=daemonset"}, presets...)},
	}
}

// cases lays out what is measured. It renders the chart once for kube-score, which reads manifests.
func (b bench) cases(ctx context.Context, official string) ([]suite, error) {
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
		commands := []*command{
			template,
			b.command("helm 4 template", b.helm4, "template", on...),
			b.command("helm-otlp lint", b.plugin, "lint", on...),
			b.command("helm 3 otlp lint", b.helm3, "otlp", append([]string{"lint"}, on...)...),
			b.command("helm 4 otlp lint", b.helm4, "otlp", append([]string{"lint"}, on...)...),
			b.command("helm 3 lint", b.helm3, "lint", on...),
			b.command("helm 4 lint", b.helm4, "lint", on...),
			score,
		}
		if official != "" && len(s.official) > 0 {
			on := append([]string{"otlp-collector", official}, s.official...)
			commands = append(commands,
				b.command("helm 3 template, official chart", b.helm3, "template", on...),
				b.command("helm 4 template, official chart", b.helm4, "template", on...))
		}
		suites = append(suites, suite{name: s.name, commands: commands})
	}

	return append(suites, b.config()), nil
}

// config sets lint against the collector's own validation of a config of 300 lines, with what either takes to start. The
// collector has a fifth of the components of a real one.
func (b bench) config() suite {
	const file = "tests/bench/testdata/collector.yaml"
	validate := b.command("otelcol validate", b.collector, "validate", "--config="+file)
	validate.env = append(slices.Clone(validate.env), "POD_IP=127.0.0.1", "K8S_NODE_NAME=node", "K8S_NODE_IP=127.0.0.1")
	validate.finds = true // It prints nothing.

	return suite{name: "config of 300 lines", commands: []*command{
		validate,
		b.command("otelcol, its start alone", b.collector, "--version"),
		b.command("helm-otlp lint", b.plugin, "lint", file, "--image=otel/opentelemetry-collector-contrib:0.161.0"),
		b.command("helm-otlp, its start alone", b.plugin, "version"),
	}}
}

func (b bench) command(name, path, verb string, args ...string) *command {
	return &command{name: name, path: path, args: append([]string{verb}, args...), dir: b.checkout, env: b.env}
}

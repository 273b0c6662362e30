package otelcol_test

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
	"github.com/helm-otlp/helm-otlp/tests/otelcol"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

const chart = "../../charts/otlp-collector"

// perProtocol is how many spans, points and records are sent over each OTLP protocol.
const perProtocol = 200

// startsOnly are examples whose collectors start and are refused nothing by the API server, while what this test sends
// can't be counted behind them, and why.
var startsOnly = map[string]string{
	"logs-only/values.yaml": "takes no OTLP",
	"multi-tenant/gateway":  "sends by whose the data is, and this test's is nobody's",
	"prometheus/agent":      "sends by remote write",
	"prometheus/cluster":    "takes no OTLP",
}

// wholeOnly are examples that are nothing without one of their components or keys. A distribution that lacks one is
// left out, and one at least must not.
var wholeOnly = []string{"multi-tenant/gateway", "prometheus/agent", "prometheus/cluster", "tail-sampling/gateway"}

// TestEveryScenarioRunsAndDelivers renders each ci scenario of the chart and each example
// for the version of a real collector, runs what the ConfigMap holds, and counts what
// comes out. What can't run without a node is listed in the log.
func TestEveryScenarioRunsAndDelivers(t *testing.T) {
	scenarios, err := filepath.Glob(filepath.Join(chart, "ci", "*-values.yaml"))
	require.NoError(t, err)
	examples, err := filepath.Glob("../../examples/*/*values.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, scenarios)
	require.NotEmpty(t, examples)
	whole := map[string]bool{}
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			ran, lacked := 0, map[string][]string{}
			for _, scenario := range append(scenarios, examples...) {
				if strings.Contains(scenario, "examples/lint/") {
					continue // wrong on purpose
				}
				name := filepath.Base(filepath.Dir(scenario)) + "/" + strings.TrimSuffix(filepath.Base(scenario), "-values.yaml")
				ok := t.Run(name, func(t *testing.T) {
					if slices.Contains(wholeOnly, name) {
						if refusal := refusedFor(t, distribution.Binary(t), configOf(t, rendered(t, scenario, "default", distribution))); refusal != nil {
							t.Skipf("%s is for another collector: %v", name, refusal)
						}
						whole[name] = true
					}
					for _, component := range runScenario(t, scenario, distribution, startsOnly[name]) {
						lacked[component] = append(lacked[component], name)
					}
				})
				if ok {
					ran++
				}
			}
			t.Logf("%s: %d scenarios ran", distribution.Name, ran)
			for _, component := range slices.Sorted(maps.Keys(lacked)) {
				t.Logf("%s has no %s, of: %s", distribution.Name, component, strings.Join(lacked[component], ", "))
			}
		})
	}
	for _, name := range wholeOnly {
		assert.True(t, whole[name], "no collector took %s as a whole", name)
	}
}

// runScenario delivers through a collector that is the chart's service account on a real API server, and returns what
// the distribution lacks. With a reason why nothing can be counted it starts the collector and stops it.
func runScenario(t *testing.T, scenario string, distribution otelcol.Distribution, uncounted string) (without []string) {
	t.Helper()
	namespace := shared.Namespace(t, "privileged")
	manifests := rendered(t, scenario, namespace, distribution)
	// A collector may name one lack a time.
	for {
		lacks := missing(t, distribution.Binary(t), configOf(t, manifests))
		if len(lacks) == 0 {
			break
		}
		without = append(without, lacks...)
		manifests = rendered(t, scenario, namespace, distribution, without...)
	}
	config := configOf(t, manifests)
	machine := otelcol.Machine{Kubeconfig: otelcol.Access(t, shared, namespace, manifests)}
	if uncounted != "" {
		starts(t, distribution.Binary(t), config, machine)
		assert.Empty(t, otelcol.Refused(t, shared, namespace), "the chart's roles lack what the collector asks for")
		return without
	}
	if strings.Contains(config, "tail_sampling") {
		config = keepingAll(t, distribution.Binary(t), config)
	}
	delivery := otelcol.Deliver(t, distribution.Binary(t), config, machine, perProtocol)
	t.Logf("\n%s", delivery)
	delivery.RequireExact(t)
	assert.Empty(t, otelcol.Refused(t, shared, namespace), "the chart's roles lack what the collector asks for")
	require.NoError(t, delivery.Collector.Stop())
	return without
}

// keepingAll starts the collector once with the policies as they are, since validation
// does not look at them, and gives the config with a policy that keeps every trace.
func keepingAll(t *testing.T, binary, config string) string {
	t.Helper()
	starts(t, binary, config, otelcol.Machine{})
	var document map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(config), &document))
	for id, body := range document["processors"].(map[string]any) {
		if name, _, _ := strings.Cut(id, "/"); name == "tail_sampling" {
			sampler := body.(map[string]any)
			sampler["decision_wait"] = "1s"
			sampler["policies"] = []any{map[string]any{"name": "all", "type": "always_sample"}}
		}
	}
	text, err := yaml.Marshal(document)
	require.NoError(t, err)
	return string(text)
}

// starts has the collector begin with a config and end cleanly.
func starts(t *testing.T, binary, config string, machine otelcol.Machine) {
	t.Helper()
	machine.Dir, machine.Sink = t.TempDir(), telemetry.StartSink(t, telemetry.SinkConfig{})
	rewritten, err := otelcol.Rewrite(config, machine)
	require.NoError(t, err)
	require.NoError(t, otelcol.Start(t, binary, rewritten.Config, rewritten.Env).Stop())
}

// refusedFor is what the collector has against a config, or nil.
func refusedFor(t *testing.T, binary, config string) error {
	t.Helper()
	rewritten, err := otelcol.Rewrite(config, otelcol.Machine{Dir: t.TempDir(), Sink: telemetry.StartSink(t, telemetry.SinkConfig{}), Kubeconfig: "none"})
	require.NoError(t, err)
	return otelcol.Validate(t.Context(), binary, rewritten.Config, rewritten.Env)
}

// unknownType is how a collector says that it lacks a component.
var unknownType = regexp.MustCompile(`'(\w+)' unknown type: "[^"]+" for id: "([^"]+)"`)

// missing names what a config uses and the collector does not have, as keys of `without`.
func missing(t *testing.T, binary, config string) []string {
	t.Helper()
	refusal := refusedFor(t, binary, config)
	if refusal == nil {
		return nil
	}
	var found []string
	for _, match := range unknownType.FindAllStringSubmatch(refusal.Error(), -1) {
		found = append(found, match[1]+"."+match[2])
	}
	sort.Strings(found)
	return found
}

// rendered are the manifests that the chart renders for a distribution's version, without some of its components.
func rendered(t *testing.T, scenario, namespace string, distribution otelcol.Distribution, without ...string) []string {
	t.Helper()
	arguments := []string{
		"template", "scenario", chart, "-n", namespace, "-f", scenario, "--set", "namespaceOverride=" + namespace,
		"--set", "image.collectorVersion=" + distribution.Version, "--set", "image.distribution=custom",
	}
	for _, component := range without {
		arguments = append(arguments, "--set", "without."+component+"=true")
	}
	command := exec.CommandContext(t.Context(), binaries.For(t, "helm3"), arguments...)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(t, err, stderr.String())
	return strings.Split(string(out), "\n---\n")
}

// configOf is the collector's config among rendered manifests.
func configOf(t *testing.T, manifests []string) string {
	t.Helper()
	for _, manifest := range manifests {
		var object struct {
			Kind string
			Data map[string]string
		}
		require.NoError(t, yaml.Unmarshal([]byte(manifest), &object))
		if config, ok := object.Data["config.yaml"]; ok && object.Kind == "ConfigMap" {
			return config
		}
	}
	require.Fail(t, "no ConfigMap was rendered")
	return ""
}

// TestTheCompiledPipelineFileRuns does the same for the pipeline file of the examples,
// compiled by the program.
func TestTheCompiledPipelineFileRuns(t *testing.T) {
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), "go", "run", "./cmd/helm-otlp", "compile", "examples/production/pipeline.yaml",
				"--output", "config", "--set", "image.collectorVersion="+distribution.Version, "--set", "image.distribution=custom")
			command.Dir = "../.."
			command.Stderr = os.Stderr
			config, err := command.Output()
			require.NoError(t, err)
			delivery := otelcol.Deliver(t, distribution.Binary(t), string(config), otelcol.Machine{}, perProtocol)
			t.Logf("\n%s", delivery)
			delivery.RequireExact(t)
		})
	}
}

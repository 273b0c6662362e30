package cluster_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A liveDiff is what docs/diff.md says of the JSON of a diff.
type liveDiff struct {
	Same       bool `json:"same"`
	Collectors []struct {
		Kind   string `json:"kind"`
		Name   string `json:"name"`
		Action string `json:"action"`
		Parts  []struct {
			Kind     string `json:"kind"`
			ID       string `json:"id"`
			Action   string `json:"action"`
			Settings []struct{ Path, Before, After string }
		} `json:"parts"`
	} `json:"collectors"`
	Rights    struct{ Gained, Lost []string } `json:"rights"`
	Ports     struct{ Gained, Lost []string } `json:"ports"`
	Workloads []struct {
		Name    string   `json:"name"`
		Action  string   `json:"action"`
		Pods    int      `json:"pods"`
		Because []string `json:"because"`
	} `json:"workloads"`
	Objects []struct{ Kind, Name, Action, Diff string } `json:"objects"`
}

const diffBefore = `
replicas: 2
config:
  exporters:
    otlp_http: {endpoint: "https://a.example", headers: {authorization: Bearer planted-one}}
`

const diffAfter = `
replicas: 2
presets: {kubernetesAttributes: {enabled: true}}
config:
  receivers: {zipkin: {endpoint: "${env:POD_IP}:9411"}}
  exporters:
    otlp_http: {endpoint: "https://b.example", headers: {authorization: Bearer planted-two}}
  service: {pipelines: {traces: {receivers: [zipkin]}}}
`

func TestADiffSaysWhatAnUpgradeThenDoes(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			before, after := shared.ValuesFile(t, diffBefore), shared.ValuesFile(t, diffAfter)
			require.NoError(t, r.install(scenario{file: before}))
			r.playKubelet(2, runs)

			stdout, stderr, code := otlp(t, major, nil, "diff", releaseName, "-n", r.namespace, "--exit-code")
			assert.Zero(t, code, stdout+stderr)
			assert.Equal(t, "rel: nothing changes\n", stdout)

			stdout, stderr, code = otlp(t, major, nil, "diff", releaseName, "-n", r.namespace, "-f", after, "--output", "json", "--exit-code")
			assert.Equal(t, 1, code, stderr)
			assert.NotContains(t, stdout+stderr, "planted")
			var diff liveDiff
			require.NoError(t, json.Unmarshal([]byte(stdout), &diff), stdout)
			require.Len(t, diff.Collectors, 1)
			var parts []string
			for _, part := range diff.Collectors[0].Parts {
				parts = append(parts, part.Action+" "+part.Kind+" "+part.ID)
			}
			assert.Equal(t, []string{
				"add receiver zipkin", "add processor k8s_attributes", "change exporter otlp_http",
				"change pipeline logs", "change pipeline metrics", "change pipeline traces",
			}, parts)
			assert.Contains(t, diff.Rights.Gained, "list pods in all namespaces")
			assert.Empty(t, diff.Rights.Lost)
			assert.Contains(t, diff.Ports.Gained, fmt.Sprintf("Service %s/%s: 9411/TCP (zipkin)", r.namespace, r.fullname()))
			require.Len(t, diff.Workloads, 1)
			assert.Equal(t, 2, diff.Workloads[0].Pods)
			assert.Contains(t, diff.Workloads[0].Because, "spec.volumes.config.configMap.name")

			stdout, _, code = otlp(t, major, nil, "diff", releaseName, "-n", r.namespace, "-f", after)
			assert.Zero(t, code)
			assert.Contains(t, stdout, "  + receiver zipkin\n")
			assert.Contains(t, stdout, "started again, for spec.")
			assert.NotContains(t, stdout, "planted")

			// What it foretold is what comes: nothing more is to be done, and the older config that a template looks up stays.
			require.NoError(t, r.upgrade(scenario{file: after}))
			assert.Len(t, configMaps(r.list()), 2)
			stdout, stderr, code = otlp(t, major, nil, "diff", releaseName, "-n", r.namespace, "-f", after, "--exit-code")
			assert.Zero(t, code, stdout+stderr)
			assert.Equal(t, "rel: nothing changes\n", stdout)
			stdout, _, code = otlp(t, major, nil, "diff", releaseName, "../../charts/otlp-collector", "-n", r.namespace, "--reuse-values", "--set", "replicas=4", "--exit-code")
			assert.Equal(t, 1, code)
			assert.Contains(t, stdout, "workloads: no Pod starts again\nobjects: 0 added, 0 removed, 1 changed\n")
			assert.Contains(t, stdout, "-  replicas: 2\n+  replicas: 4\n")
		})
	}
}

func TestADiffOfWhatCannotBeUpgradedIsAnError(t *testing.T) {
	withPlugin(t, 3)
	r := newRelease(t, 3)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, diffBefore)}))
	for name, args := range map[string][]string{
		"has no release reel; it has rel": {"reel"},
		"nonesuch":                        {releaseName, "--set", "nonesuch=1"},
		"give one":                        {releaseName, "--reuse-values", "--reset-values"},
		"takes a release and a chart":     {releaseName, "a", "b"},
	} {
		_, stderr, code := otlp(t, 3, nil, append(append([]string{"diff"}, args...), "-n", r.namespace)...)
		assert.Equal(t, 2, code, stderr)
		assert.Contains(t, stderr, name)
	}
}

package differential

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// TestAddingReplacingAndRemovingIsTheSameByEveryDoor gives the same wish with -f, with
// --set and in a parent chart's values, to both real Helms: the collector's config must
// come out the same.
func TestAddingReplacingAndRemovingIsTheSameByEveryDoor(t *testing.T) {
	tests := []struct {
		name   string
		values string
		set    []string
		wanted func(t *testing.T, config map[string]any)
	}{
		{
			"add a processor beside a preset's",
			`{mode: daemonset, config: {processors: {transform: {error_mode: ignore}}}}`,
			[]string{"mode=daemonset", "config.processors.transform.error_mode=ignore"},
			func(t *testing.T, config map[string]any) {
				t.Helper()
				assert.Contains(t, config["processors"], "transform")
				assert.Contains(t, config["processors"], "k8s_attributes")
			},
		},
		{
			"replace a scalar and a list of a preset's component",
			`{mode: daemonset, config: {processors: {k8s_attributes: {passthrough: true, extract: {metadata: [k8s.pod.name]}}}}}`,
			[]string{"mode=daemonset", "config.processors.k8s_attributes.passthrough=true", "config.processors.k8s_attributes.extract.metadata={k8s.pod.name}"},
			func(t *testing.T, config map[string]any) {
				t.Helper()
				body := config["processors"].(map[string]any)["k8s_attributes"].(map[string]any)
				assert.Equal(t, true, body["passthrough"])
				assert.Equal(t, []any{"k8s.pod.name"}, body["extract"].(map[string]any)["metadata"])
			},
		},
		{
			"remove a preset's component, in an older name",
			`{mode: daemonset, without: {processors: {k8sattributes: true}}}`,
			[]string{"mode=daemonset", "without.processors.k8sattributes=true"},
			func(t *testing.T, config map[string]any) {
				t.Helper()
				assert.NotContains(t, config["processors"], "k8s_attributes")
			},
		},
		{
			"an empty body",
			// Helm 4 drops null from a parent chart's values, so a file says {}.
			`{config: {receivers: {jaeger: {protocols: {grpc: {}}}}}}`,
			[]string{"config.receivers.jaeger.protocols.grpc=null"},
			func(t *testing.T, config map[string]any) {
				t.Helper()
				jaeger := config["receivers"].(map[string]any)["jaeger"].(map[string]any)
				assert.Equal(t, map[string]any{"grpc": map[string]any{"endpoint": "[${env:POD_IP}]:14250"}}, jaeger["protocols"])
			},
		},
		{
			"switch a default preset off",
			`{mode: daemonset, presets: {kubernetesAttributes: {enabled: false}}}`,
			[]string{"mode=daemonset", "presets.kubernetesAttributes.enabled=false"},
			func(t *testing.T, config map[string]any) {
				t.Helper()
				assert.NotContains(t, config["processors"], "k8s_attributes")
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			file := filepath.Join(dir, "values.yaml")
			write(t, file, test.values)
			parent := parentChart(t, test.values)
			set := []string{chartDir}
			for _, argument := range test.set {
				set = append(set, "--set", argument)
			}
			doors := map[string][]string{"-f": {chartDir, "-f", file}, "--set": set, "a parent chart": {parent}}
			for _, major := range []string{"helm3", "helm4"} {
				for door, arguments := range doors {
					config := templateConfig(t, major, arguments)
					test.wanted(t, config)
					assert.Equal(t, templateConfig(t, "helm3", doors["-f"]), config, "%s, %s", major, door)
				}
			}
		})
	}
}

// parentChart has the chart as a subchart, with values and a global for it.
func parentChart(t *testing.T, values string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "Chart.yaml"), "apiVersion: v2\nname: parent\nversion: 0.1.0\n")
	write(t, filepath.Join(dir, "values.yaml"), "global: {team: payments}\notlp-collector: "+values+"\n")
	require.NoError(t, os.CopyFS(filepath.Join(dir, "charts", "otlp-collector"), os.DirFS(chartDir)))
	return dir
}

// templateConfig is the collector's config in what a real Helm renders.
func templateConfig(t *testing.T, major string, arguments []string) map[string]any {
	t.Helper()
	command := exec.Command(binaries.For(t, major), append([]string{"template", releaseName}, arguments...)...)
	var stderr strings.Builder
	command.Stderr = &stderr
	out, err := command.Output()
	require.NoError(t, err, stderr.String())
	for _, document := range strings.Split(string(out), "\n---\n") {
		var object struct {
			Kind string
			Data map[string]string
		}
		require.NoError(t, yaml.Unmarshal([]byte(document), &object))
		if text, ok := object.Data["config.yaml"]; ok && object.Kind == "ConfigMap" {
			config := map[string]any{}
			require.NoError(t, yaml.Unmarshal([]byte(text), &config))
			return config
		}
	}
	require.Fail(t, "no ConfigMap was rendered")
	return nil
}

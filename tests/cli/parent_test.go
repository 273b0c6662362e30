package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// parentChart is a chart in a new folder that has this project's chart twice, as gateway and
// agent.
func parentChart(t *testing.T, values string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "parent")
	require.NoError(t, os.CopyFS(filepath.Join(folder, "charts", "otlp-collector"), os.DirFS("../../charts/otlp-collector")))
	for name, text := range map[string]string{
		"Chart.yaml": `apiVersion: v2
name: parent
version: 1.0.0
dependencies:
  - {name: otlp-collector, version: "*", alias: gateway}
  - {name: otlp-collector, version: "*", alias: agent, condition: agent.enabled}
`,
		"values.yaml": values,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}

	return folder
}

// linted is what lint prints of a chart, each finding on one line with the parent's folder
// left out.
func linted(t *testing.T, folder string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Main(context.Background(), append([]string{"lint", folder}, args...), strings.NewReader(""), &stdout, &stderr,
		func(string) string { return "" })
	require.LessOrEqual(t, code, cli.ExitFindings, stderr.String())

	return strings.ReplaceAll(stdout.String(), filepath.ToSlash(folder)+"/", "")
}

func TestFindingsInASubchartStandInTheParentsValues(t *testing.T) {
	t.Parallel()
	folder := parentChart(t, `gateway:
  replicas: 1
agent:
  mode: daemonset
  resources:
    limits: {memory: 4Gi}
`)
	values := filepath.Join(t.TempDir(), "my.yaml")
	require.NoError(t, os.WriteFile(values, []byte("gateway:\n  resources:\n    limits: {memory: 64Gi}\n"), 0o600))
	out := linted(t, folder, "-f", values, "--set", "agent.podLabels.a=b,agent.resources.limits.cpu=64")
	for _, want := range []string{
		"values.yaml:2:3: warning: Deployment parent-gateway takes data from the network and may run a single Pod",
		"values.yaml:6:14: warning: DaemonSet parent-agent: the memory limit 4Gi",
		"my.yaml:3:14: warning: Deployment parent-gateway: the memory limit 64Gi",
		"--set:1:21: warning: DaemonSet parent-agent: the CPU limit 64",
	} {
		assert.Contains(t, out, want)
	}
	assert.NotContains(t, out, "templates/", "no finding is left in a rendered template")
}

func TestWhatAParentChartWritesForASubchartIsJudgedWhereItIsEnabled(t *testing.T) {
	t.Parallel()
	folder := parentChart(t, `gateway:
  mode: daemonset
  replicas: 3
  without:
    processors: {k8s_attribute: true}
agent:
  enabled: false
  mode: daemonset
  replicas: 3
gateway.unused: 1
gateway.unused: 2
`)
	out := linted(t, folder, "--set", "gateway.podDisruptionBudget.maxUnavailable=2")
	for _, want := range []string{
		"values.yaml:3:3: warning: replicas does nothing with mode daemonset",
		"values.yaml:5:18: warning: without.processors.k8s_attribute removes nothing",
		"values.yaml:11:1: warning: duplicate key",
		"--set:1:1: warning: podDisruptionBudget does nothing",
	} {
		assert.Contains(t, out, want)
	}
	assert.Equal(t, 1, strings.Count(out, "replicas does nothing"), "a subchart that is off does nothing at all")
}

package cluster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// installs is a command of an example's README.
var installs = regexp.MustCompile(`(?m)^helm install (\S+) charts/otlp-collector -n \S+ (?:--create-namespace )?-f (examples/\S+)$`)

// TestEveryTopologyIsInstalledAsItsReadmeSays installs the releases of each folder of examples beside one another, in
// the order of the README's commands. The API server checks all of it strictly before.
func TestEveryTopologyIsInstalledAsItsReadmeSays(t *testing.T) {
	readmes, err := filepath.Glob("../../examples/*/README.md")
	require.NoError(t, err)
	found := 0
	for _, readme := range readmes {
		text, err := os.ReadFile(readme)
		require.NoError(t, err)
		commands := installs.FindAllStringSubmatch(string(text), -1)
		if len(commands) == 0 {
			continue
		}
		found++
		for _, major := range []int{3, 4} {
			t.Run(fmt.Sprintf("%s/helm%d", filepath.Base(filepath.Dir(readme)), major), func(t *testing.T) {
				namespace := shared.Namespace(t, "")
				for _, command := range commands {
					isInstalled(t, major, namespace, command[1], filepath.Join("../..", command[2]))
				}
				for _, command := range commands {
					_, _, err := shared.Helm(t, major, "uninstall", command[1], "--namespace", namespace)
					require.NoError(t, err)
				}
			})
		}
	}
	assert.GreaterOrEqual(t, found, 6, "topologies")
}

// isInstalled wants the release's workload, or its policy, in the cluster, with the config that it reads.
func isInstalled(t *testing.T, major int, namespace, name, values string) {
	t.Helper()
	manifests, _, err := shared.Helm(t, major, "template", name, chartFolder, "--namespace", namespace, "--values", values, "--kube-version", "1.37")
	require.NoError(t, err)
	_, err = shared.DryRun(t.Context(), namespace, []byte(manifests))
	require.NoError(t, err, values)
	_, _, err = shared.Helm(t, major, "install", name, chartFolder, "--namespace", namespace, "--values", values)
	require.NoError(t, err, values)

	all, err := shared.ListAll(t.Context(), "app.kubernetes.io/instance="+name)
	require.NoError(t, err)
	kinds := map[string]int{}
	for _, object := range all {
		if object.Namespace == namespace || object.Namespace == "" {
			kinds[object.Kind]++
		}
	}
	assert.Equal(t, 1, kinds["Deployment"]+kinds["DaemonSet"]+kinds["MutatingAdmissionPolicy"], "%s: %v", values, kinds)
	assert.Equal(t, 1, kinds["ConfigMap"], "%s: %v", values, kinds)
}

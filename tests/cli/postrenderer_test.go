package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shopChart is a chart in a new folder with a workload that asks for a sidecar, one that does not, and a hook.
func shopChart(t *testing.T) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "shop")
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "templates"), 0o755))
	for name, text := range map[string]string{
		"Chart.yaml": "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
		"templates/web.yaml": `apiVersion: apps/v1
kind: Deployment
metadata: {name: {{ .Release.Name }}-web}
spec:
  template:
    metadata: {annotations: {sidecar.opentelemetry.io/inject: "true"}}
    spec:
      containers: [{name: web, image: web}] # mine
`,
		"templates/other.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: other}\nspec: {containers: [{name: other}]}\n",
		"templates/hook.yaml": `apiVersion: batch/v1
kind: Job
metadata: {name: hook, annotations: {helm.sh/hook: pre-install}}
spec: {template: {metadata: {annotations: {sidecar.opentelemetry.io/inject: "true"}}, spec: {containers: [{name: job}]}}}
`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}

	return folder
}

func TestInjectIsAPostRendererOfBothMajors(t *testing.T) {
	chart := shopChart(t)
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	program := filepath.Join(root, "bin", "helm-otlp")
	for name, renderer := range map[string][]string{
		"helm3": {"--post-renderer", program, "--post-renderer-args", "inject"},
		"helm4": {"--post-renderer", "otlp-inject"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHelm(t, name)
			stdout, stderr, code := h.run(t, "plugin", "install", ".")
			require.Zero(t, code, "%s%s", stdout, stderr)
			install := exec.CommandContext(t.Context(), "sh", filepath.Join(root, "scripts", "install.sh"), "post-renderer")
			install.Env = append(h.env, "HELM_BIN="+h.path)
			said, err := install.CombinedOutput()
			if name == "helm3" {
				require.Error(t, err, "nothing is put among the plugins of Helm 3")
				assert.Contains(t, string(said), "is Helm 3.22.0, which takes the program itself: --post-renderer "+program+" --post-renderer-args inject")
			} else {
				require.NoError(t, err, string(said))
				assert.Contains(t, string(said), "installed the plugin otlp-inject")
			}

			args := func(more ...string) []string {
				all := append([]string{"template", "app", chart}, renderer...)
				for _, arg := range more {
					all = append(all, "--post-renderer-args", arg)
				}

				return all
			}
			stdout, stderr, code = h.run(t, args("--release=rel", "--set=config.exporters.otlp_grpc.endpoint=gateway:4317")...)
			require.Zero(t, code, stderr)
			assert.Contains(t, stdout, "sidecar.opentelemetry.io/injected: rel")
			assert.Contains(t, stdout, "endpoint: gateway:4317")
			assert.Equal(t, 1, strings.Count(stdout, "restartPolicy: Always"), "the one that asks, and no hook: %s", stdout)
			assert.Contains(t, stdout, "name: other")

			_, stderr, code = h.run(t, args("--set=mode=gateway")...)
			assert.NotZero(t, code)
			if name == "helm3" {
				assert.Contains(t, stderr, "mode is gateway, and what is injected is a sidecar")
			}
			// The plugins are still loaded.
			stdout, stderr, code = h.run(t, "otlp", "version")
			require.Zero(t, code, stderr)
			assert.Contains(t, stdout, "helm-otlp 0.1.0")
		})
	}
}

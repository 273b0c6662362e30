package cli

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// helm is one real Helm with data folders of its own.
type helm struct {
	path string
	env  []string
}

func newHelm(t *testing.T, name string) helm {
	t.Helper()
	home := t.TempDir()
	h := helm{path: binaries.For(t, name)}
	// Helm's own settings of the one who runs the tests stay out.
	for _, setting := range os.Environ() {
		if !bytes.HasPrefix([]byte(setting), []byte("HELM_")) {
			h.env = append(h.env, setting)
		}
	}
	h.env = append(h.env,
		"HELM_DATA_HOME="+filepath.Join(home, "data"), "HELM_CONFIG_HOME="+filepath.Join(home, "config"),
		"HELM_CACHE_HOME="+filepath.Join(home, "cache"), "KUBECONFIG="+filepath.Join(home, "none"))

	return h
}

func (h helm) run(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), h.path, args...)
	cmd.Dir, cmd.Env = "../..", h.env
	var out, err bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &err
	if e := cmd.Run(); e != nil && cmd.ProcessState == nil {
		t.Fatalf("run %s: %v", h.path, e)
	}

	return out.String(), err.String(), cmd.ProcessState.ExitCode()
}

func TestThePluginInstallsAndRunsInRealHelm(t *testing.T) {
	for _, name := range []string{"helm3", "helm4"} {
		t.Run(name, func(t *testing.T) {
			h := newHelm(t, name)
			stdout, stderr, code := h.run(t, "plugin", "install", ".")
			require.Zero(t, code, "%s%s", stdout, stderr)
			assert.Contains(t, stdout+stderr, "Installed plugin: otlp")

			stdout, stderr, code = h.run(t, "otlp", "version")
			require.Zero(t, code, stderr)
			assert.Contains(t, stdout, "helm-otlp 0.1.0\nchart     otlp-collector ")

			stdout, stderr, code = h.run(t, "otlp", "schema")
			require.Zero(t, code, stderr)
			assert.Contains(t, stdout, `"$schema"`)

			stdout, stderr, code = h.run(t, "otlp", "lint", "-n", "team")
			require.Zero(t, code, stdout+stderr)
			assert.Regexp(t, `0 errors, 0 warnings, \d+ infos? in \d+ objects and 1 collector\n$`, stdout)

			stdout, _, code = h.run(t, "otlp", "template", "-n", "team")
			require.Zero(t, code)
			assert.Contains(t, stdout, "namespace: team")

			// Exit codes pass through, and so does a wrong flag.
			_, stderr, code = h.run(t, "otlp", "lint", "missing.yaml")
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "missing.yaml")
			stdout, _, code = h.run(t, "otlp", "lint", "--set", "resources.limits.memory=32Mi", "--fail-on", "warning")
			assert.Equal(t, 1, code, stdout)
			assert.Contains(t, stdout, "--set:1:1: warning: ")

			stdout, _, code = h.run(t, "plugin", "list")
			require.Zero(t, code)
			assert.Regexp(t, `(?m)^otlp\s+0\.1\.0\s`, stdout)
		})
	}
}

func TestHelmCompletesThePlugin(t *testing.T) {
	for _, name := range []string{"helm3", "helm4"} {
		t.Run(name, func(t *testing.T) {
			h := newHelm(t, name)
			_, stderr, code := h.run(t, "plugin", "install", ".")
			require.Zero(t, code, stderr)
			for words, want := range map[*[]string]string{
				{"__complete", "otlp", "ex"}:                      "explain",
				{"__complete", "otlp", "lint", "--fail"}:          "--fail-on",
				{"__complete", "otlp", "explain", "undefined"}:    "undefined-component",
				{"__complete", "otlp", "lint", "--output", "sar"}: "sarif",
			} {
				stdout, _, _ := h.run(t, *words...)
				assert.Contains(t, stdout, want, *words)
			}
		})
	}
}

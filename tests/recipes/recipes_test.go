// Package recipes runs what docs/ci.md tells users to write into their CI, and proves this project's own workflows.
package recipes

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// A workshop is a user's repository, and the programs that its CI has.
type workshop struct {
	repository, bin string
	env             []string
}

// staging has what is a warning and no error.
const staging = "replicas: 1\nconfig: {exporters: {otlp_grpc: {endpoint: \"backend.example.com:4317\"}}}\n"

func newWorkshop(t *testing.T) workshop {
	t.Helper()
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	home := t.TempDir()
	w := workshop{repository: filepath.Join(home, "repository"), bin: filepath.Join(home, "bin")}
	require.NoError(t, os.CopyFS(filepath.Join(w.repository, "charts", "collector"), os.DirFS(filepath.Join(root, "charts", "otlp-collector"))))
	for name, text := range map[string]string{
		"repository/envs/production.yaml":         "config: {exporters: {otlp_grpc: {endpoint: \"backend.example.com:4317\"}}}\n",
		"repository/envs/staging.yaml":            staging,
		"repository/manifests/kustomization.yaml": "resources: [collector.yaml]\n",
		"repository/manifests/collector.yaml": `apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: {name: gateway}
spec:
  config:
    receivers: {otlp: {protocols: {grpc: {}}}}
    processors: {memory_limiter: {check_interval: 1s, limit_percentage: 80}}
    exporters: {otlp_grpc: {endpoint: "backend.example.com:4317"}}
    service: {pipelines: {traces: {receivers: [otlp], processors: [memory_limiter], exporters: [otlp_grpc]}}}
`,
	} {
		file := filepath.Join(home, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	}
	// The plugin as Helm finds it once it is installed.
	plugin := filepath.Join(home, "plugins", "otlp")
	require.NoError(t, os.MkdirAll(filepath.Join(plugin, "bin"), 0o755))
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(plugin, "bin", "helm-otlp"), "./cmd/helm-otlp")
	build.Dir = root
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	text, err := os.ReadFile(filepath.Join(root, "plugin.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(plugin, "plugin.yaml"), text, 0o600))
	require.NoError(t, os.MkdirAll(w.bin, 0o755))
	for name, program := range map[string]string{
		"helm": binaries.For(t, "helm4"), "kustomize": binaries.For(t, "kustomize"), "helm-otlp": filepath.Join(plugin, "bin", "helm-otlp"),
	} {
		require.NoError(t, os.Symlink(program, filepath.Join(w.bin, name)))
	}
	w.env = append(os.Environ(), "PATH="+w.bin+":"+os.Getenv("PATH"), "HELM_PLUGINS="+filepath.Dir(plugin), "HOME="+home, "RUNNER_TEMP="+t.TempDir(),
		"GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"))

	return w
}

func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", name).Output()
	require.NoError(t, err)

	return strings.TrimSpace(string(out))
}

// runs is what a command prints in the repository, and its exit code.
func (w workshop) runs(t *testing.T, env []string, name string, args ...string) (string, int) {
	t.Helper()
	if own := filepath.Join(w.bin, name); exists(own) {
		name = own // Not what this process' PATH has.
	}
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), name, args...)
	cmd.Dir, cmd.Env = w.repository, append(w.env, env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); cmd.ProcessState == nil {
		require.NoError(t, err)
	}

	return out.String(), cmd.ProcessState.ExitCode()
}

func exists(file string) bool {
	_, err := os.Stat(file)

	return err == nil
}

var fence = regexp.MustCompile("(?s)```(sh|yaml)\n(.*?)```")

// section is a part of docs/ci.md: its shell, and its YAML.
func section(t *testing.T, title string) (shell []string, documents []map[string]any) {
	t.Helper()
	page, err := os.ReadFile("../../docs/ci.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(page), "\n## "+title+"\n")
	require.True(t, found, title)
	text, _, _ = strings.Cut(text, "\n## ")
	for _, block := range fence.FindAllStringSubmatch(text, -1) {
		if block[1] == "sh" {
			shell = append(shell, block[2])
			continue
		}
		var document map[string]any
		require.NoError(t, yaml.UnmarshalStrict([]byte(block[2]), &document), block[2])
		documents = append(documents, document)
	}

	return shell, documents
}

// as reads a part of a document into a type.
func as[T any](t *testing.T, from any) (into T) {
	t.Helper()
	text, err := yaml.Marshal(from)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &into))

	return into
}

func TestShellOfTheRecipes(t *testing.T) {
	w := newWorkshop(t)
	for _, title := range []string{"Argo CD", "Flux"} {
		shell, _ := section(t, title)
		require.NotEmpty(t, shell, title)
		for _, text := range shell {
			out, code := w.runs(t, nil, "bash", "-e", "-o", "pipefail", "-c", text)
			assert.Zero(t, code, "%s\n%s", text, out)
			assert.Contains(t, out, " and 1 collector\n")
		}
	}
}

func TestArgoCDRefusesWhatHasErrors(t *testing.T) {
	w := newWorkshop(t)
	_, documents := section(t, "Argo CD")
	require.Len(t, documents, 1)
	plugin := as[struct {
		Spec struct {
			Generate struct{ Command, Args []string }
		}
	}](t, documents[0])
	command := append(plugin.Spec.Generate.Command, plugin.Spec.Generate.Args...)
	argo := []string{"ARGOCD_APP_NAME=gateway", "ARGOCD_APP_NAMESPACE=observability"}
	out, code := w.runs(t, argo, command[0], command[1:]...)
	assert.Zero(t, code, out)
	assert.Contains(t, out, "\nkind: Deployment\n")
	assert.Contains(t, out, "\n  namespace: observability\n")
	require.NoError(t, os.WriteFile(filepath.Join(w.repository, "envs", "production.yaml"), []byte("config: {processors: {memory_limiter: {limit_mib: 90000}}}\n"), 0o600))
	out, code = w.runs(t, argo, command[0], command[1:]...)
	assert.Equal(t, 1, code, out)
	assert.NotContains(t, out, "\nkind: Deployment\n")
}

func TestGitLab(t *testing.T) {
	w := newWorkshop(t)
	_, documents := section(t, "GitLab")
	require.Len(t, documents, 1)
	job := as[struct {
		Lint struct {
			Script    []string
			Artifacts struct{ Reports struct{ JUnit string } }
		}
	}](t, documents[0])
	require.Len(t, job.Lint.Script, 2)
	assert.Equal(t, "go install github.com/helm-otlp/helm-otlp/cmd/helm-otlp@latest", job.Lint.Script[0])
	out, code := w.runs(t, nil, "sh", "-c", job.Lint.Script[1])
	assert.Zero(t, code, out)
	report, err := os.ReadFile(filepath.Join(w.repository, job.Lint.Artifacts.Reports.JUnit))
	require.NoError(t, err)
	assert.Contains(t, string(report), "envs/staging.yaml")
}

func TestChartTesting(t *testing.T) {
	w := newWorkshop(t)
	_, documents := section(t, "chart-testing")
	require.Len(t, documents, 1)
	var own map[string]any
	text, err := os.ReadFile("../../ct.yaml")
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &own))
	assert.Equal(t, own["additional-commands"], documents[0]["additional-commands"])
	command := as[[]string](t, documents[0]["additional-commands"])[0]
	out, code := w.runs(t, nil, "sh", "-c", strings.ReplaceAll(command, "{{ .Path }}", "charts/collector"))
	assert.Zero(t, code, out)
}

// A step of a workflow.
type step struct {
	Uses string
	With map[string]string
}

func TestGitHubAction(t *testing.T) {
	w := newWorkshop(t)
	_, documents := section(t, "GitHub")
	require.Len(t, documents, 2)
	workflow := as[struct {
		Jobs map[string]struct{ Steps []step }
	}](t, documents[0])
	out, code := w.act(t, workflow.Jobs["lint"].Steps)
	assert.Equal(t, 1, code, out)
	assert.Contains(t, out, "::warning file=envs/staging.yaml,line=1,")
	assert.NotContains(t, out, "production.yaml")

	steps := as[struct{ Steps []step }](t, documents[1]).Steps
	out, code = w.act(t, steps)
	assert.Zero(t, code, out)
	report, err := os.ReadFile(filepath.Join(w.repository, steps[len(steps)-1].With["sarif_file"]))
	require.NoError(t, err)
	assert.Contains(t, string(report), `"version": "2.1.0"`)
}

// act runs the step that uses this project's action, as GitHub does.
func (w workshop) act(t *testing.T, steps []step) (string, int) {
	t.Helper()
	action := as[struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Run string
				Env map[string]string
			}
		}
	}](t, readYAML(t, "../../action.yml"))
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	for _, s := range steps {
		if !strings.HasPrefix(s.Uses, "helm-otlp/helm-otlp@") {
			continue
		}
		for name := range s.With {
			require.Contains(t, action.Inputs, name)
		}
		last := action.Runs.Steps[len(action.Runs.Steps)-1]
		env := []string{"GITHUB_ACTION_PATH=" + root}
		for name, value := range last.Env {
			for input, of := range action.Inputs {
				given := of.Default
				if text, ok := s.With[input]; ok {
					given = text
				}
				value = strings.ReplaceAll(value, "${{ inputs."+input+" }}", given)
			}
			env = append(env, name+"="+value)
		}

		return w.runs(t, env, "bash", "-e", "-o", "pipefail", "-c", last.Run)
	}
	require.Fail(t, "no step uses the action")

	return "", 0
}

func readYAML(t *testing.T, file string) (document any) {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &document))

	return document
}

// An input is never read as a command.
func TestTheActionRunsNothingThatAnInputSays(t *testing.T) {
	w := newWorkshop(t)
	out, code := w.act(t, []step{{Uses: "helm-otlp/helm-otlp@main", With: map[string]string{"target": "$(touch ran); `touch ran`\n'; touch ran"}}})
	assert.Equal(t, 2, code, out)
	assert.NoFileExists(t, filepath.Join(w.repository, "ran"))
}

func TestPreCommitHooks(t *testing.T) {
	w := newWorkshop(t)
	_, documents := section(t, "pre-commit")
	require.Len(t, documents, 1)
	config := as[struct {
		Repos []struct {
			Hooks []struct {
				ID, Files string
				Args      []string
			}
		}
	}](t, documents[0])
	type hook struct {
		ID, Entry     string
		PassFilenames *bool `json:"pass_filenames"`
	}
	hooks := as[[]hook](t, readYAML(t, "../../.pre-commit-hooks.yaml"))
	require.Len(t, config.Repos[0].Hooks, len(hooks))
	for i, used := range config.Repos[0].Hooks {
		require.Equal(t, hooks[i].ID, used.ID)
		command := append(strings.Fields(hooks[i].Entry), used.Args...)
		if hooks[i].PassFilenames == nil {
			command = append(command, "manifests/collector.yaml", "manifests/kustomization.yaml")
		}
		for _, file := range []string{"manifests/collector.yaml", "envs/production.yaml"} {
			if regexp.MustCompile(used.Files).MatchString(file) {
				out, code := w.runs(t, nil, command[0], command[1:]...)
				assert.Zero(t, code, out)
				assert.Contains(t, out, "collector\n")
			}
		}
	}
}

func TestActionlintTakesTheWorkflows(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), binaries.For(t, "actionlint"), "-no-color", "-shellcheck=", "-pyflakes=")
	cmd.Dir = "../.."
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	files, err := filepath.Glob("../../.github/workflows/*.yml")
	require.NoError(t, err)
	require.Len(t, files, 3)
}

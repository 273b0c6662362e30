package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// ours is what the program prints, which has to end well.
func ours(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Main(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr, func(string) string { return "" })
	require.Zero(t, code, "%v: %s", args, stderr.String())

	return stdout.String()
}

func documentsOf(t *testing.T, text string) []map[string]any {
	t.Helper()
	var found []map[string]any
	for decoder := yaml.NewDecoder(strings.NewReader(text)); ; {
		var object map[string]any
		if decoder.Decode(&object) != nil {
			return found
		}
		found = append(found, object)
	}
}

// below is what stands under keys of maps.
func below(t *testing.T, data any, keys ...string) any {
	t.Helper()
	for _, key := range keys {
		object, ok := data.(map[string]any)
		require.True(t, ok, "%s of %v", key, data)
		data = object[key]
	}

	return data
}

// A policy is what a rendered MutatingAdmissionPolicy puts into a Pod.
type policy struct {
	container any
	volumes   []any
	// env are variables by the one that makes a container go without, in the order in which they are put in front.
	env    map[string][]any
	groups []string
	// unless are the variables of a container that make it go without a group.
	unless map[string][]string
	label  any
}

var (
	policyVolume = regexp.MustCompile(`path: "/spec/volumes/-", value: (.*)\}\]`)
	policyEnv    = regexp.MustCompile(`variables\.without_(\w+)\.map\(i, JSONPatch\{op: "add", path: "/spec/containers/" \+ string\(i\) \+ "/env/0", value: (.*)\}\)`)
	policyUnless = regexp.MustCompile(`exists\(e, e\.name in (\[.*\])\)\)$`)
	policyLabel  = regexp.MustCompile(`escapeKey\("sidecar\.opentelemetry\.io/injected"\), value: ([^}]*)\}`)
)

func policyOf(t *testing.T, args ...string) policy {
	t.Helper()
	p := policy{env: map[string][]any{}, unless: map[string][]string{}}
	var config string
	var objects []map[string]any
	for _, object := range documentsOf(t, ours(t, "", append([]string{"template"}, args...)...)) {
		if object["kind"] == "ConfigMap" {
			config = below(t, object, "data", "config.yaml").(string)
		}
		objects = append(objects, object)
	}
	for _, object := range objects {
		if object["kind"] != "MutatingAdmissionPolicy" {
			continue
		}
		for _, variable := range below(t, object, "spec", "variables").([]any) {
			if group, is := strings.CutPrefix(below(t, variable, "name").(string), "without_"); is {
				m := policyUnless.FindStringSubmatch(below(t, variable, "expression").(string))
				require.NotNil(t, m, variable)
				var names []string
				require.NoError(t, json.Unmarshal([]byte(m[1]), &names))
				p.unless[group] = names
			}
			if below(t, variable, "name") == "sidecar" {
				travels, err := json.Marshal(strings.ReplaceAll(config, "$", "$$"))
				require.NoError(t, err)
				expression := below(t, variable, "expression").(string)
				p.container = plain(t, strings.ReplaceAll(expression, "variables.config", string(travels)))
			}
		}
		mutation := below(t, below(t, object, "spec", "mutations").([]any)[0], "jsonPatch", "expression").(string)
		for _, m := range policyVolume.FindAllStringSubmatch(mutation, -1) {
			p.volumes = append(p.volumes, plain(t, m[1]))
		}
		for _, m := range policyEnv.FindAllStringSubmatch(mutation, -1) {
			if p.env[m[1]] == nil {
				p.groups = append(p.groups, m[1])
			}
			p.env[m[1]] = append(p.env[m[1]], plain(t, m[2]))
		}
		if m := policyLabel.FindStringSubmatch(mutation); m != nil {
			p.label = plain(t, m[1])
		}
	}

	return p
}

// plain is the data of a CEL expression that is JSON but for dyn(...) around some values.
func plain(t *testing.T, cel string) any {
	t.Helper()
	var text strings.Builder
	depth := 0
	for rest := strings.TrimSpace(cel); rest != ""; {
		switch {
		case strings.HasPrefix(rest, "dyn("):
			rest, depth = rest[len("dyn("):], depth+1
		case rest[0] == ')' && depth > 0:
			rest, depth = rest[1:], depth-1
		case rest[0] == '"':
			end := 1
			for ; rest[end] != '"'; end++ {
				if rest[end] == '\\' {
					end++
				}
			}
			text.WriteString(rest[:end+1])
			rest = rest[end+1:]
		default:
			text.WriteByte(rest[0])
			rest = rest[1:]
		}
	}
	var data any
	require.NoError(t, yaml.Unmarshal([]byte(text.String()), &data), text.String())

	return data
}

// admitted is a Pod with containers as the policy leaves it.
func (p policy) admitted(containers ...any) map[string]any {
	spec := map[string]any{"initContainers": []any{p.container}}
	if len(p.volumes) > 0 {
		spec["volumes"] = p.volumes
	}
	for _, container := range containers {
		c := container.(map[string]any)
		env, _ := c["env"].([]any)
		had := map[any]bool{}
		for _, variable := range env {
			had[variable.(map[string]any)["name"]] = true
		}
		for _, group := range p.groups {
			if slices.ContainsFunc(p.unless[group], func(name string) bool { return had[name] }) {
				continue
			}
			for _, variable := range p.env[group] {
				env = append([]any{variable}, env...)
			}
		}
		if len(env) > 0 {
			c["env"] = env
		}
	}
	spec["containers"] = containers

	return spec
}

func TestInjectGivesThePodThatThePolicyGives(t *testing.T) {
	t.Parallel()
	const everything = `
mode: sidecar
sidecar: {endpoint: "", hostNetwork: true}
config:
  receivers: {file_log: {include: [/var/log/app/*.log]}}
  extensions: {file_storage: {directory: /var/lib/otelcol}}
  exporters: {otlp_grpc: {endpoint: "${env:BACKEND}:4317", sending_queue: {storage: file_storage}}}
  processors: {attributes: {actions: [{key: a, value: "$$1 $$$$2 $(POD_IP) \"q\" <&> é", action: upsert}]}}
env: [{name: BACKEND, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: GOMEMLIMIT, value: 1GiB}]
envFrom: [{configMapRef: {name: more, optional: true}}]
extraVolumes: [{name: logs, emptyDir: {sizeLimit: 1Gi}}, {name: ca, secret: {secretName: ca, defaultMode: 288}}]
extraVolumeMounts: [{name: logs, mountPath: /var/log/app}, {name: ca, mountPath: /ca, readOnly: true}]
extraArgs: [--feature-gates=+a]
compat: openshift
image: {tag: 0.149.0, digest: "sha256:0123456789012345678901234567890123456789012345678901234567890123"}
`
	for name, text := range map[string]string{
		"defaults":               "mode: sidecar\n",
		"everything":             everything,
		"no variables":           "mode: sidecar\nsidecar: {endpoint: '', resourceAttributes: false}\n",
		"no resource attributes": "mode: sidecar\nsidecar: {resourceAttributes: false}\n",
		"the example":            readFile(t, "../../examples/sidecar/values.yaml"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := filepath.Join(t.TempDir(), "values.yaml")
			require.NoError(t, os.WriteFile(values, []byte(text), 0o600))
			args := []string{"-f", values, "--release", "shop", "--namespace", "team"}
			policy := policyOf(t, args...)
			require.NotNil(t, policy.container)

			const pod = `
kind: Pod
metadata: {annotations: {sidecar.opentelemetry.io/inject: "true"}}
spec:
  containers:
    - {name: bare}
    - {name: own, env: [{name: A, value: b}, {name: OTEL_EXPORTER_OTLP_ENDPOINT, value: x}]}
    - {name: other, env: [{name: OTEL_RESOURCE_ATTRIBUTES, value: x}]}
    - {name: part, env: [{name: A, value: b}, {name: OTEL_RESOURCE_ATTRIBUTES_POD_NAME, value: mine}]}
    - {name: same, env: [{name: OTEL_EXPORTER_OTLP_ENDPOINT, value: "http://localhost:4318"}]}
`
			injected := documentsOf(t, ours(t, pod, append([]string{"inject", "-", "--no-lint"}, args...)...))[0]
			containers := below(t, documentsOf(t, pod)[0], "spec", "containers").([]any)
			assert.Equal(t, policy.admitted(containers...), injected["spec"])
			assert.Equal(t, policy.label, below(t, injected, "metadata", "labels", "sidecar.opentelemetry.io/injected"))
		})
	}
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	require.NoError(t, err)

	return string(data)
}

func TestTheChartOfAnotherIncludesTheSidecar(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "shop")
	require.NoError(t, os.CopyFS(folder, os.DirFS("../../examples/sidecar/chart")))
	require.NoError(t, os.CopyFS(filepath.Join(folder, "charts", "otlp-collector"), os.DirFS("../../charts/otlp-collector")))
	inject := []string{"inject", "-f", "../../examples/sidecar/values.yaml", "--release", "shop"}
	pod := documentsOf(t, ours(t, readFile(t, "../../examples/sidecar/app.yaml"), inject...))[0]
	want := below(t, pod, "spec", "template", "spec", "initContainers")
	hash := below(t, pod, "spec", "template", "metadata", "annotations", "sidecar.opentelemetry.io/config-hash")
	check := func(text string) {
		t.Helper()
		var found []map[string]any
		for _, object := range documentsOf(t, text) {
			assert.NotContains(t, object["kind"], "MutatingAdmissionPolicy")
			if object["kind"] == "Deployment" {
				found = append(found, object)
			}
		}
		require.Len(t, found, 1)
		assert.Equal(t, want, below(t, found[0], "spec", "template", "spec", "initContainers"))
		assert.Equal(t, hash, below(t, found[0], "spec", "template", "metadata", "annotations", "sidecar.opentelemetry.io/config-hash"))
	}
	check(ours(t, "", "template", folder, "--kube-version", "1.30"))
	for _, name := range []string{"helm3", "helm4"} {
		stdout, stderr, code := newHelm(t, name).run(t, "template", "shop", folder, "--kube-version", "1.30")
		require.Zero(t, code, stderr)
		check(stdout)

		_, stderr, code = newHelm(t, name).run(t, "template", "shop", folder, "--kube-version", "1.30", "--set", "otlp-collector.mode=gateway")
		assert.NotZero(t, code)
		assert.Contains(t, stderr, "mode is gateway, and what is included is a sidecar: set mode to sidecar in the values of the chart otlp-collector")
	}
	assert.Contains(t, readFile(t, "../../docs/sidecar.md"), readFile(t, filepath.Join(folder, "templates", "deployment.yaml")))
	// What goes with the container goes with it here too.
	const queue = "config.extensions.file_storage.directory=/var/lib/otelcol/queue"
	spec := func(object map[string]any) map[string]any {
		return below(t, object, "spec", "template", "spec").(map[string]any)
	}
	injected := spec(documentsOf(t, ours(t, readFile(t, "../../examples/sidecar/app.yaml"), append(inject, "--set", queue)...))[0])
	for _, object := range documentsOf(t, ours(t, "", "template", folder, "--set", "otlp-collector."+queue)) {
		if object["kind"] == "Deployment" {
			included := spec(object)
			assert.Equal(t, injected["initContainers"], included["initContainers"])
			assert.NotEmpty(t, included["volumes"])
			assert.Equal(t, injected["volumes"], included["volumes"])
			env := func(spec map[string]any) any { return below(t, spec["containers"].([]any)[0], "env") }
			assert.ElementsMatch(t, env(injected), env(included))
		}
	}
	// The same chart says what inject puts into what it renders elsewhere.
	again := documentsOf(t, ours(t, readFile(t, "../../examples/sidecar/app.yaml"), "inject", "--chart", folder))[0]
	assert.Equal(t, want, below(t, again, "spec", "template", "spec", "initContainers"))
}

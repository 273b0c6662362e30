package cluster_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// liveValues have faults at known places, and a secret.
const liveValues = `
replicas: 1
resources:
  limits: {memory: 8Gi}
config:
  exporters:
    otlp_http:
      endpoint: https://otlp.example.com
      headers: {authorization: Bearer planted-t0ken}
`

// withPlugin installs the plugin into a Helm of the test's own.
func withPlugin(t *testing.T, major int) {
	t.Helper()
	_, _, err := shared.Helm(t, major, "plugin", "install", filepath.Join("..", ".."))
	require.NoError(t, err)
}

// otlp runs `helm otlp` of the test's Helm, and gives what a terminal shows of it on either stream.
func otlp(t *testing.T, major int, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := shared.HelmCommand(t, major, append([]string{"otlp"}, args...)...)
	cmd.Env = append(cmd.Env, env...)

	return run(t, cmd)
}

// program runs the program that withPlugin has built on its own.
func program(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join("..", "..", "bin", "helm-otlp"), args...)
	cmd.Env = append([]string{"HOME=" + t.TempDir()}, env...)

	return run(t, cmd)
}

func run(t *testing.T, cmd *exec.Cmd) (stdout, stderr string, code int) {
	t.Helper()
	var out, chatter bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &chatter
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		require.NoError(t, err)
	}

	return out.String(), chatter.String(), cmd.ProcessState.ExitCode()
}

// finding is a line of the report, and what is quoted below it.
var finding = regexp.MustCompile(`(?m)^(.+?):(\d+):\d+: (?:error|warning|info): .* \[([a-z0-9-]+)\]\n +\d+ \| (.*)$`)

// found are where the rules of a report's findings stand, and the lines that are quoted there.
func found(report string) map[string]spot {
	spots := map[string]spot{}
	for _, match := range finding.FindAllStringSubmatch(report, -1) {
		line, _ := strconv.Atoi(match[2])
		spots[match[3]] = spot{match[1], line, match[4]}
	}

	return spots
}

type spot struct {
	file string
	line int
	text string
}

func (r release) admin() []string { return []string{"KUBECONFIG=" + shared.Kubeconfig} }

// lineOf is a line of what Helm prints of a release.
func (r release) lineOf(what string, line int, args ...string) string {
	r.t.Helper()
	printed, _, err := shared.Helm(r.t, r.major, append([]string{"get", what, releaseName, "--namespace", r.namespace}, args...)...)
	require.NoError(r.t, err)
	lines := strings.Split(printed, "\n")
	require.LessOrEqual(r.t, line, len(lines), printed)

	return lines[line-1]
}

func TestAnInstalledReleaseIsJudgedAtItsOwnValues(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, "replicas: 3\n")}))
			require.NoError(t, r.upgrade(scenario{file: shared.ValuesFile(t, liveValues)}))

			stdout, stderr, code := otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace)
			assert.Zero(t, code, stderr)
			assert.Empty(t, stderr)
			assert.NotContains(t, stdout, "planted")
			assert.Contains(t, stdout, " 3 warnings, 1 info in ")
			spots := found(stdout)
			for _, rule := range []string{"secret-in-config", "gateway-single-replica", "memory-limit-over-request-ratio"} {
				at := spots[rule]
				require.Equal(t, "<values of rel>", at.file, "%s in\n%s", rule, stdout)
				printed := strings.Replace(r.lineOf("values", at.line, "--output", "yaml"), "Bearer planted-t0ken", "****", 1)
				assert.Equal(t, printed, at.text, rule)
			}
			content, err := os.ReadFile(filepath.Join(chartFolder, "values.yaml"))
			require.NoError(t, err)
			monitor := spots["no-monitor"]
			require.Equal(t, "otlp-collector/values.yaml", monitor.file, stdout)
			assert.Equal(t, strings.Split(string(content), "\n")[monitor.line-1], monitor.text)

			alone, _, same := program(t, r.admin(), "lint", "--live", releaseName, "-n", r.namespace)
			assert.Equal(t, stdout, alone)
			assert.Zero(t, same)
			_, _, code = otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace, "--fail-on", "warning")
			assert.Equal(t, 1, code)
			again, stderr, _ := otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace, "--fix")
			assert.Equal(t, stdout, again)
			assert.Contains(t, stderr, "note: --fix mends files, and a release as it is installed is in none")
			shown, _, _ := otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace, "--output", "sarif")
			assert.NotContains(t, shown, "planted")
			assert.Contains(t, shown, "secret-in-config")
		})
	}
}

// foreign is a chart of somebody else. What its template finds in the cluster, a new rendering does not.
var foreign = map[string]string{
	"Chart.yaml":  "apiVersion: v2\nname: foreign\nversion: 1.2.3\n",
	"values.yaml": "# How many.\nreplicaCount: 1\nstrict: false\n",
	"templates/secret.yaml": `apiVersion: v1
kind: Secret
metadata: {name: foreign-random}
stringData: {password: {{ randAlphaNum 20 }}}
`,
	"templates/all.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: foreign}
data:
  relay: |
    # Source: of a config
    receivers: {otlp: {protocols: {grpc: {endpoint: "0.0.0.0:4317"}}}}
    exporters: {otlp: {endpoint: "{{ .Values.backend }}", timeout: 30}}
    service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp]}}}
---
{{- if and .Values.strict (not (lookup "v1" "Namespace" "" "default")) }}{{ fail "there is no cluster" }}{{ end }}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: foreign
spec:
  replicas: {{ .Values.replicaCount }}
  selector: {matchLabels: {app: foreign}}
  template:
    metadata: {labels: {app: foreign}}
    spec:
      {{- if lookup "v1" "Namespace" "" "default" }}
      terminationGracePeriodSeconds: 1
      {{- end }}
      containers:
        - name: collector
          image: otel/opentelemetry-collector-contrib:0.149.0
          args: [--config=/conf/relay.yaml]
          ports: [{name: otlp, containerPort: 4317}]
          volumeMounts: [{name: config, mountPath: /conf}]
      volumes:
        - {name: config, configMap: {name: foreign, items: [{key: relay, path: relay.yaml}]}}
`,
}

// installForeign installs somebody else's chart, and returns the report on it.
func (r release) installForeign(values string) (stdout, stderr string) {
	r.t.Helper()
	folder := filepath.Join(r.t.TempDir(), "foreign")
	for name, content := range foreign {
		require.NoError(r.t, os.MkdirAll(filepath.Dir(filepath.Join(folder, name)), 0o700))
		require.NoError(r.t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	_, _, err := shared.Helm(r.t, r.major, "install", releaseName, folder, "--namespace", r.namespace, "--values", shared.ValuesFile(r.t, values))
	require.NoError(r.t, err)
	stdout, stderr, code := otlp(r.t, r.major, nil, "lint", "--live", releaseName, "-n", r.namespace)
	assert.Equal(r.t, 1, code, stderr)

	return stdout, stderr
}

func TestAReleaseOfAnotherChartIsTraced(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			stdout, stderr := r.installForeign("backend: no port\n")
			assert.NotContains(t, stderr, "note: ")
			spots := found(stdout)
			assert.Equal(t, spot{"<values of rel>", 1, "backend: no port"}, spots["invalid-target"], stdout)
			assert.Equal(t, spot{"<default values of foreign 1.2.3>", 1, "replicaCount: 1"}, spots["gateway-single-replica"], stdout)
			assert.Equal(t, "foreign/templates/all.yaml", spots["duration-without-unit"].file, stdout)
			assert.Contains(t, spots["duration-without-unit"].text, "timeout: 30")

			// The new rendering does not have this.
			grace := spots["grace-period-too-short"]
			assert.Equal(t, "<manifest of rel>", grace.file, stdout)
			assert.Equal(t, "      terminationGracePeriodSeconds: 1", grace.text)
			assert.Equal(t, grace.text, r.lineOf("manifest", grace.line))
		})
	}
}

func TestAReleaseThatIsNotRenderedAgainIsJudgedAtItsManifest(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			stdout, stderr := r.installForeign("backend: no port\nstrict: true\n")
			assert.Contains(t, stderr, "note: findings stand at the lines of the manifest")
			assert.Contains(t, stderr, "there is no cluster")
			spots := found(stdout)
			require.Contains(t, spots, "gateway-single-replica")
			for rule, at := range spots {
				assert.Equal(t, "<manifest of rel>", at.file, rule)
				assert.Equal(t, r.lineOf("manifest", at.line), at.text, rule)
			}
		})
	}
}

func TestAReleaseThatIsNotDeployedIsJudgedWithANote(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			// Without nodes no Pod becomes ready.
			values := scenario{file: shared.ValuesFile(t, liveValues)}
			require.Error(t, r.install(values, "--wait", "--timeout", "2s"))
			stdout, stderr, code := otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace)
			assert.Zero(t, code)
			assert.Equal(t, "note: revision 1 of rel is failed: what runs may be a part of it, and of an older one\n", stderr)
			assert.Contains(t, found(stdout), "gateway-single-replica")

			upgrade := shared.HelmCommand(t, major, "upgrade", releaseName, chartFolder, "--namespace", r.namespace, "--values", values.file, "--wait", "--timeout", "10m")
			require.NoError(t, upgrade.Start())
			cluster.Eventually(t, func(ctx context.Context) error {
				_, err := shared.Client.CoreV1().Secrets(r.namespace).Get(ctx, "sh.helm.release.v1.rel.v2", metav1.GetOptions{})

				return err
			})
			require.NoError(t, upgrade.Process.Kill())
			_ = upgrade.Wait() // It was killed.
			_, stderr, code = otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace)
			assert.Zero(t, code)
			assert.Equal(t, "note: revision 2 of rel is pending-upgrade: what runs may be a part of it, and of an older one\n", stderr)
		})
	}
}

func TestARevisionThatCanNotBeReadIsLeftOut(t *testing.T) {
	withPlugin(t, 3)
	r := newRelease(t, 3)
	secrets := shared.Client.CoreV1().Secrets(r.namespace)
	_, err := secrets.Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: "sh.helm.release.v1.rel.v9", Labels: map[string]string{"owner": "helm", "name": releaseName, "version": "9"}},
		Data:       map[string][]byte{"release": []byte("bm90aGluZw==")},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	_, stderr, code := program(t, r.admin(), "lint", "--live", releaseName, "-n", r.namespace)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "the release rel in the namespace "+r.namespace+" can't be read")

	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, liveValues)}))
	stdout, stderr, code := program(t, r.admin(), "lint", "--live", releaseName, "-n", r.namespace)
	assert.Zero(t, code)
	assert.Equal(t, "note: 1 of the revisions of rel can't be read\n", stderr)
	assert.Contains(t, found(stdout), "gateway-single-replica")
}

func TestWhatASubchartMadeIsJudgedAtTheManifest(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			parent := filepath.Join(t.TempDir(), "parent")
			require.NoError(t, os.MkdirAll(filepath.Join(parent, "charts"), 0o700))
			require.NoError(t, os.CopyFS(filepath.Join(parent, "charts", "otlp-collector"), os.DirFS(chartFolder)))
			require.NoError(t, os.WriteFile(filepath.Join(parent, "Chart.yaml"), []byte(
				"apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies: [{name: otlp-collector, version: '>=0.0.0-0', alias: gateway}]\n"), 0o600))
			values := "gateway:" + strings.ReplaceAll(liveValues, "\n", "\n  ") + "\n"
			_, _, err := shared.Helm(t, major, "install", releaseName, parent, "--namespace", r.namespace, "--values", shared.ValuesFile(t, values))
			require.NoError(t, err)

			stdout, stderr, code := otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace)
			assert.Zero(t, code, stderr)
			assert.Equal(t, "note: Helm keeps no subcharts with a release: what is found in what those of rel made stands at the lines of the manifest\n", stderr)
			spots := found(stdout)
			require.Contains(t, spots, "gateway-single-replica", stdout)
			require.Contains(t, spots, "secret-in-config", stdout)
			for rule, at := range spots {
				assert.Equal(t, "<manifest of rel>", at.file, rule)
			}
		})
	}
}

func TestWhyAReleaseIsNotReadIsSaid(t *testing.T) {
	withPlugin(t, 3)
	r := newRelease(t, 3)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, liveValues)}))
	live := func(name string, more ...string) []string {
		return append([]string{"lint", "--live", name, "-n", r.namespace}, more...)
	}
	silent, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = silent.Close() }()
	for name, c := range map[string]struct {
		env, args []string
		want      string
	}{
		"another name":       {r.admin(), live("reel"), "the namespace " + r.namespace + " has no release reel; it has rel\n"},
		"another namespace":  {r.admin(), []string{"lint", "--live", "rel"}, "the namespace default has no release rel, nor any other"},
		"an unknown context": {r.admin(), live("rel", "--kube-context", "nowhere"), `no cluster: context "nowhere" does not exist`},
		"no kubeconfig":      {nil, live("rel"), "no cluster: there is no kubeconfig"},
		"no server":          {[]string{"HELM_KUBEAPISERVER=https://127.0.0.1:1"}, live("rel"), "ask the cluster to get /version: "},
		"a server that does not answer": {
			[]string{"HELM_KUBEAPISERVER=http://" + silent.Addr().String()}, live("rel", "--timeout", "1s"), "the cluster took too long to get /version",
		},
		"a database":           {append(r.admin(), "HELM_DRIVER=sql"), live("rel"), "HELM_DRIVER=sql: releases are read from Secrets and ConfigMaps alone"},
		"a chart, too":         {r.admin(), live("rel", chartFolder), "--live judges the release rel as it is installed"},
		"values, too":          {r.admin(), live("rel", "--set", "replicas=2"), "--set is not for --live"},
		"a context for a file": {r.admin(), []string{"lint", "--kube-context", "admin"}, "are for --live"},
	} {
		stdout, stderr, code := program(t, c.env, c.args...)
		assert.Equal(t, 2, code, name)
		assert.Empty(t, stdout, name)
		assert.Contains(t, stderr, c.want, name)
	}
}

func TestReleasesInConfigMapsAreRead(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			driver := []string{"HELM_DRIVER=configmap"}
			install := shared.HelmCommand(t, major, "install", releaseName, chartFolder, "--namespace", r.namespace, "--values", shared.ValuesFile(t, liveValues))
			install.Env = append(install.Env, driver...)
			_, stderr, code := run(t, install)
			require.Zero(t, code, stderr)

			stdout, stderr, code := otlp(t, major, driver, "lint", "--live", releaseName, "-n", r.namespace)
			assert.Zero(t, code, stderr)
			assert.Contains(t, found(stdout), "gateway-single-replica")
			_, stderr, code = otlp(t, major, nil, "lint", "--live", releaseName, "-n", r.namespace)
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "has no release rel")
		})
	}
}

// documentedRole is the Role that a page of docs says is enough.
func documentedRole(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", name))
	require.NoError(t, err)
	block := regexp.MustCompile("(?s)```yaml\n(.*?kind: Role\n.*?)```").FindStringSubmatch(string(page))
	require.NotNil(t, block)

	return block[1]
}

func TestTheDocumentedRoleIsEnoughAndNeeded(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, liveValues)}))
			accounts := shared.Client.CoreV1().ServiceAccounts(r.namespace)
			_, err := accounts.Create(t.Context(), &corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "reader"}}, metav1.CreateOptions{})
			require.NoError(t, err)
			token, err := accounts.CreateToken(t.Context(), "reader", &authenticationv1.TokenRequest{}, metav1.CreateOptions{})
			require.NoError(t, err)
			// Helm gives a plugin its own flags by the environment. The administrator's kubeconfig has a certificate, which would go first.
			as := []string{
				"lint", "--live", releaseName, "-n", r.namespace, "--kube-token", token.Status.Token,
				"--kube-apiserver", shared.Config.Host, "--kube-ca-file", shared.Config.CAFile,
			}
			nobody := []string{"KUBECONFIG="}

			_, stderr, code := otlp(t, major, nobody, as...)
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "the cluster forbids to list secrets in the namespace "+r.namespace)
			assert.NotContains(t, stderr, token.Status.Token)

			_, err = shared.Apply(t.Context(), r.namespace, []byte(documentedRole(t, "security.md")+fmt.Sprintf(`
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: reader}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: lint-live}
subjects: [{kind: ServiceAccount, name: reader, namespace: %s}]
`, r.namespace)))
			require.NoError(t, err)
			var stdout string
			cluster.Eventually(t, func(context.Context) error {
				if stdout, stderr, code = otlp(t, major, nobody, as...); code != 0 { //nolint:contextcheck // A Helm of a test ends with it.
					return errors.New(stderr)
				}

				return nil
			})
			assert.Contains(t, found(stdout), "gateway-single-replica")

			requests, err := shared.Requests(r.namespace)
			require.NoError(t, err)
			asked := map[string]bool{}
			for _, request := range requests {
				if strings.HasSuffix(request.User, ":reader") {
					what, _, _ := strings.Cut(request.String(), "?timeout=")
					asked[what] = true
				}
			}
			assert.Equal(t, []string{
				"get /api", "get /apis", "get /version", "list secrets in " + r.namespace,
			}, slices.Sorted(maps.Keys(asked)))
		})
	}
}

package kubelet

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// userValues print what the collector takes.
const userValues = `
replicas: 1
resources: {requests: {cpu: 10m, memory: 40Mi}, limits: {memory: 300Mi}}
config: {exporters: {debug: {verbosity: detailed}}}
`

// A newcomer has a release, a server with its files, and a registry.
type newcomer struct {
	t               *testing.T
	major           int
	version, folder string
	registry        string
	files           string
	name, namespace string
	programs        map[string]string
}

// What a new user does, with each Helm: the plugin is packaged and installed, the chart is pushed to a registry, linted there,
// installed from there, sent data that arrives, upgraded and removed. Each way to install, and what Helm verifies, is in tests/packaging.
func TestANewUsersPath(t *testing.T) { //nolint:tparallel // Both install into one cluster, one after the other.
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "dist")
	pack := exec.CommandContext(t.Context(), "go", "run", "./internal/dist", "-out", folder, "-platforms", runtime.GOOS+"/"+runtime.GOARCH)
	pack.Dir, pack.Env = "../../..", append(os.Environ(), "GOWORK=off", "SOURCE_DATE_EPOCH=1700000000")
	said, err := pack.CombinedOutput()
	require.NoError(t, err, "%s", said)
	version := regexp.MustCompile(`(?m)/otlp-(\d.*)\.tgz$`).FindStringSubmatch(string(said))
	require.NotNil(t, version, "%s", said)
	programs, err := cluster.Programs(t.Context(), "oras")
	require.NoError(t, err)

	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/v2/") {
			images.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/gzip")
		http.FileServer(http.Dir(folder)).ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("Helm %d", major), func(t *testing.T) {
			n := newcomer{
				t: t, major: major, version: version[1], folder: folder, programs: programs,
				registry: strings.TrimPrefix(server.URL, "http://"), files: server.URL,
				name: fmt.Sprintf("user%d", major), namespace: shared.Namespace(t, ""),
			}
			n.installsPlugin()
			n.installsChart()
			n.sendsAndSees("first")
			n.upgrades()
			n.sendsAndSees("second")
			n.leaves()
		})
	}
}

// helm runs the user's Helm, which has to do it.
func (n newcomer) helm(args ...string) string {
	n.t.Helper()
	stdout, stderr, err := shared.Helm(n.t, n.major, args...)
	require.NoError(n.t, err, "%s", stdout)

	return stdout + stderr
}

// installsPlugin takes it over HTTP with Helm 3, and out of the registry with Helm 4.
func (n newcomer) installsPlugin() {
	n.t.Helper()
	if n.major == 3 {
		n.helm("plugin", "install", n.files+"/otlp-"+n.version+".tgz")
	} else {
		plugin := n.registry + "/plugins/otlp:" + n.version
		push := exec.CommandContext(n.t.Context(), n.programs["oras"], "push", "--plain-http", plugin,
			"--artifact-type", "application/vnd.helm.plugin.v1+json", "otlp-"+n.version+".tgz")
		push.Dir = n.folder
		said, err := push.CombinedOutput()
		require.NoError(n.t, err, "%s", said)
		n.helm("plugin", "install", "oci://"+plugin, "--plain-http", "--verify=false")
	}
	assert.Contains(n.t, n.helm("otlp", "version"), "helm-otlp "+n.version+"\n")
}

// chart are the arguments for the chart out of the registry.
func (n newcomer) chart(args ...string) []string {
	return append(args, "oci://"+n.registry+"/charts/otlp-collector", "--version", n.version, "--plain-http", "--namespace", n.namespace)
}

func (n newcomer) installsChart() {
	n.t.Helper()
	values := shared.ValuesFile(n.t, userValues)
	n.helm("push", filepath.Join(n.folder, "otlp-collector-"+n.version+".tgz"), "oci://"+n.registry+"/charts", "--plain-http")
	assert.Contains(n.t, n.helm(append(n.chart("otlp", "lint"), "--values", values)...), "0 errors")
	n.helm(append(n.chart("install", n.name), "--values", values)...)
	n.t.Cleanup(func() { _, _, _ = shared.Helm(n.t, n.major, "uninstall", n.name, "--namespace", n.namespace) })
	n.helm("otlp", "wait", n.name, "--timeout", "4m", "--namespace", n.namespace)
}

// sendsAndSees posts a log record to the Service, through the API server, and waits until a collector prints it.
func (n newcomer) sendsAndSees(word string) {
	n.t.Helper()
	text := word + " record of " + n.name
	body := fmt.Sprintf(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":%q}}]}]}]}`, text)
	cluster.Eventually(n.t, func(ctx context.Context) error {
		return shared.Client.CoreV1().RESTClient().Post().Namespace(n.namespace).Resource("services").
			Name(n.name+"-otlp-collector:4318").SubResource("proxy").Suffix("v1", "logs").
			SetHeader("Content-Type", "application/json").Body([]byte(body)).Do(ctx).Error()
	})
	cluster.Eventually(n.t, func(ctx context.Context) error {
		pods, err := shared.Client.CoreV1().Pods(n.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		var logs strings.Builder
		for i := range pods.Items {
			text, err := shared.Client.CoreV1().Pods(n.namespace).GetLogs(pods.Items[i].Name, &corev1.PodLogOptions{}).DoRaw(ctx)
			if err == nil { // One that is not up yet has none.
				logs.Write(text)
			}
		}
		if !strings.Contains(logs.String(), "Body: Str("+text+")") {
			return fmt.Errorf("no collector prints %q: %s", text, tail(logs.String()))
		}

		return nil
	})
}

// upgrades gives the release another config, with which the Pods are made anew.
func (n newcomer) upgrades() {
	n.t.Helper()
	n.helm(append(n.chart("upgrade", n.name), "--reuse-values", "--set", "config.receivers.zipkin.endpoint=0.0.0.0:9411")...)
	n.helm("otlp", "wait", n.name, "--timeout", "4m", "--namespace", n.namespace)
	assert.Contains(n.t, n.helm("otlp", "status", n.name, "--namespace", n.namespace), "revision 2")
}

// leaves removes the release and the plugin, and holds that nothing stays.
func (n newcomer) leaves() {
	n.t.Helper()
	n.helm("uninstall", n.name, "--namespace", n.namespace)
	require.NoError(n.t, shared.Gone(n.t.Context(), "app.kubernetes.io/instance="+n.name))
	assert.Contains(n.t, n.helm("plugin", "uninstall", "otlp"), "Uninstalled plugin: otlp")
	assert.NotContains(n.t, n.helm("plugin", "list"), "otlp")
}

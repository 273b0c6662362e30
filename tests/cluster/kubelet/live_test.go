package kubelet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// liveValues are of a gateway that makes metrics by itself. One exporter takes them, and nobody answers the other, which keeps
// them in its queue.
const liveValues = `
replicas: 2
resources: {requests: {cpu: 10m, memory: 40Mi}, limits: {memory: 512Mi}}
presets: {kubernetesAttributes: {enabled: false}}
config:
  receivers:
    otlp: {protocols: {grpc: {endpoint: '0.0.0.0:4317'}}}
    prometheus/self: {config: {scrape_configs: [{job_name: self, scrape_interval: 1s, static_configs: [{targets: ['${env:POD_IP}:8888']}]}]}}
  exporters:
    debug: {}
    otlp_grpc: {endpoint: '127.0.0.1:9', tls: {insecure: true}, wait_for_ready: false}
  service:
    pipelines:
      metrics: {receivers: [prometheus/self], exporters: [debug, otlp_grpc]}
`

// A host is a Helm with the plugin, and the namespace of a release.
type host struct {
	t         *testing.T
	major     int
	namespace string
}

func (h host) installPlugin() {
	h.t.Helper()
	_, _, err := shared.Helm(h.t, h.major, "plugin", "install", filepath.Join("..", "..", ".."))
	require.NoError(h.t, err)
}

// helm runs Helm itself.
func (h host) helm(args ...string) {
	h.t.Helper()
	_, _, err := shared.Helm(h.t, h.major, append(args, "--namespace", h.namespace)...)
	require.NoError(h.t, err)
}

// otlp runs `helm otlp`.
func (h host) otlp(args ...string) (stdout, stderr string, code int) {
	h.t.Helper()
	cmd := shared.HelmCommand(h.t, h.major, append(append([]string{"otlp"}, args...), "-n", h.namespace)...)
	var out, chatter bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &chatter
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		return "", err.Error(), -1
	}

	return out.String(), chatter.String(), cmd.ProcessState.ExitCode()
}

// says runs `helm otlp`, which is to end with the code, and is what it prints of the release.
func (h host) says(code int, args ...string) string {
	h.t.Helper()
	stdout, stderr, ended := h.otlp(args...)
	require.Equal(h.t, code, ended, "%s%s", stdout, stderr)
	h.t.Logf("helm %d: helm otlp %s:\n%s%s", h.major, strings.Join(args, " "), stdout, stderr)

	return stdout + stderr
}

// A top is what matters here of `helm otlp top --output json`.
type top struct {
	Pods []struct {
		Problem string `json:"problem"`
		Memory  struct {
			Used  float64 `json:"used"`
			Limit float64 `json:"limit"`
		} `json:"memory"`
	} `json:"pods"`
	Components []struct {
		Kind          string  `json:"kind"`
		Name          string  `json:"name"`
		Signal        string  `json:"signal"`
		Accepted      float64 `json:"accepted"`
		Sent          float64 `json:"sent"`
		QueueSize     float64 `json:"queueSize"`
		QueueCapacity float64 `json:"queueCapacity"`
	} `json:"components"`
}

// shows tells whether the figures are those of a collector that works.
func (f top) shows() error {
	var problems []error
	want := map[string]bool{"receiver prometheus/self": false, "exporter debug": false, "queue of otlp_grpc": false}
	for _, c := range f.Components {
		switch {
		case c.Kind == "receiver" && c.Accepted > 0 && c.Signal == "metrics", c.Kind == "exporter" && c.Sent > 0 && c.Signal == "metrics":
			want[c.Kind+" "+c.Name] = true
		case c.Kind == "exporter" && c.QueueSize > 0 && c.QueueCapacity >= c.QueueSize:
			want["queue of "+c.Name] = true
		}
	}
	for what, seen := range want {
		if !seen {
			problems = append(problems, fmt.Errorf("no figures of the %s", what))
		}
	}
	for _, pod := range f.Pods {
		if pod.Problem != "" || pod.Memory.Used <= 0 || pod.Memory.Limit != 512<<20 {
			problems = append(problems, fmt.Errorf("memory %v, problem %q", pod.Memory, pod.Problem))
		}
	}

	return errors.Join(problems...)
}

// A release lives its life in the commands' hands, with each Helm as their host.
func TestEachCommandRunsOnARealCollectorInBothHelms(t *testing.T) {
	t.Parallel()
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			t.Parallel()
			h := host{t, major, shared.Namespace(t, "")}
			h.installPlugin()
			values := shared.ValuesFile(t, liveValues)
			h.helm("install", release, chart, "--values", values)
			t.Cleanup(func() { _, _, _ = shared.Helm(t, major, "uninstall", release, "--namespace", h.namespace) })

			assert.Contains(t, h.says(0, "wait", release, "--timeout", "4m"), "rel: ready\n")
			h.showsItsRates()
			status := h.says(0, "status", release)
			assert.Regexp(t, `(?m)^rel-otlp-collector-\S+ +yes +[0-9a-f]{10} +0 +\S+ +ok +$`, status)
			h.eventuallySays(1, "otlp_grpc (127.0.0.1:9)", "doctor", release)
			assert.Contains(t, h.says(0, "lint", "--live", release), "0 errors")

			// Without the exporter that nobody answers, nothing is wrong with it.
			values = shared.ValuesFile(t, regexp.MustCompile(`    otlp_grpc: .*\n|, otlp_grpc`).ReplaceAllString(liveValues, ""))
			assert.Regexp(t, `- exporter +otlp_grpc`, h.says(1, "diff", release, chart, "--values", values, "--exit-code"))
			h.helm("upgrade", release, chart, "--values", values)
			h.says(0, "diff", release, chart, "--values", values, "--exit-code")
			h.says(0, "wait", release, "--timeout", "4m")
			h.eventuallySays(0, "rel: healthy, 2 of 2 Pods well", "doctor", release, "--no-lint")

			h.says(0, "scale", release, "3")
			h.says(0, "wait", release, "--timeout", "4m")
			assert.Contains(t, h.says(0, "status", release), "3 of 3 ready")

			// It passes, and no Pod has the address.
			h.helm("upgrade", release, chart, "--reuse-values", "--set", "config.receivers.otlp.protocols.grpc.endpoint=203.0.113.7:4317")
			assert.Regexp(t, `Deployment rel-otlp-collector: Pod \S+: it ends again and again \(\d+ restarts\): exit code 1: .*203\.0\.113\.7`,
				h.says(4, "wait", release, "--timeout", "5m"))
			assert.Contains(t, h.says(1, "doctor", release, "--no-lint"), "203.0.113.7")
		})
	}
}

// eventuallySays is that a command comes to print this. What a collector does is in its log and its metrics some time later.
func (h host) eventuallySays(code int, words string, args ...string) {
	h.t.Helper()
	cluster.Eventually(h.t, func(context.Context) error {
		stdout, stderr, ended := h.otlp(args...) //nolint:contextcheck // It takes the test's.
		if ended != code || !strings.Contains(stdout, words) {
			return fmt.Errorf("exit code %d, and not %d with %q: %s%s", ended, code, words, stdout, stderr)
		}

		return nil
	})
}

func (h host) showsItsRates() {
	h.t.Helper()
	cluster.Eventually(h.t, func(context.Context) error {
		stdout, stderr, code := h.otlp("top", release, "--output", "json", "--interval", "3s") //nolint:contextcheck // It takes the test's.
		var figures top
		if err := json.Unmarshal([]byte(stdout), &figures); err != nil || code != 0 {
			return fmt.Errorf("exit code %d: %s%s", code, stdout, stderr)
		}
		if err := figures.shows(); err != nil {
			return fmt.Errorf("%w in %s", err, stdout)
		}

		return nil
	})
	h.says(0, "top", release, "--interval", "3s")
}

package kubelet

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// liveValues make metrics by themselves. One exporter takes them, and nobody answers the other, which keeps them in its queue.
const liveValues = `
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

// otlp runs `helm otlp`.
func (r installation) otlp(args ...string) (stdout, stderr string, code int) {
	r.t.Helper()
	cmd := shared.HelmCommand(r.t, 4, append(append([]string{"otlp"}, args...), "-n", r.namespace)...)
	var out, chatter bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &chatter
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		require.NoError(r.t, err)
	}

	return out.String(), chatter.String(), cmd.ProcessState.ExitCode()
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

func TestARealCollectorTellsItsHealthAndItsRates(t *testing.T) {
	t.Parallel()
	_, _, err := shared.Helm(t, 4, "plugin", "install", "../../..")
	require.NoError(t, err)
	r := install(t, liveValues)
	stdout, stderr, code := r.otlp("wait", release, "--timeout", "3m")
	require.Zero(t, code, "%s%s", stdout, stderr)

	stdout, stderr, code = r.otlp("status", release)
	assert.Zero(t, code, stderr)
	assert.Regexp(t, `(?m)^rel-otlp-collector-\S+ +yes +[0-9a-f]{10} +0 +\S+ +ok +$`, stdout)
	t.Logf("helm otlp status:\n%s", stdout)

	cluster.Eventually(t, func(context.Context) error {
		stdout, stderr, code := r.otlp("top", release, "--output", "json", "--interval", "3s") //nolint:contextcheck // It takes the test's.
		var figures top
		if err := json.Unmarshal([]byte(stdout), &figures); err != nil || code != 0 {
			return fmt.Errorf("exit code %d: %s%s", code, stdout, stderr)
		}
		if err := figures.shows(); err != nil {
			return fmt.Errorf("%w in %s", err, stdout)
		}

		return nil
	})
	stdout, _, _ = r.otlp("top", release, "--interval", "3s")
	t.Logf("helm otlp top:\n%s", stdout)

	// Nothing is wrong with it but that no Pod has the address.
	_, _, err = shared.Helm(t, 4, "upgrade", release, chart, "--namespace", r.namespace, "--reuse-values", "--set", "config.receivers.otlp.protocols.grpc.endpoint=203.0.113.7:4317")
	require.NoError(t, err)
	_, stderr, code = r.otlp("wait", release, "--timeout", "5m")
	assert.Equal(t, 4, code)
	assert.Regexp(t, `DaemonSet rel-otlp-collector: Pod \S+: it ends again and again \(\d+ restarts\): exit code 1: .*203\.0\.113\.7`, stderr)
	t.Logf("helm otlp wait:\n%s", stderr)
}

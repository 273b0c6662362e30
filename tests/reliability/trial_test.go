package reliability

import (
	"context"
	"fmt"
	"maps"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/cluster/sandbox"
	"github.com/helm-otlp/helm-otlp/tests/reliability/ledger"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

const (
	// patience is how long what was acknowledged may take to arrive once the trouble is over: an exporter waits for
	// 30 s at most between two attempts.
	patience = 90 * time.Second
	// quiet is how long nothing may have arrived for: an exporter makes its second attempt after 7.5 s at most, and what
	// comes twice by a later one is not counted.
	quiet = 8 * time.Second
)

// A trial is one installed collector under load, with a backend of its own.
type trial struct {
	t         *testing.T
	cluster   *cluster.Cluster
	subject   subject
	namespace string
	sink      *telemetry.Sink
	run       *telemetry.Run
	logs      *cluster.KeptLogs
	values    string
	began     time.Time
	loaded    time.Time
	rate      int64
	sent      telemetry.Sent
	outcome   ledger.Outcome

	// beside tells that other trials are of the same test, and passed that this one is as it is to be.
	beside, passed bool
	// measured tells that the Pods stay the same, so that what they use can be measured.
	measured, stopped bool
	cpuBefore, cpu    time.Duration
}

// measure has finish report what the Pods use from now on until the load has ended.
func (tr *trial) measure() {
	tr.t.Helper()
	tr.measured, tr.cpuBefore = true, tr.cpuTime()
}

// hostPorts are taken by one trial at a time: of two, one could not be scheduled, and senders would reach the other.
var hostPorts sync.Mutex

// newTrial installs the subject, with further values where a scenario needs them, and waits until it is ready.
func newTrial(t *testing.T, c *cluster.Cluster, scenario string, s subject, further string) *trial {
	t.Helper()

	if s.hostPort {
		hostPorts.Lock()
		t.Cleanup(hostPorts.Unlock)
	}
	tr := &trial{t: t, cluster: c, subject: s, namespace: c.Namespace(t, s.level), began: time.Now()}
	// Whatever becomes of it, it counts.
	t.Cleanup(func() {
		o := tr.outcome
		o.Scenario, o.Subject, o.Yardstick, o.Loses = scenario, s.name, s.yardstick, s.mayLose > 0
		o.Rate, o.Failed = tr.rate, t.Failed() && (!tr.beside || !tr.passed)
		results.Add(o)
	})
	tr.sink = telemetry.StartSink(t, telemetry.SinkConfig{Host: cluster.HostAddress})
	_, port, err := net.SplitHostPort(tr.sink.GRPC)
	require.NoError(t, err)
	_, err = c.Apply(t.Context(), tr.namespace, fmt.Appendf(nil, backendManifest, port, cluster.HostAddress))
	require.NoError(t, err)
	tr.makeVolumes()

	tr.values = s.render("backend."+tr.namespace+".svc.cluster.local:4317") + further
	if s.kind == sidecarKind {
		tr.values += fmt.Sprintf("sidecar: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}\n", tr.namespace)
	}
	tr.logs = c.KeepLogs(t, tr.namespace, tr.container())
	require.NoError(t, tr.helm(3, "install", tr.values, "--wait", "--timeout", "5m"))
	tr.t.Cleanup(func() {
		// A sidecar's policy is not in the namespace that goes with the test.
		_, _, _ = tr.cluster.Helm(tr.t, 3, "uninstall", release, "--namespace", tr.namespace)
	})
	if s.kind == sidecarKind {
		tr.startApplication()
	}

	return tr
}

// backendManifest leads the name backend to the sink.
const backendManifest = `
apiVersion: v1
kind: Service
metadata: {name: backend}
spec: {ports: [{name: otlp, port: 4317, targetPort: %[1]s}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: backend, labels: {kubernetes.io/service-name: backend}}
addressType: IPv4
ports: [{name: otlp, port: %[1]s}]
endpoints: [{addresses: [%[2]s], conditions: {ready: true}}]
`

// makeVolumes makes what a gateway with persistence claims, for it alone.
func (tr *trial) makeVolumes() {
	tr.t.Helper()
	if tr.subject.kind == "DaemonSet" {
		return
	}
	for i := range 5 {
		name := fmt.Sprintf("%s-%d", tr.namespace, i)
		folder := filepath.Join(tr.cluster.Volumes(), name)
		if tr.subject.littleRoom {
			folder = filepath.Join(tr.cluster.SmallVolumes(), name)
		}
		require.NoError(tr.t, tr.cluster.MakeVolumes(tr.t.Context(), cluster.Volume{
			Name: name, Folder: folder, Labels: map[string]string{"trial": tr.namespace},
			Claim: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: tr.namespace, Name: fmt.Sprintf("state-%s-%d", tr.subject.fullname(), i),
			},
		}))
	}
	tr.t.Cleanup(func() {
		volumes := tr.cluster.Client.CoreV1().PersistentVolumes()
		_ = volumes.DeleteCollection(context.Background(), metav1.DeleteOptions{}, metav1.ListOptions{LabelSelector: "trial=" + tr.namespace})
	})
}

// helm installs or upgrades with the values.
func (tr *trial) helm(major int, verb, values string, args ...string) error {
	tr.t.Helper()
	command := tr.helmCommand(major, verb, values, args...)
	output, err := command.CombinedOutput()
	if err != nil {
		return fmt.Errorf("helm %s: %w: %s", verb, err, output)
	}

	return nil
}

func (tr *trial) helmCommand(major int, verb, values string, args ...string) *exec.Cmd {
	tr.t.Helper()
	file := tr.cluster.ValuesFile(tr.t, values)
	args = append([]string{verb, release, tr.subject.chart, "--namespace", tr.namespace, "--values", file}, args...)

	return tr.cluster.HelmCommand(tr.t, major, args...)
}

// upgrade changes the config and waits until all Pods have it.
func (tr *trial) upgrade(major, revision int) {
	tr.t.Helper()
	change := fmt.Sprintf("config.exporters.%s.headers.revision=%d", tr.subject.exporter, revision)
	require.NoError(tr.t, tr.helm(major, "upgrade", tr.values, "--set-string", change, "--wait", "--timeout", "10m"))
}

// load begins to send, from a node, records a second, and returns when the collector has taken the first.
func (tr *trial) load(rate int64, change ...func(*telemetry.Load)) {
	tr.t.Helper()
	tr.loaded, tr.rate = time.Now(), rate
	tr.run = tr.start(rate, change...)
	cluster.Eventually(tr.t, func(context.Context) error {
		if tr.run.Sent().Acknowledged == 0 {
			return fmt.Errorf("nothing was acknowledged: %s; %s", tr.run.Sent(), tr.run.Sent().LastRefusal)
		}

		return nil
	})
}

// start begins to send.
func (tr *trial) start(rate int64, change ...func(*telemetry.Load)) *telemetry.Run {
	tr.t.Helper()
	load := telemetry.Load{
		Protocol: telemetry.GRPC, Address: tr.address(), Signal: telemetry.Traces, Rate: rate, PerRequest: 50,
		Dial: sandbox.Dialer{Namespace: tr.source()}.DialContext, Reconnect: 10 * time.Second,
	}
	for _, c := range change {
		c(&load)
	}
	run, err := load.Start(context.WithoutCancel(tr.t.Context()))
	require.NoError(tr.t, err)
	tr.t.Cleanup(func() { run.Stop(0) })

	return run
}

// address is where senders on a node reach the collector.
func (tr *trial) address() string {
	tr.t.Helper()
	if tr.subject.kind == sidecarKind {
		return "127.0.0.1:4317"
	}
	if tr.subject.hostPort {
		return net.JoinHostPort(tr.cluster.Nodes()[0].Address, "4317")
	}
	service, err := tr.cluster.Client.CoreV1().Services(tr.namespace).Get(tr.t.Context(), tr.subject.fullname(), metav1.GetOptions{})
	require.NoError(tr.t, err)

	return net.JoinHostPort(service.Spec.ClusterIP, "4317")
}

// pause lets the load go on.
func (tr *trial) pause(d time.Duration) {
	tr.t.Helper()
	select {
	case <-time.After(d):
	case <-tr.t.Context().Done():
	}
}

// spans are what every load is counted under but that of logs.
func spans() telemetry.Stream { return telemetry.Stream{Signal: telemetry.Traces} }

// stop ends the load.
func (tr *trial) stop() {
	tr.t.Helper()
	tr.sent, tr.stopped = tr.run.Stop(patience), true
	if tr.measured {
		// Not with finish's quiet time, in which they do nothing.
		ctx, cancel := context.WithTimeout(tr.t.Context(), patience)
		defer cancel()
		tr.sink.Wait(ctx, 0, spans(), tr.sent)
		tr.cpu = tr.cpuTime() - tr.cpuBefore
	}
}

// finish ends the load, waits for what is still to come, and records the outcome.
func (tr *trial) finish() telemetry.Tally {
	tr.t.Helper()
	if !tr.stopped {
		tr.stop()
	}
	ctx, cancel := context.WithTimeout(tr.t.Context(), patience)
	defer cancel()
	tally := tr.sink.Wait(ctx, quiet, spans(), tr.sent)
	outcome := ledger.Outcome{Tally: tally, Sent: tr.sent}
	if tr.measured {
		outcome.CPU, outcome.Memory = tr.cpu, tr.peakMemory()
	}
	tr.record(outcome)
	if tally.Lost > 0 || tr.t.Failed() {
		tr.describe()
	}
	if tally.Lost > 0 {
		tr.t.Logf("the numbers that are lost, of a load that began at %s: %v", tr.loaded.Format(time.TimeOnly), tr.sink.Missing(spans(), tr.sent))
	}

	return tally
}

// record is what the trial came to, as far as the telemetry tells.
func (tr *trial) record(o ledger.Outcome) {
	tr.t.Helper()
	o.Took, o.Finished = time.Since(tr.began), true
	tr.outcome = o
	tr.t.Logf("%s: %s", tr.subject.name, o)
}

// describe logs what helps to find out why.
func (tr *trial) describe() {
	tr.t.Log("the last refusal:", tr.sent.LastRefusal)
	for _, pod := range tr.pods() {
		states := []string{string(pod.Status.Phase)}
		for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
			states = append(states, fmt.Sprintf("restarts %d, last %v", status.RestartCount, status.LastTerminationState.Terminated))
		}
		tr.t.Logf("Pod %s on %s: %s", pod.Name, pod.Spec.NodeName, strings.Join(states, ", "))
	}
	// Warnings and errors of each collector, attempts that are to be repeated, and when it began and ended.
	kept := tr.logs.Lines(`"level":"warn"`, `"level":"error"`, "panic", "Exporting failed", "Starting otelcol", "Everything is ready", "Starting shutdown", "Shutdown complete")
	for _, log := range slices.Sorted(maps.Keys(kept)) {
		lines := kept[log]
		if len(lines) > describedLines {
			lines = slices.Concat(lines[:describedLines/2], []string{"…"}, lines[len(lines)-describedLines/2:])
		}
		for i, line := range lines {
			lines[i] = shortened(line)
		}
		tr.t.Logf("log of %s:\n%s", log, strings.Join(lines, "\n"))
	}
}

// describedLines is how many lines of a log are shown at most.
const describedLines = 20

// noise is what every line of a collector's log says of it, and where in the source an error came from.
var noise = regexp.MustCompile(`"resource":{[^}]*},|,"stacktrace":"[^"]*"`)

// shortened leaves the noise out of a line of a collector's log.
func shortened(line string) string {
	line = noise.ReplaceAllString(line, "")
	if len(line) > 500 {
		return line[:500] + "…"
	}

	return line
}

// container is the name of the collector's.
func (tr *trial) container() string {
	if tr.subject.official() {
		return chartName(tr.subject.chart)
	}

	return "otlp-collector"
}

// pods returns the collector's.
func (tr *trial) pods() []corev1.Pod {
	tr.t.Helper()
	list, err := tr.cluster.Client.CoreV1().Pods(tr.namespace).List(tr.t.Context(), metav1.ListOptions{LabelSelector: "app.kubernetes.io/instance=" + release})
	require.NoError(tr.t, err)

	return list.Items
}

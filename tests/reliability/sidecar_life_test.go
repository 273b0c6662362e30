package reliability

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

const (
	// lives is how often an application with a sidecar is started and ended, livesAtOnce of them side by side.
	lives       = 50
	livesAtOnce = 5
)

// A lifeBench is a namespace with a gateway, and a sidecar's policy that sends what applications send there.
type lifeBench struct {
	namespace string
	sink      *telemetry.Sink
}

// newLifeBench installs the chart twice: a gateway that exports to a sink, and sidecars that export to the gateway.
func newLifeBench(t *testing.T) lifeBench {
	t.Helper()
	b := lifeBench{namespace: shared.Namespace(t, "restricted"), sink: telemetry.StartSink(t, telemetry.SinkConfig{Host: cluster.HostAddress})}
	_, port, err := net.SplitHostPort(b.sink.GRPC)
	require.NoError(t, err)
	_, err = shared.Apply(t.Context(), b.namespace, fmt.Appendf(nil, backendManifest, port, cluster.HostAddress))
	require.NoError(t, err)
	install := func(name, values string) {
		_, _, err := shared.Helm(t, 4, "install", name, ourChart(t), "--namespace", b.namespace, "--values", shared.ValuesFile(t, values), "--wait", "--timeout", "5m")
		require.NoError(t, err)
		t.Cleanup(func() { _, _, _ = shared.Helm(t, 4, "uninstall", name, "--namespace", b.namespace) })
	}
	install("gateway", fmt.Sprintf(ourValues, "backend:4317")+"replicas: 1\n")
	install(release, fmt.Sprintf(ourValues, "gateway-otlp-collector:4317")+
		fmt.Sprintf("mode: sidecar\nsidecar: {failurePolicy: Fail, namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}\n", b.namespace))
	shared.WaitInjected(t, b.namespace, fmt.Sprintf(applicationThatSends, "application", "Never", "-for=1s"))

	return b
}

// applicationSpec is what is in a Pod that sends spans to its own sidecar, and asks for one.
const applicationSpec = `{restartPolicy: %s, securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, ` +
	`containers: [{name: application, image: ` + cluster.SpansImage + `, ` +
	`args: [-stream=$(STREAM), -message=/dev/termination-log, %s], ` +
	`env: [{name: STREAM, valueFrom: {fieldRef: {fieldPath: metadata.name}}}], ` +
	`securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}}]}`

const applicationMetadata = `labels: {app: application}, annotations: {sidecar.opentelemetry.io/inject: "true"}`

// applicationThatSends takes a name, a restart policy and an argument.
const applicationThatSends = `{apiVersion: v1, kind: Pod, metadata: {name: %s, ` + applicationMetadata + `}, spec: ` + applicationSpec + `}`

// A life is what became of one Pod.
type life struct {
	name string
	// last is the Pod as it was last seen.
	last *corev1.Pod
	// early tells that the application ran when its collector had not started.
	early bool
}

// watch keeps what becomes of a Pod until it is gone or done.
func (b lifeBench) watch(t *testing.T, name string) (*life, <-chan struct{}) {
	t.Helper()
	watched, err := shared.Client.CoreV1().Pods(b.namespace).Watch(t.Context(), metav1.ListOptions{FieldSelector: "metadata.name=" + name})
	require.NoError(t, err)
	l, done := &life{name: name}, make(chan struct{})
	go func() {
		defer close(done)
		defer watched.Stop()
		for event := range watched.ResultChan() {
			pod, isPod := event.Object.(*corev1.Pod)
			if !isPod {
				return
			}
			l.last = pod
			own, collector := statuses(pod)
			l.early = l.early || (own.State.Running != nil && (collector.Started == nil || !*collector.Started))
			if own.State.Terminated != nil && collector.State.Terminated != nil {
				return
			}
		}
	}()

	return l, done
}

// statuses are those of the application and of its collector.
func statuses(pod *corev1.Pod) (own, collector corev1.ContainerStatus) {
	for _, status := range pod.Status.ContainerStatuses {
		own = status
	}
	for _, status := range pod.Status.InitContainerStatuses {
		collector = status
	}

	return own, collector
}

// said is what the application says at its end.
type said struct{ Offered, Acknowledged, Retries int64 }

// judge holds what became of a Pod against what is promised, and returns what the application sent.
func (b lifeBench) judge(t *testing.T, l *life) (end said, tally telemetry.Tally) {
	t.Helper()
	own, collector := statuses(l.last)
	require.NotNil(t, own.State.Terminated, "the application's end was not seen: %+v", l.last.Status)
	require.NotNil(t, collector.State.Terminated, "the collector's end was not seen: %+v", l.last.Status)
	require.NoError(t, json.Unmarshal([]byte(own.State.Terminated.Message), &end), own.State.Terminated.Message)
	assert.False(t, l.early, "%s ran before its collector had started", l.name)
	assert.False(t, own.State.Terminated.StartedAt.Before(&collector.State.Terminated.StartedAt), "%s started before its collector", l.name)
	assert.False(t, collector.State.Terminated.FinishedAt.Before(&own.State.Terminated.FinishedAt), "%s ended after its collector", l.name)
	assert.Zero(t, own.State.Terminated.ExitCode)
	assert.Zero(t, collector.State.Terminated.ExitCode, "%s was killed: %+v", l.name, collector.State.Terminated)
	assert.Equal(t, end.Offered, end.Acknowledged, "%s: its collector took not all", l.name)
	assert.Zero(t, end.Retries, "%s: its collector was not there from the first to the last span", l.name)

	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tally = b.sink.Wait(ctx, 0, telemetry.Stream{Signal: telemetry.Traces, Writer: l.name}, telemetry.Numbers{Count: end.Acknowledged})
	assert.Zero(t, tally.Lost, "%s: %s, missing %v of %d", l.name, tally,
		b.sink.Missing(telemetry.Stream{Signal: telemetry.Traces, Writer: l.name}, telemetry.Numbers{Count: end.Acknowledged}), end.Offered)

	return end, tally
}

func TestASidecarLivesAsLongAsItsApplication(t *testing.T) {
	b := newLifeBench(t)
	t.Run("a Job completes", b.job)
	t.Run("a DaemonSet has one a node", b.daemonSet)
	t.Run("nothing is lost at the end", b.ends)
}

// ends shows that what an application sends until its very end arrives: its collector starts before it, and ends after it,
// when all is sent on. It is told to end while it sends, and sends on for a second and a half.
func (b lifeBench) ends(t *testing.T) {
	turns := make(chan struct{}, livesAtOnce)
	totals := make(chan telemetry.Tally, lives)
	t.Run("lives", func(t *testing.T) {
		for i := range lives {
			t.Run(fmt.Sprint(i+1), func(t *testing.T) {
				t.Parallel()
				turns <- struct{}{}
				defer func() { <-turns }()
				totals <- b.live(t, fmt.Sprintf("life-%d", i+1))
			})
		}
	})
	close(totals)
	var sum telemetry.Tally
	ends := 0
	for tally := range totals {
		ends++
		sum.Accepted, sum.Delivered = sum.Accepted+tally.Accepted, sum.Delivered+tally.Delivered
		sum.Lost, sum.Duplicated = sum.Lost+tally.Lost, sum.Duplicated+tally.Duplicated
	}
	assert.Equal(t, lives, ends)
	t.Logf("%d lives of an application with a sidecar: %d spans acknowledged, %d delivered, %d lost, %d duplicated", ends, sum.Accepted, sum.Delivered, sum.Lost, sum.Duplicated)
}

// live starts an application, and ends it after some seconds.
func (b lifeBench) live(t *testing.T, name string) telemetry.Tally {
	t.Helper()
	pods := shared.Client.CoreV1().Pods(b.namespace)
	l, done := b.watch(t, name)
	_, err := shared.Apply(t.Context(), b.namespace, fmt.Appendf(nil, applicationThatSends, name, "Never", "-linger=1500ms"))
	require.NoError(t, err)
	stream := telemetry.Stream{Signal: telemetry.Traces, Writer: name}
	cluster.Eventually(t, func(context.Context) error {
		if b.sink.Arrivals(stream).Numbered == 0 {
			return fmt.Errorf("nothing of %s has arrived", name)
		}

		return nil
	})
	time.Sleep(2 * time.Second)
	require.NoError(t, pods.Delete(t.Context(), name, metav1.DeleteOptions{}))
	before := b.sink.Arrivals(stream).Highest
	<-done
	end, tally := b.judge(t, l)
	assert.Greater(t, end.Offered, before+50, "%s sent nothing after it was told to end", name)

	return tally
}

// job shows that a collector does not keep a Job from completing.
func (b lifeBench) job(t *testing.T) {
	const jobs = 5
	manifest := fmt.Sprintf(`{apiVersion: batch/v1, kind: Job, metadata: {name: job}, spec: {completions: %[1]d, parallelism: %[1]d, backoffLimit: 0, `+
		`template: {metadata: {%s}, spec: %s}}}`, jobs, applicationMetadata, fmt.Sprintf(applicationSpec, "Never", "-for=2s"))
	_, err := shared.Apply(t.Context(), b.namespace, []byte(manifest))
	require.NoError(t, err)
	cluster.Eventually(t, func(ctx context.Context) error {
		job, err := shared.Client.BatchV1().Jobs(b.namespace).Get(ctx, "job", metav1.GetOptions{})
		if err == nil && job.Status.CompletionTime == nil {
			err = fmt.Errorf("the job has not completed: %+v", job.Status)
		}

		return err
	})
	pods, err := shared.Client.CoreV1().Pods(b.namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "batch.kubernetes.io/job-name=job"})
	require.NoError(t, err)
	require.Len(t, pods.Items, jobs)
	var spans int64
	for _, pod := range pods.Items {
		assert.Equal(t, corev1.PodSucceeded, pod.Status.Phase)
		end, _ := b.judge(t, &life{name: pod.Name, last: &pod})
		spans += end.Offered
	}
	t.Logf("%d Pods of a Job, %d spans", jobs, spans)
}

// daemonSet shows that the Pods which a DaemonSet's controller makes have one each.
func (b lifeBench) daemonSet(t *testing.T) {
	manifest := fmt.Sprintf(`{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {selector: {matchLabels: {app: application}}, `+
		`template: {metadata: {%s}, spec: %s}}}`, applicationMetadata, fmt.Sprintf(applicationSpec, "Always", "-linger=1s"))
	_, err := shared.Apply(t.Context(), b.namespace, []byte(manifest))
	require.NoError(t, err)
	cluster.Eventually(t, func(ctx context.Context) error {
		pods, err := shared.Client.CoreV1().Pods(b.namespace).List(ctx, metav1.ListOptions{LabelSelector: "app=application"})
		if err != nil {
			return err
		}
		arrived := 0
		for _, pod := range pods.Items {
			if metav1.GetControllerOf(&pod) != nil && metav1.GetControllerOf(&pod).Kind == "DaemonSet" && len(pod.Spec.InitContainers) == 1 && b.sink.Arrivals(telemetry.Stream{Signal: telemetry.Traces, Writer: pod.Name}).Numbered > 0 {
				arrived++
			}
		}
		if arrived != len(shared.Nodes()) {
			return fmt.Errorf("spans of %d Pods have arrived, and there are %d nodes", arrived, len(shared.Nodes()))
		}

		return nil
	})
	background := metav1.DeletePropagationBackground
	require.NoError(t, shared.Client.AppsV1().DaemonSets(b.namespace).Delete(t.Context(), "agent", metav1.DeleteOptions{PropagationPolicy: &background}))
	t.Logf("%d nodes", len(shared.Nodes()))
}

package cluster_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// A liveStatus is what docs/deployment.md says of the JSON of a status.
type liveStatus struct {
	State     string      `json:"state"`
	Reason    string      `json:"reason"`
	Release   liveRelease `json:"release"`
	Workloads []struct {
		Kind       string    `json:"kind"`
		Name       string    `json:"name"`
		ConfigHash string    `json:"configHash"`
		Wanted     int       `json:"wanted"`
		Updated    int       `json:"updated"`
		Ready      int       `json:"ready"`
		Available  int       `json:"available"`
		OutOfDate  int       `json:"outOfDate"`
		Pods       []livePod `json:"pods"`
	} `json:"workloads"`
	Sidecars *struct {
		ConfigHash string    `json:"configHash"`
		Ready      int       `json:"ready"`
		OutOfDate  int       `json:"outOfDate"`
		Pods       []livePod `json:"pods"`
	} `json:"sidecars"`
}

type liveRelease struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	Status    string `json:"status"`
	Chart     string `json:"chart"`
}

type livePod struct {
	Name    string `json:"name"`
	Current bool   `json:"current"`
}

// statusValues need nothing of a node.
const statusValues = "replicas: 2\nconfig: {exporters: {otlp_grpc: {endpoint: \"backend.example:4317\"}}}\n"

// playKubelet is what a kubelet would say of the release's Pods, since there is none: it says it until all that are wanted
// have heard it.
func (r release) playKubelet(count int, say func(*corev1.Pod)) {
	r.t.Helper()
	pods := shared.Client.CoreV1().Pods(r.namespace)
	cluster.Eventually(r.t, func(ctx context.Context) error {
		list, err := pods.List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/instance=" + releaseName})
		if err != nil {
			return err
		}
		told := 0
		for i := range list.Items {
			pod := &list.Items[i]
			if pod.DeletionTimestamp != nil {
				// No kubelet ends what was never on a node.
				_ = pods.Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})

				continue
			}
			say(pod)
			if _, err := pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{}); err != nil {
				return err
			}
			told++
		}
		if told != count {
			return fmt.Errorf("%d Pods", told)
		}

		return nil
	})
}

func runs(pod *corev1.Pod) {
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = []corev1.PodCondition{
		{Type: corev1.ContainersReady, Status: corev1.ConditionTrue}, {Type: corev1.PodReady, Status: corev1.ConditionTrue},
	}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "otlp-collector", Ready: true, Started: new(true), State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}}
}

func crashes(pod *corev1.Pod) {
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse}}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "otlp-collector", RestartCount: 4,
		State:                corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}},
		LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, Message: "no such receiver"}},
	}}
}

// statusOf is what `helm otlp status --output json` prints, and its exit code.
func (r release) statusOf(args ...string) (*liveStatus, int) {
	r.t.Helper()
	stdout, stderr, code := otlp(r.t, r.major, nil, append([]string{"status", releaseName, "-n", r.namespace, "--output", "json"}, args...)...)
	var status liveStatus
	require.NoError(r.t, json.Unmarshal([]byte(stdout), &status), "%s%s", stdout, stderr)

	return &status, code
}

// waitStatus waits until the status is of that state.
func (r release) waitStatus(state string) (found *liveStatus, code int) {
	r.t.Helper()
	cluster.Eventually(r.t, func(context.Context) error {
		if found, code = r.statusOf(); found.State != state { //nolint:contextcheck // It takes the test's.
			return fmt.Errorf("it is %s: %s", found.State, found.Reason)
		}

		return nil
	})

	return found, code
}

func TestAReleaseIsInProgressThenReadyThenFailed(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, statusValues)}))

			status, code := r.waitStatus("in-progress")
			assert.Equal(t, 1, code)
			assert.Contains(t, status.Reason, "0 of 2 Pods are ")
			_, stderr, code := otlp(t, major, nil, "wait", releaseName, "-n", r.namespace, "--timeout", "2s")
			assert.Equal(t, 1, code)
			assert.Contains(t, stderr, "helm-otlp: the release rel is not ready in time: ")

			r.playKubelet(2, runs)
			status, code = r.waitStatus("ready")
			assert.Zero(t, code)
			assert.Equal(t, liveRelease{Name: releaseName, Namespace: r.namespace, Revision: 1, Status: "deployed", Chart: "otlp-collector"}, status.Release)
			require.Len(t, status.Workloads, 1)
			w := status.Workloads[0]
			assert.Equal(t, "Deployment "+r.fullname(), w.Kind+" "+w.Name)
			assert.Equal(t, []int{2, 2, 2, 2, 0}, []int{w.Wanted, w.Updated, w.Ready, w.Available, w.OutOfDate})
			assert.Equal(t, []string{r.fullname() + "-" + w.ConfigHash}, configMaps(r.list()))
			for _, pod := range w.Pods {
				assert.True(t, pod.Current)
			}
			stdout, _, code := otlp(t, major, nil, "wait", releaseName, "-n", r.namespace)
			assert.Zero(t, code)
			assert.Contains(t, stdout, "rel: ready\n")
			assert.Contains(t, stdout, "rolled out")

			require.NoError(t, r.upgrade(scenario{file: shared.ValuesFile(t, statusValues+"podLabels: {a: b}\n")}, "--set", "config.service.telemetry.logs.level=debug"))
			r.playKubelet(3, func(pod *corev1.Pod) {
				if pod.Labels["a"] == "b" {
					crashes(pod)
				}
			})
			status, code = r.waitStatus("failed")
			assert.Equal(t, 4, code)
			assert.Regexp(t, `^Deployment rel-otlp-collector: Pod rel-otlp-collector-\S+: it ends again and again \(4 restarts\): exit code 1: no such receiver$`, status.Reason)
			assert.Equal(t, 2, status.Workloads[0].Ready, "the old ones serve")
			assert.Equal(t, 2, status.Workloads[0].OutOfDate)
			_, stderr, code = otlp(t, major, nil, "wait", releaseName, "-n", r.namespace, "--timeout", "5m")
			assert.Equal(t, 4, code)
			assert.Contains(t, stderr, "the release rel does not become ready: Deployment rel-otlp-collector: Pod ")
		})
	}
}

func TestAWorkloadThatIsGoneOrWhosePodsAreForbiddenHasFailed(t *testing.T) {
	withPlugin(t, 3)
	r := newRelease(t, 3)
	r.namespace = shared.Namespace(t, "restricted")
	// An agent that reads logs needs a hostPath.
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, "replicas: 1\npersistence: {enabled: true}\nhostNetwork: true\n")}))
	status, code := r.waitStatus("failed")
	assert.Equal(t, 4, code)
	assert.Contains(t, status.Reason, "StatefulSet rel-otlp-collector: FailedCreate: ")
	assert.Contains(t, status.Reason, "violates PodSecurity")

	require.NoError(t, shared.Client.AppsV1().StatefulSets(r.namespace).Delete(t.Context(), r.fullname(), metav1.DeleteOptions{}))
	status, code = r.waitStatus("failed")
	assert.Equal(t, 4, code)
	assert.Equal(t, "StatefulSet rel-otlp-collector: it is not there: `helm upgrade` of the same values makes it again", status.Reason)
}

func TestAStatusThatIsWatchedHasALineForEachChange(t *testing.T) {
	withPlugin(t, 4)
	r := newRelease(t, 4)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, statusValues)}))
	r.waitStatus("in-progress")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out strings.Builder
	ended := make(chan error, 1)
	// Not by Helm: a plugin goes on when only Helm is killed.
	cmd := exec.CommandContext(ctx, filepath.Join("..", "..", "bin", "helm-otlp"), "status", releaseName, "-n", r.namespace, "--watch")
	cmd.Env = r.admin()
	lines := make(chan string, 100)
	pipe, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	go func() { ended <- readLines(pipe, lines) }()
	wait := func(text string) {
		for {
			select {
			case line, open := <-lines:
				require.True(t, open, "no %q in\n%s", text, out.String())
				out.WriteString(line + "\n")
				if strings.Contains(line, text) {
					return
				}
			case <-ctx.Done():
				require.FailNow(t, "stopped")
			case <-time.After(time.Minute):
				require.FailNow(t, "too late", "no %q in\n%s", text, out.String())
			}
		}
	}
	wait("rel: in-progress")
	r.playKubelet(2, runs)
	wait("rel: ready")
	require.NoError(t, cmd.Process.Kill())
	<-ended
	_ = cmd.Wait() // It was killed.
}

// planted is the label of Pods that a sidecar release has injected into, and the annotation with their config's hash.
func (r release) plant(name, hash string) {
	r.t.Helper()
	pods := shared.Client.CoreV1().Pods(r.namespace)
	pod, err := pods.Create(r.t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Labels: map[string]string{"sidecar.opentelemetry.io/injected": releaseName},
			Annotations: map[string]string{"sidecar.opentelemetry.io/config-hash": hash},
		},
		Spec: corev1.PodSpec{
			Containers:     []corev1.Container{{Name: "app", Image: "app"}},
			InitContainers: []corev1.Container{{Name: "otlp-collector", Image: "c:1", RestartPolicy: new(corev1.ContainerRestartPolicyAlways)}},
		},
	}, metav1.CreateOptions{})
	require.NoError(r.t, err)
	pod.Status.InitContainerStatuses = []corev1.ContainerStatus{{
		Name: "otlp-collector", Started: new(true), State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}}
	_, err = pods.UpdateStatus(r.t.Context(), pod, metav1.UpdateOptions{})
	require.NoError(r.t, err)
}

func TestSidecarsThatAreOutOfDateAreCounted(t *testing.T) {
	withPlugin(t, 4)
	r := newRelease(t, 4)
	// Its policy is of the whole cluster, and other tests' Pods are none of its.
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, fmt.Sprintf(
		"mode: sidecar\nsidecar: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}}\n", r.namespace))}))
	t.Cleanup(func() { _ = r.uninstall() })
	configs := shared.Client.CoreV1().ConfigMaps(r.namespace)
	config, err := configs.Get(t.Context(), r.fullname(), metav1.GetOptions{})
	require.NoError(t, err)
	config.Annotations = map[string]string{"helm-otlp.github.io/config-hash": "0123456789"}
	_, err = configs.Update(t.Context(), config, metav1.UpdateOptions{})
	require.NoError(t, err)
	r.plant("new", "0123456789")
	r.plant("old", "9876543210")
	// Those of another test's release, which has the same name, go some time after it.
	cluster.Eventually(t, func(ctx context.Context) error {
		all, err := shared.Client.CoreV1().Pods(metav1.NamespaceAll).List(ctx, metav1.ListOptions{LabelSelector: "sidecar.opentelemetry.io/injected=" + releaseName})
		if err == nil && len(all.Items) != 2 {
			err = fmt.Errorf("%d Pods have a sidecar", len(all.Items))
		}

		return err
	})

	status, code := r.statusOf()
	assert.Zero(t, code)
	require.NotNil(t, status.Sidecars)
	assert.Equal(t, "0123456789", status.Sidecars.ConfigHash)
	require.Len(t, status.Sidecars.Pods, 2)
	assert.Equal(t, []int{2, 1}, []int{status.Sidecars.Ready, status.Sidecars.OutOfDate})
	assert.Equal(t, "old", status.Sidecars.Pods[1].Name)
	stdout, _, _ := otlp(t, 4, nil, "status", releaseName, "-n", r.namespace)
	assert.Contains(t, stdout, "2 of 2 ready, 1 with another config than the one installed")
	assert.Contains(t, stdout, "9876543210 (other)")
}

func TestAReleaseWithoutACollectorHasNoStatus(t *testing.T) {
	withPlugin(t, 3)
	r := newRelease(t, 3)
	r.installForeign("backend: no port\n")
	for _, args := range [][]string{{"status", releaseName}, {"wait", releaseName}} {
		_, stderr, code := otlp(t, 3, nil, append(args, "-n", r.namespace)...)
		assert.Equal(t, 2, code)
		assert.Equal(t, "helm-otlp: the release rel, of the chart foreign, has no collector of the chart otlp-collector\n", firstLine(stderr))
	}
	_, stderr, code := otlp(t, 3, nil, "status", "reel", "-n", r.namespace)
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "has no release reel; it has rel")
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")

	return line + "\n"
}

// readLines hands on what is read, line by line.
func readLines(from io.Reader, lines chan<- string) error {
	defer close(lines)
	scanner := bufio.NewScanner(from)
	for scanner.Scan() {
		lines <- scanner.Text()
	}

	return scanner.Err()
}

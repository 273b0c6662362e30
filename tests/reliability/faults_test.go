package reliability

import (
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/stretchr/testify/require"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// kill ends the process of the Pod's collector as an out-of-memory killer would, and waits for the next one to be ready.
func (tr *trial) kill(pod corev1.Pod) {
	tr.t.Helper()
	tr.end(pod, syscall.SIGKILL)
}

// end sends the signal to the Pod's collector, and waits for the next one to be ready.
func (tr *trial) end(pod corev1.Pod, signal syscall.Signal) {
	tr.t.Helper()
	before := restarts(pod)
	tr.signalTo(pod, signal)
	tr.waitRestarted(pod.Name, before+1, true)
}

// signalTo sends the signal to the Pod's collector.
func (tr *trial) signalTo(pod corev1.Pod, signal syscall.Signal) {
	tr.t.Helper()
	pid, err := tr.process(pod)
	require.NoError(tr.t, err)
	require.NoError(tr.t, syscall.Kill(pid, signal))
}

// takeMemory uses up the memory of the Pod's collector until the kernel kills it, and waits for the next one to be ready.
func (tr *trial) takeMemory(pod corev1.Pod) {
	tr.t.Helper()
	before := restarts(pod)
	pid, err := tr.process(pod)
	require.NoError(tr.t, err)
	cgroup, err := memoryCgroup(pid)
	require.NoError(tr.t, err)
	// tail keeps the last line of what it reads, and this one has no end. A process of the test's is killed later than
	// one of a Pod.
	hog := exec.Command("sh", "-c", "echo $$ > "+cgroup+"/cgroup.procs && exec tail /dev/zero")
	require.NoError(tr.t, hog.Start())
	defer func() {
		_ = hog.Process.Kill()
		_ = hog.Wait()
	}()
	cluster.Eventually(tr.t, func(context.Context) error {
		if syscall.Kill(pid, 0) == nil {
			return fmt.Errorf("the collector of %s lives", pod.Name)
		}

		return nil
	})
	_ = hog.Process.Kill()
	tr.waitRestarted(pod.Name, before+1, true)
}

// outOfMemory tells whether the kernel has killed the last container of the Pod for its memory.
func (tr *trial) outOfMemory(name string) bool {
	tr.t.Helper()
	pod, err := tr.cluster.Client.CoreV1().Pods(tr.namespace).Get(tr.t.Context(), name, metav1.GetOptions{})
	require.NoError(tr.t, err)
	for _, status := range pod.Status.ContainerStatuses {
		if ended := status.LastTerminationState.Terminated; ended != nil && ended.Reason == "OOMKilled" {
			return true
		}
	}

	return false
}

// waitRestarted waits until the Pod's containers have been started again so often, and it is ready, or is not.
func (tr *trial) waitRestarted(name string, times int32, isReady bool) {
	tr.t.Helper()
	cluster.Eventually(tr.t, func(ctx context.Context) error {
		now, err := tr.cluster.Client.CoreV1().Pods(tr.namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		if restarts(*now) < times || ready(*now) != isReady {
			return fmt.Errorf("%s has restarted %d times and is ready: %t", name, restarts(*now), ready(*now))
		}

		return nil
	})
}

// restarts counts those of all containers, a sidecar's too.
func restarts(pod corev1.Pod) (count int32) {
	for _, status := range slices.Concat(pod.Status.InitContainerStatuses, pod.Status.ContainerStatuses) {
		count += status.RestartCount
	}

	return count
}

func ready(pod corev1.Pod) bool { return cluster.PodReady(&pod) == nil }

// waitRefused waits until the collector refuses what is sent for a reason with the text in it.
func (tr *trial) waitRefused(reason string) {
	tr.t.Helper()
	cluster.Eventually(tr.t, func(context.Context) error {
		if sent := tr.run.Sent(); !strings.Contains(sent.LastRefusal, reason) {
			return fmt.Errorf("nothing was refused for %q: %s; %s", reason, sent, sent.LastRefusal)
		}

		return nil
	})
}

// evict asks for the Pod to be evicted until no budget forbids it, as a drain does, and returns how often one did.
func (tr *trial) evict(pod corev1.Pod) (forbidden int) {
	tr.t.Helper()
	eviction := &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Name: pod.Name, Namespace: pod.Namespace}}
	cluster.Eventually(tr.t, func(ctx context.Context) error {
		err := tr.cluster.Client.PolicyV1().Evictions(pod.Namespace).Evict(ctx, eviction)
		if apierrors.IsNotFound(err) {
			return nil
		}
		if apierrors.IsTooManyRequests(err) {
			forbidden++
		}

		return err
	})

	return forbidden
}

// drain keeps new Pods off the node and evicts the trial's from it, which the budget has to slow down, and waits until as
// many as wanted are ready elsewhere.
func (tr *trial) drain(node *cluster.Node) {
	tr.t.Helper()
	tr.cordon(node, true)
	evicted, forbidden := 0, 0
	for _, pod := range tr.pods() {
		if pod.Spec.NodeName == node.Name {
			forbidden += tr.evict(pod)
			evicted++
		}
	}
	require.Greater(tr.t, evicted, 1, "Pods of %s", node.Name)
	require.Positive(tr.t, forbidden, "the budget let all %d Pods of %s go at once", evicted, node.Name)
	tr.waitReady()
}

// fullest is the node with the most Pods, of four two at least: the scheduler may spread them unevenly.
func (tr *trial) fullest() *cluster.Node {
	tr.t.Helper()
	pods := map[string]int{}
	for _, pod := range tr.pods() {
		pods[pod.Spec.NodeName]++
	}

	return slices.MaxFunc(tr.cluster.Nodes(), func(a, b *cluster.Node) int { return pods[a.Name] - pods[b.Name] })
}

func (tr *trial) cordon(node *cluster.Node, unschedulable bool) {
	tr.t.Helper()
	patch := fmt.Appendf(nil, `{"spec":{"unschedulable":%t}}`, unschedulable)
	_, err := tr.cluster.Client.CoreV1().Nodes().Patch(context.Background(), node.Name, types.MergePatchType, patch, metav1.PatchOptions{})
	require.NoError(tr.t, err)
}

// scale sets the replicas of a gateway and waits until they are there.
func (tr *trial) scale(replicas int) {
	tr.t.Helper()
	patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)
	var err error
	if tr.subject.kind == "StatefulSet" {
		_, err = tr.cluster.Client.AppsV1().StatefulSets(tr.namespace).Patch(tr.t.Context(), tr.subject.fullname(), types.MergePatchType, patch, metav1.PatchOptions{}, "scale")
	} else {
		_, err = tr.cluster.Client.AppsV1().Deployments(tr.namespace).Patch(tr.t.Context(), tr.subject.fullname(), types.MergePatchType, patch, metav1.PatchOptions{}, "scale")
	}
	require.NoError(tr.t, err)
	tr.waitFor(replicas)
}

// waitFor waits until there are so many Pods, all ready and none going.
func (tr *trial) waitFor(count int) {
	tr.t.Helper()
	deadline := time.Now().Add(3 * time.Minute)
	for {
		pods := tr.pods()
		good := 0
		for _, pod := range pods {
			if ready(pod) {
				good++
			}
		}
		if good == count && len(pods) == count {
			return
		}
		if time.Now().After(deadline) {
			tr.describe()
			tr.t.Fatalf("after three minutes %d of %d Pods are ready, and %d are to be", good, len(pods), count)
		}
		time.Sleep(200 * time.Millisecond)
	}
}

// waitReady waits until as many Pods as before are ready and the evicted are gone.
func (tr *trial) waitReady() {
	tr.t.Helper()
	tr.waitFor(tr.wanted())
}

// wanted is how many Pods the workload is to have.
func (tr *trial) wanted() int {
	tr.t.Helper()
	switch tr.subject.kind {
	case "DaemonSet":
		return len(tr.cluster.Nodes())
	case sidecarKind:
		return 1
	default:
		scale, err := tr.scaleNow(tr.t.Context())
		require.NoError(tr.t, err)

		return int(scale.Spec.Replicas)
	}
}

// scaleNow is how many Pods a gateway is to have and has.
func (tr *trial) scaleNow(ctx context.Context) (*autoscalingv1.Scale, error) {
	apps, name := tr.cluster.Client.AppsV1(), tr.subject.fullname()
	if tr.subject.kind == "StatefulSet" {
		return apps.StatefulSets(tr.namespace).GetScale(ctx, name, metav1.GetOptions{})
	}

	return apps.Deployments(tr.namespace).GetScale(ctx, name, metav1.GetOptions{})
}

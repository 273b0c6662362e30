package deployment

import (
	"context"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/deployment/sdk"
	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

var shared *cluster.Cluster

func TestMain(m *testing.M) { os.Exit(cluster.Main(m, &shared)) }

// connect makes a namespace, and what a program would have of it.
func connect(t *testing.T) *deployment.Cluster {
	t.Helper()
	c, err := deployment.Connect(deployment.Access{
		Kubeconfig: shared.Kubeconfig, Namespace: shared.Namespace(t, ""), Env: func(string) string { return "" },
	})
	require.NoError(t, err)
	c.Changer = sdk.New(c)

	return c
}

// values are those of a gateway of two.
func values() map[string]any {
	return map[string]any{"replicas": 2, "config": map[string]any{"exporters": map[string]any{"otlp_grpc": map[string]any{"endpoint": "backend.example:4317"}}}}
}

// play says of the Pods of a namespace what a kubelet would, until the test ends.
func play(t *testing.T, namespace string, say func(*corev1.Pod)) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { cancel(); <-done })
	pods := shared.Client.CoreV1().Pods(namespace)
	go func() {
		defer close(done)
		watch, err := pods.Watch(ctx, metav1.ListOptions{})
		if err != nil {
			return
		}
		defer watch.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case event, open := <-watch.ResultChan():
				pod, is := event.Object.(*corev1.Pod)
				if !open || !is {
					return
				}
				if pod.DeletionTimestamp != nil {
					_ = pods.Delete(ctx, pod.Name, metav1.DeleteOptions{GracePeriodSeconds: new(int64)})
				} else if pod.Status.Phase == corev1.PodPending {
					say(pod)
					_, _ = pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{})
				}
			}
		}
	}()
}

func runs(pod *corev1.Pod) {
	pod.Status.Phase = corev1.PodRunning
	pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue}}
	pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
		Name: "otlp-collector", Ready: true, State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{}},
	}}
}

// crashesUnless says of Pods that have another config than this one that they end again and again, and of others that they run.
func crashesUnless(config string) func(*corev1.Pod) {
	return func(pod *corev1.Pod) {
		for _, volume := range pod.Spec.Volumes {
			if volume.Name != "config" || volume.ConfigMap.Name == config {
				continue
			}
			pod.Status.Phase = corev1.PodRunning
			pod.Status.ContainerStatuses = []corev1.ContainerStatus{{
				Name: "otlp-collector", RestartCount: 3,
				State:                corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff"}},
				LastTerminationState: corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: 1, Message: "no such host"}},
			}}

			return
		}
		runs(pod)
	}
}

// revisions are how many Helm has recorded.
func revisions(t *testing.T, namespace string) []string {
	t.Helper()
	list, err := shared.Client.CoreV1().Secrets(namespace).List(t.Context(), metav1.ListOptions{LabelSelector: "owner=helm"})
	require.NoError(t, err)
	var found []string
	for _, secret := range list.Items {
		found = append(found, fmt.Sprintf("%s %s", secret.Labels["version"], secret.Labels["status"]))
	}

	return found
}

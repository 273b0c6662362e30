package cluster

import (
	"context"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// logLines is how much of a container's log is told of a Pod that is not ready.
const logLines = 20

// tellOf logs what a namespace held when a test failed: its Pods, what those that are not ready last said, and
// what the cluster warned of. What can't be read is left out, since the test has failed of something else.
func (c *Cluster) tellOf(tb testing.TB, namespace string) {
	tb.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()

	if pods, err := c.Client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{}); err == nil {
		for _, pod := range pods.Items {
			if PodReady(&pod) == nil {
				tb.Logf("%s is ready: %s", pod.Name, containers(&pod))
				continue
			}
			tb.Logf("%s is not ready (%s): %s", pod.Name, pod.Status.Phase, containers(&pod))
			for _, container := range pod.Spec.Containers {
				tb.Logf("%s of %s said last:\n%s", container.Name, pod.Name, c.said(ctx, &pod, container.Name))
			}
		}
	}
	warnings := metav1.ListOptions{FieldSelector: "type=" + corev1.EventTypeWarning}
	if events, err := c.Client.CoreV1().Events(namespace).List(ctx, warnings); err == nil {
		for _, event := range events.Items {
			tb.Logf("warning of %s %s, %d times, %s: %s", event.InvolvedObject.Kind, event.InvolvedObject.Name, event.Count, event.Reason, event.Message)
		}
	}
}

// said returns the last lines of a container's log, or of the one before it when it has said nothing yet.
func (c *Cluster) said(ctx context.Context, pod *corev1.Pod, container string) string {
	for _, previous := range []bool{false, true} {
		tail := int64(logLines)
		options := &corev1.PodLogOptions{Container: container, TailLines: &tail, Previous: previous}
		log, err := c.Client.CoreV1().Pods(pod.Namespace).GetLogs(pod.Name, options).DoRaw(ctx)
		if err == nil && len(log) > 0 {
			return strings.TrimSpace(string(log))
		}
	}

	return "nothing that can be read"
}

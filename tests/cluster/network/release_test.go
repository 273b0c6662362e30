package network

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/cluster/node"
)

const (
	chart       = "../../../charts/otlp-collector"
	releaseName = "rel"
	fullname    = releaseName + "-otlp-collector"

	// little is what each collector asks for, since they share a machine that is smaller than a node.
	little = "resources: {requests: {cpu: 50m, memory: 64Mi}}\n"
)

// A release is one of the chart, in a namespace of its own.
type release struct {
	t         *testing.T
	namespace string
	// values are those that all its revisions have.
	values string
}

func newRelease(t *testing.T, values string) release {
	t.Helper()

	return release{t: t, namespace: shared.Namespace(t, ""), values: little + values}
}

// set installs or upgrades the release, with further values. What changes no Pod is done when Helm returns.
func (r release) set(further string, args ...string) {
	r.t.Helper()
	args = append([]string{"upgrade", "--install", releaseName, chart, "--namespace", r.namespace, "--reset-values"}, args...)
	for _, values := range []string{r.values, further} {
		args = append(args, "--values", shared.ValuesFile(r.t, values))
	}
	_, _, err := shared.Helm(r.t, 4, args...)
	require.NoError(r.t, err)
}

// install is set, and waits until all Pods are ready. It returns since when they are.
func (r release) install(further string) time.Time {
	r.t.Helper()
	r.set(further, "--wait", "--timeout", "5m")

	return time.Now()
}

// collectors returns the collectors' Pods, but for those that are on their way out.
func (r release) collectors() []corev1.Pod {
	r.t.Helper()
	pods, err := r.pods(r.t.Context())
	require.NoError(r.t, err)

	return pods
}

func (r release) pods(ctx context.Context) ([]corev1.Pod, error) {
	selector := "app.kubernetes.io/instance=" + releaseName + ",app.kubernetes.io/component in (gateway, daemonset)"
	list, err := shared.Client.CoreV1().Pods(r.namespace).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if err != nil {
		return nil, err
	}

	return slices.DeleteFunc(list.Items, func(pod corev1.Pod) bool { return pod.DeletionTimestamp != nil }), nil
}

// stayedReady holds that no Pod was anything but ready since the time.
func (r release) stayedReady(since time.Time) {
	r.t.Helper()
	pods := r.collectors()
	require.NotEmpty(r.t, pods)
	for _, pod := range pods {
		require.NoError(r.t, cluster.PodReady(&pod))
		for _, condition := range pod.Status.Conditions {
			assert.False(r.t, condition.LastTransitionTime.After(since), "%s of %s changed", condition.Type, pod.Name)
		}
		for _, status := range pod.Status.ContainerStatuses {
			assert.Zero(r.t, status.RestartCount, "restarts of %s", pod.Name)
		}
	}
}

const podManifest = `
apiVersion: v1
kind: Pod
metadata: {name: %s, labels: {%s}, annotations: {%s}}
spec:
  nodeName: %s
  automountServiceAccountToken: false
  containers: [{name: pause, image: "` + node.PauseImage + `"}]
`

// startPod runs a Pod that does nothing on a node, from whose network the test dials and listens. Labels and annotations
// are pairs as in YAML.
func startPod(t *testing.T, namespace, name, node, labels, annotations string) *corev1.Pod {
	t.Helper()
	_, err := shared.Apply(t.Context(), namespace, fmt.Appendf(nil, podManifest, name, labels, annotations, node))
	require.NoError(t, err)
	var pod *corev1.Pod
	cluster.Eventually(t, func(ctx context.Context) (err error) {
		if pod, err = shared.Client.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{}); err != nil {
			return err
		}

		return cluster.PodReady(pod)
	})

	return pod
}

// networkOf is the Pod's network namespace.
func networkOf(t *testing.T, pod *corev1.Pod) string {
	t.Helper()
	network, err := cluster.PodNetwork(pod)
	require.NoError(t, err)

	return network
}

// nodeOf is the node that the Pod is on.
func nodeOf(t *testing.T, pod *corev1.Pod) *cluster.Node {
	t.Helper()
	n := shared.NodeOf(pod)
	require.NotNil(t, n, "%s is on %q", pod.Name, pod.Spec.NodeName)

	return n
}

package reliability

import (
	"context"
	"fmt"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// The collector refuses to start with it, and nothing before that would know.
const badConfig = "config.exporters.otlp_grpc.compression=nonsense"

// While a config that no collector starts with is rolled out, a container and a Pod of the old one are lost, and both
// come back with their own config. Helm takes the upgrade back.
func TestABadConfigIsRolledBack(t *testing.T) {
	t.Parallel()
	rollback := map[int]string{3: "--atomic", 4: "--rollback-on-failure"}
	for _, major := range []int{3, 4} {
		scenario := fmt.Sprintf("bad config, Helm %d", major)
		t.Run(scenario, func(t *testing.T) {
			repeat(t, scenario, []subject{gateway(ourChart(t)), agent(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
				old := tr.pods()
				tr.load(rate)
				command := tr.helmCommand(major, "upgrade", tr.values, "--set", badConfig, "--wait", "--timeout", "3m", rollback[major])
				upgraded := make(chan error, 1)
				require.NoError(tr.t, command.Start())
				go func() { upgraded <- command.Wait() }()
				tr.waitForBadPod(old)
				tr.loseAnOldOne(old)
				require.Empty(tr.t, upgraded, "Helm gave up before an old one was lost")

				require.Error(tr.t, <-upgraded, "an upgrade that no Pod of starts must fail")
				tr.waitReady()
				tr.holdRolledBack(old)

				return tr.finish()
			})
		})
	}
}

// holdRolledBack holds that the release is at its third revision, which took the second back, and that all Pods have the
// config of those before.
func (tr *trial) holdRolledBack(old []corev1.Pod) {
	tr.t.Helper()
	secrets, err := tr.cluster.Client.CoreV1().Secrets(tr.namespace).List(tr.t.Context(), metav1.ListOptions{LabelSelector: "owner=helm,status=deployed"})
	require.NoError(tr.t, err)
	require.Len(tr.t, secrets.Items, 1, "deployed revisions")
	require.Equal(tr.t, "3", secrets.Items[0].Labels["version"], "the deployed revision")
	for _, pod := range tr.pods() {
		require.Equal(tr.t, configOf(old[0]), configOf(pod), "the config of %s", pod.Name)
	}
}

// configOf is the name of the ConfigMap that the Pod's collector reads.
func configOf(pod corev1.Pod) string {
	for _, volume := range pod.Spec.Volumes {
		if volume.ConfigMap != nil {
			return volume.ConfigMap.Name
		}
	}

	return ""
}

// waitForBadPod waits until a Pod that was not there before has failed.
func (tr *trial) waitForBadPod(old []corev1.Pod) {
	tr.t.Helper()
	cluster.Eventually(tr.t, func(context.Context) error {
		for _, pod := range tr.pods() { //nolint:contextcheck // It takes the test's.
			if !among(old, pod) && restarts(pod) > 0 {
				return nil
			}
		}

		return fmt.Errorf("no new Pod has failed yet")
	})
}

// loseAnOldOne ends the container of a Pod of the old config that still serves and then, of a gateway, deletes the Pod,
// so that the old ReplicaSet makes another. It asks the container to end: what one that is killed has in memory is lost.
// A DaemonSet's controller replaces each old Pod that is not available, by one with the bad config here: that node is
// without an agent until Helm has rolled back.
func (tr *trial) loseAnOldOne(old []corev1.Pod) {
	tr.t.Helper()
	var serving []corev1.Pod
	for _, pod := range tr.pods() {
		if among(old, pod) && ready(pod) {
			serving = append(serving, pod)
		}
	}
	require.NotEmpty(tr.t, serving, "no Pod of the old config serves")
	if tr.subject.kind == "DaemonSet" {
		tr.signalTo(serving[0], syscall.SIGTERM)

		return
	}
	tr.end(serving[0], syscall.SIGTERM)
	require.NoError(tr.t, tr.cluster.Client.CoreV1().Pods(tr.namespace).Delete(tr.t.Context(), serving[0].Name, metav1.DeleteOptions{}))
	cluster.Eventually(tr.t, func(context.Context) error {
		good := 0
		for _, pod := range tr.pods() { //nolint:contextcheck // It takes the test's.
			if ready(pod) {
				good++
			}
		}
		if good < len(old) {
			return fmt.Errorf("%d of %d Pods are ready", good, len(old))
		}

		return nil
	})
}

func among(pods []corev1.Pod, pod corev1.Pod) bool {
	for _, other := range pods {
		if other.UID == pod.UID {
			return true
		}
	}

	return false
}

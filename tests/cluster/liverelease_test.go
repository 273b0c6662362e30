package cluster_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// scale runs `helm otlp scale` on the release.
func (r release) scale(args ...string) (stdout, stderr string, code int) {
	r.t.Helper()

	return otlp(r.t, r.major, nil, append([]string{"scale", releaseName, "-n", r.namespace}, args...)...)
}

// values are those of the user's that Helm keeps.
func (r release) values() map[string]any {
	r.t.Helper()
	stdout, _, err := shared.Helm(r.t, r.major, "get", "values", releaseName, "--namespace", r.namespace, "--output", "json")
	require.NoError(r.t, err)
	var values map[string]any
	require.NoError(r.t, json.Unmarshal([]byte(stdout), &values))

	return values
}

func TestAGatewayIsScaledByItsValues(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm %d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, statusValues+"podLabels: {a: b}\n")}))
			before := r.values()

			stdout, stderr, code := r.scale("4")
			require.Zero(t, code, stderr)
			assert.Equal(t, "rel goes from 2 to 4 replicas (revision 2): `helm otlp wait rel` waits for them\n", stdout)
			before["replicas"] = 4.0
			assert.Equal(t, before, r.values())
			workload, _ := workloadOf(r.list())
			assert.EqualValues(t, 4, workload.Full.Object["spec"].(map[string]any)["replicas"])
			// Helm, which did it, and which applies in its own way.
			assert.Equal(t, 2, r.revisions())

			// The next upgrade with the values that the release has keeps it.
			require.NoError(t, r.helm("upgrade", chartFolder, "--reuse-values", "--set", "podLabels.c=d"))
			workload, _ = workloadOf(r.list())
			assert.EqualValues(t, 4, workload.Full.Object["spec"].(map[string]any)["replicas"])

			stdout, _, code = r.scale("4", "--output", "json")
			assert.Zero(t, code)
			assert.JSONEq(t, `{"from": 4, "to": 4, "revision": 3, "changed": false}`, stdout)
			assert.Equal(t, 3, r.revisions(), "nothing is to be done")

			// On its own, it runs the Helm that it is given, with the same cluster; without one it says so.
			_, stderr, code = program(t, r.admin(), "scale", releaseName, "3", "-n", r.namespace)
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "install it, or name it in HELM_BIN")
			own := []string{"HELM_BIN=" + shared.HelmCommand(t, major).Path}
			alone, stderr, code := program(t, own, "scale", releaseName, "3", "-n", r.namespace, "--kubeconfig", shared.Kubeconfig)
			assert.Zero(t, code, stderr)
			assert.Contains(t, alone, "rel goes from 4 to 3 replicas (revision 4)")
			_, _, err := shared.Helm(t, major, "status", releaseName, "--namespace", r.namespace)
			require.NoError(t, err)

			if major > 3 {
				return // Helm 4 leaves alone, with an error, what others have written: docs/deployment.md.
			}
			// What is scaled beside Helm is not as the values say.
			scale, err := shared.Client.AppsV1().Deployments(r.namespace).GetScale(t.Context(), releaseName+"-otlp-collector", metav1.GetOptions{})
			require.NoError(t, err)
			scale.Spec.Replicas = 5
			_, err = shared.Client.AppsV1().Deployments(r.namespace).UpdateScale(t.Context(), releaseName+"-otlp-collector", scale, metav1.UpdateOptions{})
			require.NoError(t, err)
			stdout, stderr, code = r.scale("3")
			assert.Zero(t, code, stderr)
			assert.Contains(t, stdout, "rel goes from 5 to 3 replicas (revision 5)")
			workload, _ = workloadOf(r.list())
			assert.EqualValues(t, 3, workload.Full.Object["spec"].(map[string]any)["replicas"])
		})
	}
}

const (
	autoscaled = "autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 6}\n"
	queueing   = "replicas: 3\npersistence: {enabled: true}\nconfig: {exporters: {otlp_grpc: {endpoint: \"backend.example:4317\"}}}\n"
)

func TestWhatWouldNotLastOrHurtsIsNotScaled(t *testing.T) {
	withPlugin(t, 4)
	for name, c := range map[string]struct{ values, replicas, want string }{
		"a DaemonSet":                  {"mode: daemonset\n", "2", "a DaemonSet has a Pod on each node"},
		"a sidecar":                    {"mode: sidecar\n", "2", "a sidecar is in each Pod that asks for one"},
		"an autoscaler of the release": {statusValues + autoscaled, "4", "set `autoscaling.minReplicas` (2) and `autoscaling.maxReplicas` (6), or switch `autoscaling.enabled` off"},
		"a budget":                     {"replicas: 4\npodDisruptionBudget: {minAvailable: 3}\n", "2", "the PodDisruptionBudget rel-otlp-collector wants 3 Pods available (`podDisruptionBudget.minAvailable`)"},
		"none":                         {statusValues, "0", "a gateway has one replica or more"},
		"no number":                    {statusValues, "many", "give a whole number"},
		"a queue that nobody tells of": {queueing, "1", "Pod rel-otlp-collector-1 does not say what its queues hold"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRelease(t, 4)
			require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, c.values)}))
			if c.values == queueing {
				r.settled()
			}
			stdout, stderr, code := program(t, r.admin(), "scale", releaseName, c.replicas, "-n", r.namespace)
			assert.Equal(t, 2, code)
			assert.Empty(t, stdout)
			assert.Contains(t, stderr, c.want)
			assert.Equal(t, 1, r.revisions(), "nothing was sent")
		})
	}
}

func TestAnAutoscalerOfOthersIsRespected(t *testing.T) {
	withPlugin(t, 3)
	r := newRelease(t, 3)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, statusValues)}))
	_, err := shared.Apply(t.Context(), r.namespace, []byte(`
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: others}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: rel-otlp-collector}, minReplicas: 2, maxReplicas: 9}
`))
	require.NoError(t, err)
	_, stderr, code := r.scale("3")
	assert.Equal(t, 2, code)
	assert.Contains(t, stderr, "the HorizontalPodAutoscaler others, which is not of the release, scales it from 2 to 9")
}

func TestWithForceWhatIsQueuedIsLeftBehindAndSaid(t *testing.T) {
	withPlugin(t, 4)
	r := newRelease(t, 4)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, queueing)}))
	r.settled()
	stdout, stderr, code := r.scale("1", "--force")
	assert.Zero(t, code, stderr)
	assert.Contains(t, stderr, "note: stranded until the gateway is scaled out again: Pod rel-otlp-collector-1 does not say")
	assert.Contains(t, stdout, "rel goes from 3 to 1 replicas (revision 2)")
	cluster.Eventually(t, func(ctx context.Context) error {
		claims, err := shared.Client.CoreV1().PersistentVolumeClaims(r.namespace).List(ctx, metav1.ListOptions{})
		if err == nil && len(claims.Items) != 3 {
			err = fmt.Errorf("%d claims", len(claims.Items))
		}

		return err
	})
}

package cluster_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// controlled are workloads, each with a template of Pods in its place. A DaemonSet's Pods need a node: see
// tests/reliability.
func controlled() map[string]string {
	return map[string]string{
		"Deployment": `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: %s}`,
		"ReplicaSet": `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec: {replicas: 1, selector: {matchLabels: {app: web}}, template: %s}`,
		"ReplicationController": `
apiVersion: v1
kind: ReplicationController
metadata: {name: web}
spec: {replicas: 1, selector: {app: web}, template: %s}`,
		"StatefulSet": `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: web}
spec:
  replicas: 1
  serviceName: web
  selector: {matchLabels: {app: web}}
  volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}]
  template: %s`,
		"Job": `
apiVersion: batch/v1
kind: Job
metadata: {name: web}
spec: {completions: 2, completionMode: Indexed, template: %s}`,
		"CronJob": `
apiVersion: batch/v1
kind: CronJob
metadata: {name: web}
spec: {schedule: "* * * * *", jobTemplate: {spec: {template: %s}}}`,
	}
}

// madeByControllers are what a controller writes into a Pod that no other has.
func madeByControllers(pod *corev1.Pod) {
	for _, key := range []string{
		"controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name",
		// Of the Pod's own name, which is random.
		"apps.kubernetes.io/pod-name",
	} {
		delete(pod.Labels, key)
	}
	// What happened in the meantime.
	pod.Status = corev1.PodStatus{}
	pod.Generation = 0
	for i := range pod.OwnerReferences {
		pod.OwnerReferences[i].UID, pod.OwnerReferences[i].Name = "", ""
	}
	pod.GenerateName, pod.Name = "generated", ""
}

func TestSidecarIsAddedToPodsThatControllersMake(t *testing.T) {
	t.Parallel()
	for kind, manifest := range controlled() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := newSidecar(t, "restricted")
			pod := application("true")
			pod.Labels = map[string]string{"app": "web"}
			if kind == "Job" || kind == "CronJob" {
				pod.Spec.RestartPolicy = corev1.RestartPolicyNever
			}
			template, err := json.Marshal(corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: pod.Labels, Annotations: pod.Annotations}, Spec: pod.Spec})
			require.NoError(t, err)
			for _, namespace := range []string{s.plain, s.pods} {
				_, err := shared.Apply(t.Context(), namespace, fmt.Appendf(nil, manifest, template))
				require.NoError(t, err)
			}
			plain, made := podIn(t, s.plain), podIn(t, s.pods)
			require.NotEmpty(t, made.OwnerReferences)
			want := s.given(t, plain)
			madeByControllers(want)
			madeByControllers(made)
			samePod(t, want, made)
		})
	}
	t.Logf("%d kinds of workloads", len(controlled()))
}

// podIn is a Pod that the controllers make of the workload in the namespace. A CronJob's comes with the next minute.
func podIn(t *testing.T, namespace string) *corev1.Pod {
	t.Helper()
	var pod corev1.Pod
	cluster.Eventually(t, func(ctx context.Context) error {
		pods, err := shared.Client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for _, made := range pods.Items {
			// Of an indexed Job's, always the same.
			if index, has := made.Annotations["batch.kubernetes.io/job-completion-index"]; !has || index == "0" {
				pod = made

				return nil
			}
		}

		return fmt.Errorf("the controllers have made no Pod in %s", namespace)
	})
	assert.Equal(t, "web", pod.Labels["app"])

	return &pod
}

package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// beReady says of each Pod of a namespace what a kubelet would, until the test ends: there are no nodes here.
func beReady(t *testing.T, namespace string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	t.Cleanup(func() { stop(); <-done })
	pods := shared.Client.CoreV1().Pods(namespace)
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			list, err := pods.List(ctx, metav1.ListOptions{})
			for i := 0; err == nil && i < len(list.Items); i++ {
				pod := &list.Items[i]
				if pod.Status.Phase == corev1.PodRunning {
					continue
				}
				pod.Status.Phase = corev1.PodRunning
				pod.Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: metav1.Now()}}
				_, _ = pods.UpdateStatus(ctx, pod, metav1.UpdateOptions{}) // One that is gone needs none.
			}
			select {
			case <-ctx.Done():
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
}

// workloads makes a Deployment, a StatefulSet that waits for its Pods to be deleted, and a Pod that nobody owns.
func workloads(t *testing.T, namespace string) {
	t.Helper()
	pod := application("true")
	labels := map[string]string{"app": "web"}
	template := corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: labels, Annotations: pod.Annotations}, Spec: pod.Spec}
	selector := &metav1.LabelSelector{MatchLabels: labels}
	two := int32(2)
	_, err := shared.Client.AppsV1().Deployments(namespace).Create(t.Context(), &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: "web"}, Spec: appsv1.DeploymentSpec{Replicas: &two, Selector: selector, Template: template},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	template = *template.DeepCopy()
	template.Labels = map[string]string{"app": "db"}
	_, err = shared.Client.AppsV1().StatefulSets(namespace).Create(t.Context(), &appsv1.StatefulSet{
		ObjectMeta: metav1.ObjectMeta{Name: "db"}, Spec: appsv1.StatefulSetSpec{
			Selector: &metav1.LabelSelector{MatchLabels: template.Labels}, Template: template, ServiceName: "db",
			UpdateStrategy: appsv1.StatefulSetUpdateStrategy{Type: appsv1.OnDeleteStatefulSetStrategyType},
		},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	pod.Name = "alone"
	_, err = shared.Client.CoreV1().Pods(namespace).Create(t.Context(), pod, metav1.CreateOptions{})
	require.NoError(t, err)
}

func TestSidecarsThatAreOutOfDateAreListedAndRestarted(t *testing.T) {
	s := newSidecar(t, "restricted")
	withPlugin(t, s.major)
	beReady(t, s.pods)
	workloads(t, s.pods)
	check := func(args ...string) (stdout, stderr string, code int) {
		return otlp(t, s.major, nil, append([]string{"inject", "--check", "--live", releaseName, "-n", s.namespace}, args...)...)
	}
	cluster.Eventually(t, func(context.Context) error {
		if _, stderr, _ := check("--in", s.pods); stderr != "0 of 3 workloads with the sidecar of rel are out of date\n" {
			return errors.New(stderr)
		}

		return nil
	})
	stdout, stderr, code := check("--in", s.pods)
	assert.Zero(t, code, stdout+stderr)
	assert.Empty(t, stdout)

	require.NoError(t, s.upgrade(s.scenario, anotherConfig...))
	stdout, stderr, code = check("--in", s.pods)
	assert.Equal(t, 1, code, stderr)
	assert.Contains(t, stderr, "3 of 3 workloads with the sidecar of rel are out of date\n")
	assert.Regexp(t, fmt.Sprintf(`^Deployment %[1]s/web: 2 of 2 Pods: config [0-9a-f]{10}, not [0-9a-f]{10}
Pod %[1]s/alone: 1 of 1 Pod: config [0-9a-f]{10}, not [0-9a-f]{10}; a restart does not help: .*
StatefulSet %[1]s/db: 1 of 1 Pod: config .*; a restart does not help: .* \(updateStrategy OnDelete\): delete them
$`, s.pods), stdout)
	_, stderr, code = check()
	assert.Zero(t, code, "the release's own namespace has none: %s", stderr)
	stdout, _, code = check("--all-namespaces", "--output", "json")
	assert.Equal(t, 1, code)
	var report struct {
		Outdated []struct {
			Kind           string
			Pods, Outdated int
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &report), stdout)
	require.Len(t, report.Outdated, 3)

	// Once new Pods get the new config, a restart brings it to the Deployment.
	cluster.Eventually(t, func(ctx context.Context) error {
		pod, err := s.try(ctx, application("true"))
		if err == nil && valueOf(collectorOf(pod), "OTELCOL_CONFIG") == "" {
			err = errors.New("no config")
		}

		return err
	})
	stdout, stderr, code = check("--in", s.pods, "--restart", "--at-once", "2")
	assert.Equal(t, 1, code, stdout+stderr)
	assert.Contains(t, stderr, "Deployment "+s.pods+"/web: restarted\n")
	assert.NotContains(t, stderr, "db: restarted")
	assert.Contains(t, stderr, "2 of 3 workloads with the sidecar of rel are out of date\n", "it has looked again")
	stdout, stderr, code = check("--in", s.pods)
	assert.Equal(t, 1, code)
	assert.Contains(t, stderr, "2 of 3 workloads with the sidecar of rel are out of date\n")
	assert.NotContains(t, stdout, "web")
}

func TestWhySidecarsAreNotCheckedIsSaid(t *testing.T) {
	withPlugin(t, 4)
	r := newRelease(t, 4)
	require.NoError(t, r.install(scenario{file: shared.ValuesFile(t, liveValues)}))
	for want, args := range map[string][]string{
		"mode is gateway, and what is injected is a sidecar": {"--check", "--live", releaseName},
		"has no release other":                               {"--check", "--live", "other"},
		"--check wants --live RELEASE":                       {"--check"},
		"are for --check":                                    {"--live", releaseName},
		"--set is not for --check":                           {"--check", "--live", releaseName, "--set", "a=b"},
	} {
		stdout, stderr, code := otlp(t, 4, nil, append([]string{"inject", "-n", r.namespace}, args...)...)
		assert.Equal(t, 2, code, want)
		assert.Empty(t, stdout, want)
		assert.Contains(t, stderr, want)
	}
}

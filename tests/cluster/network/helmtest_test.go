package network

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// The Pod of `helm test` gets in where hardly anyone does, and it is the only one of its kind that does.
func TestHelmTestGetsInWhereFewDo(t *testing.T) {
	t.Parallel()
	r := newRelease(t, "replicas: 1\nnetworkPolicy: {from: [{podSelector: {matchLabels: {app: friend}}}], egress: {enabled: true}}\n")
	r.install("")
	for _, major := range []int{3, 4} {
		stdout, _, err := shared.Helm(t, major, "test", releaseName, "--namespace", r.namespace, "--timeout", "5m")
		require.NoError(t, err, stdout)
	}

	hook, _, err := shared.Helm(t, 4, "get", "hooks", releaseName, "--namespace", r.namespace)
	require.NoError(t, err)
	const component = "app.kubernetes.io/component: "
	require.Contains(t, hook, component+"test")
	_, err = shared.Apply(t.Context(), r.namespace, []byte(strings.ReplaceAll(hook, component+"test", component+"other")))
	require.NoError(t, err)
	var pod *corev1.Pod
	cluster.Eventually(t, func(ctx context.Context) (err error) {
		pod, err = shared.Client.CoreV1().Pods(r.namespace).Get(ctx, fullname+"-test", metav1.GetOptions{})
		if err == nil && pod.Status.Phase != corev1.PodSucceeded && pod.Status.Phase != corev1.PodFailed {
			err = fmt.Errorf("%s is %s", pod.Name, pod.Status.Phase)
		}

		return err
	})
	assert.Equal(t, corev1.PodFailed, pod.Status.Phase, "a Pod that is not the test's sends too, or does not tell that it can't")
}

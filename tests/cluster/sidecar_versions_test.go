package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// Where the cluster has no such policies, the install says what else there is.
func TestSidecarsPolicyIsRefusedWhereTheClusterHasNone(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"1.34", "1.35"} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			c := cluster.StartEmulating(t, version)
			for _, major := range []int{3, 4} {
				_, _, err := c.Helm(t, major, "install", releaseName, chartFolder, "--set", "mode=sidecar")
				require.Error(t, err, "Helm %d", major)
				for _, way := range []string{"MutatingAdmissionPolicy, which this cluster", "helm otlp inject", "--post-renderer", "otlp-collector.sidecar"} {
					assert.ErrorContains(t, err, way, "Helm %d", major)
				}
			}
		})
	}
	t.Log("2 versions, Helm 3 and 4")
}

// The newest version that the cluster has is used, and the older one by value. That of a cluster which has no other can't be
// tried: where the API server emulates one, it still looks for policies of the newest version.
func TestSidecarIsInjectedByThePolicyOfEachVersion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		kubernetes, policy string
		flags              []string
		args               []string
	}{
		{"1.36", "v1", nil, nil},
		{"1.36", "v1beta1", []string{"--runtime-config=admissionregistration.k8s.io/v1beta1=true"}, []string{"--set", "sidecar.apiVersion=v1beta1"}},
	} {
		t.Run(test.kubernetes+" "+test.policy, func(t *testing.T) {
			t.Parallel()
			c := cluster.StartEmulating(t, test.kubernetes, test.flags...)
			values := c.ValuesFile(t, fmt.Sprintf(sidecarValues, metav1.NamespaceDefault))
			args := append([]string{"install", releaseName, chartFolder, "--namespace", "collectors", "--create-namespace", "--values", values}, test.args...)
			_, _, err := c.Helm(t, 4, args...)
			require.NoError(t, err)
			manifest, _, err := c.Helm(t, 4, "get", "manifest", releaseName, "--namespace", "collectors")
			require.NoError(t, err)
			assert.Contains(t, manifest, "apiVersion: admissionregistration.k8s.io/"+test.policy+"\nkind: MutatingAdmissionPolicy\n")

			dryRun := metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}}
			var pod *corev1.Pod
			cluster.Eventually(t, func(ctx context.Context) error {
				pod, err = c.Client.CoreV1().Pods(metav1.NamespaceDefault).Create(ctx, application("true"), dryRun)
				if err == nil && collectorOf(pod) == nil {
					err = errors.New("the policy injects nothing")
				}

				return err
			})
			config, err := c.Client.CoreV1().ConfigMaps("collectors").Get(t.Context(), releaseName+"-otlp-collector", metav1.GetOptions{})
			require.NoError(t, err)
			_, err = c.Client.CoreV1().Namespaces().Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "plain"}}, metav1.CreateOptions{})
			require.NoError(t, err)
			var plain *corev1.Pod
			cluster.Eventually(t, func(ctx context.Context) error {
				plain, err = c.Client.CoreV1().Pods("plain").Create(ctx, application("true"), dryRun)

				return err
			})
			samePod(t, given(t, plain, config.Data["config.yaml"]), pod)
		})
	}
	t.Log("2 versions of the policy")
}

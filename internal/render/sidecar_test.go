package render_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// policyVersion is the API version of the policy that the embedded chart has for a Kubernetes without a cluster to ask.
func policyVersion(t *testing.T, kubernetes string, set ...string) (string, error) {
	t.Helper()
	chart, err := render.Embedded()
	require.NoError(t, err)
	stack, err := render.ReadStack(context.Background(), render.Arguments{Set: append([]string{"mode=sidecar"}, set...)}, nil)
	require.NoError(t, err)
	r, err := chart.Render(context.Background(), stack, render.Release{Name: "x", Namespace: "y", KubeVersion: kubernetes})
	if err != nil {
		return "", err
	}
	var policy struct {
		APIVersion, Kind string
		Metadata, Spec   any
	}
	require.True(t, object(t, r, "sidecar-policy.yaml", &policy))
	assert.Equal(t, "MutatingAdmissionPolicy", policy.Kind)

	return policy.APIVersion, nil
}

func TestTheSidecarsPolicyIsOfTheVersionThatKubernetesHas(t *testing.T) {
	t.Parallel()
	for kubernetes, want := range map[string]string{
		"1.32": "v1alpha1", "1.33": "v1alpha1", "1.34": "v1beta1", "1.35": "v1beta1", "1.36": "v1", "1.37": "v1",
	} {
		version, err := policyVersion(t, kubernetes)
		require.NoError(t, err, kubernetes)
		assert.Equal(t, "admissionregistration.k8s.io/"+want, version, kubernetes)
		version, err = policyVersion(t, kubernetes, "sidecar.apiVersion=v1alpha1")
		require.NoError(t, err, kubernetes)
		assert.Equal(t, "admissionregistration.k8s.io/v1alpha1", version, "%s, by value", kubernetes)
	}
}

func TestWithoutSuchPoliciesTheRefusalNamesTheOtherWays(t *testing.T) {
	t.Parallel()
	for _, kubernetes := range []string{"1.30", "1.31"} {
		_, err := policyVersion(t, kubernetes)
		for _, way := range []string{"Kubernetes v" + kubernetes, "helm otlp inject", "--post-renderer", "otlp-collector.sidecar"} {
			assert.ErrorContains(t, err, way, kubernetes)
		}
	}
}

package render_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// loose decodes some fields of what a template rendered to.
func loose(t *testing.T, r *render.Rendering, template string, into any) {
	t.Helper()
	var whole map[string]any
	require.True(t, object(t, r, template, &whole), template)
	text, err := yaml.Marshal(whole)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, into))
}

// TestOptionsThatCannotWorkAreRefused holds what the templates say of values that no schema can judge.
func TestOptionsThatCannotWorkAreRefused(t *testing.T) {
	t.Parallel()
	const (
		scaled = "autoscaling.enabled=true"
		keda   = "autoscaling.keda.enabled=true"
		acting = "verticalPodAutoscaler.updateMode=Recreate"
	)
	cases := map[string]struct {
		set  []string
		want string
	}{
		"route without a Gateway": {
			[]string{"httpRoute.enabled=true"}, "httpRoute.parentRefs is empty: name the Gateway",
		},
		"route to a port that the config does not open": {
			[]string{"grpcRoute.enabled=true", "grpcRoute.parentRefs[0].name=a", "grpcRoute.port=jaeger-grpc"},
			`grpcRoute.port is "jaeger-grpc", and the Service has otlp-grpc, otlp-http: name one of these`,
		},
		"route without a Service": {
			[]string{"httpRoute.enabled=true", "httpRoute.parentRefs[0].name=a", "service.enabled=false"},
			`httpRoute.port is "otlp-http", and the Service has no ports`,
		},
		"KEDA with nothing to scale by": {
			[]string{scaled, keda, "autoscaling.targetCPUUtilizationPercentage=0", "autoscaling.targetMemoryUtilizationPercentage=0"},
			"autoscaling.keda has nothing to scale by",
		},
		"TLS without a certificate": {
			[]string{"tls.enabled=true"}, "tls.enabled is true, and there is no certificate",
		},
		"TLS with two certificates": {
			[]string{"tls.enabled=true", "tls.existingSecret=a", "tls.certManager.enabled=true"}, "are two certificates: give one of them",
		},
		"TLS without an issuer": {
			[]string{"tls.enabled=true", "tls.certManager.enabled=true"}, "tls.certManager.issuerRef.name is empty",
		},
		"two ways to ask clients": {
			[]string{"auth.bearer.existingSecret=a", "auth.basic.existingSecret=b"}, "a receiver asks for one of them",
		},
		"two autoscalers at odds": {
			[]string{scaled, "verticalPodAutoscaler.enabled=true", acting}, "take cpu out of verticalPodAutoscaler.controlledResources",
		},
		"two autoscalers at odds, one of them KEDA": {
			[]string{scaled, keda, "autoscaling.targetCPUUtilizationPercentage=0", "verticalPodAutoscaler.enabled=true", acting},
			"set autoscaling.targetMemoryUtilizationPercentage: 0",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := embedded(t, c.set...)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestAutoscalersThatDoNotMeetStandTogether(t *testing.T) {
	t.Parallel()
	r, err := embedded(t, "autoscaling.enabled=true", "verticalPodAutoscaler.enabled=true")
	require.NoError(t, err, "one that is Off changes nothing")
	assert.True(t, object(t, r, "hpa.yaml", &map[string]any{}))
	assert.True(t, object(t, r, "verticalpodautoscaler.yaml", &map[string]any{}))
}

func TestKEDATakesThePlaceOfTheAutoscaler(t *testing.T) {
	t.Parallel()
	r, err := embedded(t, "autoscaling.enabled=true", "autoscaling.keda.enabled=true", "persistence.enabled=true", "autoscaling.maxReplicas=7")
	require.NoError(t, err)
	assert.False(t, object(t, r, "hpa.yaml", &map[string]any{}))
	var scaled, workload struct {
		Spec struct {
			Replicas        *int
			MaxReplicaCount int                                 `json:"maxReplicaCount"`
			ScaleTargetRef  struct{ Kind string }               `json:"scaleTargetRef"`
			Advanced        map[string]map[string]any           `json:"advanced"`
			Triggers        []struct{ Type, MetricType string } `json:"triggers"`
		}
	}
	loose(t, r, "scaledobject.yaml", &scaled)
	loose(t, r, "statefulset.yaml", &workload)
	assert.Nil(t, workload.Spec.Replicas, "KEDA owns the replicas")
	assert.Equal(t, "StatefulSet", scaled.Spec.ScaleTargetRef.Kind)
	assert.Equal(t, 7, scaled.Spec.MaxReplicaCount)
	behavior, _ := scaled.Spec.Advanced["horizontalPodAutoscalerConfig"]["behavior"].(map[string]any)
	assert.Equal(t, map[string]any{"selectPolicy": "Disabled"}, behavior["scaleDown"], "a queue on disk would be left behind")
	assert.Len(t, scaled.Spec.Triggers, 2)

	r, err = embedded(t, "autoscaling.keda.enabled=true")
	require.NoError(t, err)
	assert.False(t, object(t, r, "scaledobject.yaml", &map[string]any{}), "autoscaling is off")
}

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
		"route to a Gateway without a name": {
			[]string{"httpRoute.enabled=true", "httpRoute.parentRefs[0].namespace=a"}, "httpRoute.parentRefs[0] has no name",
		},
		"an autoscaler with nothing to scale by": {
			[]string{scaled, "autoscaling.targetCPUUtilizationPercentage=0", "autoscaling.targetMemoryUtilizationPercentage=0"},
			"autoscaling has nothing to scale by",
		},
		"a trigger that says nothing": {
			[]string{scaled, keda, "autoscaling.keda.triggers[0].type=cron"}, "autoscaling.keda.triggers[0] wants a type and metadata",
		},
		"a fallback without a threshold": {
			[]string{scaled, keda, "autoscaling.keda.fallback.replicas=3"}, "autoscaling.keda.fallback wants failureThreshold and replicas",
		},
		"two autoscalers at odds by a trigger": {
			[]string{
				scaled, keda, "autoscaling.targetCPUUtilizationPercentage=0", "autoscaling.targetMemoryUtilizationPercentage=0",
				"autoscaling.keda.triggers[0].type=cpu", "autoscaling.keda.triggers[0].metadata.value=\"60\"", "verticalPodAutoscaler.enabled=true", acting,
			},
			"take cpu out of verticalPodAutoscaler.controlledResources",
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
		"clients that are asked without TLS": {
			[]string{"tls.existingSecret=a", "tls.clientCA.enabled=true"}, "tls.clientCA.enabled asks clients for a certificate, and tls.enabled is false",
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

// An endpoint with a certificate of its own asks its clients for theirs, too.
func TestClientsAreAskedWhosesoeverTheCertificateIs(t *testing.T) {
	t.Parallel()
	r, err := embedded(t, "tls.enabled=true", "tls.existingSecret=a", "tls.clientCA.enabled=true",
		"config.receivers.otlp.protocols.http.tls.cert_file=/x/tls.crt", "config.receivers.otlp.protocols.http.tls.key_file=/x/tls.key")
	require.NoError(t, err)
	var configMap struct{ Data map[string]string }
	loose(t, r, "configmap.yaml", &configMap)
	var config struct {
		Receivers struct {
			OTLP struct {
				Protocols map[string]struct{ TLS map[string]any }
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(configMap.Data["config.yaml"]), &config))
	protocols := config.Receivers.OTLP.Protocols
	assert.Equal(t, "/x/tls.crt", protocols["http"].TLS["cert_file"])
	for _, name := range []string{"grpc", "http"} {
		assert.Equal(t, "/etc/otelcol-client-ca/ca.crt", protocols[name].TLS["client_ca_file"], name)
	}
}

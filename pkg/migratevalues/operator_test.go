package migratevalues_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"
)

// resource is an OpenTelemetryCollector with the given keys in its spec.
func resource(t *testing.T, mode, keys string) string {
	t.Helper()
	spec := map[string]any{}
	require.NoError(t, yaml.Unmarshal([]byte(keys), &spec), keys)
	spec["mode"], spec["image"] = mode, "ghcr.io/a/opentelemetry-collector-k8s:0.150.0"
	if spec["config"] == nil {
		spec["config"] = map[string]any{}
	}
	text, err := yaml.Marshal(map[string]any{"apiVersion": "opentelemetry.io/v1beta1", "kind": "OpenTelemetryCollector", "spec": spec})
	require.NoError(t, err)

	return string(text)
}

// Each key of these blocks is carried over, or told at its place.
func TestNothingOfAnOpenTelemetryCollectorIsDroppedInSilence(t *testing.T) {
	t.Parallel()
	const unknown = "unheardOf: 1"
	for _, test := range []struct{ mode, keys, told string }{
		{"deployment", unknown, "spec.unheardOf"},
		{"deployment", "autoscaler: {minReplicas: 2, targetCPUUtilization: 50}", "spec.autoscaler.minReplicas"},
		{"deployment", "autoscaler: {minReplicas: 2, targetCPUUtilization: 50}", "spec.autoscaler.targetCPUUtilization"},
		{"deployment", "autoscaler: {" + unknown + "}", "spec.autoscaler.unheardOf"},
		{"deployment", "autoscaler: {maxReplicas: 3, " + unknown + "}", "spec.autoscaler.unheardOf"},
		{"daemonset", "autoscaler: {maxReplicas: 3}", "spec.autoscaler.maxReplicas"},
		{"daemonset", "autoscaler: {" + unknown + "}", "spec.autoscaler.unheardOf"},
		{"deployment", "observability: {" + unknown + "}", "spec.observability.unheardOf"},
		{"deployment", "observability: {metrics: {extraLabels: {a: b}}}", "spec.observability.metrics.extraLabels"},
		{"deployment", "observability: {metrics: {enableMetrics: true, " + unknown + "}}", "spec.observability.metrics.unheardOf"},
		{"deployment", "podDisruptionBudget: {" + unknown + "}", "spec.podDisruptionBudget.unheardOf"},
		{"daemonset", "podDisruptionBudget: {minAvailable: 2}", "spec.podDisruptionBudget.minAvailable"},
		{"deployment", "ports: [{name: otlp-grpc, port: 4317, " + unknown + "}]", "spec.ports[0].unheardOf"},
		{"deployment", "ingress: {hostname: a}", "spec.ingress.hostname"},
		{"deployment", "ingress: {ruleType: subdomain, " + unknown + "}", "spec.ingress.ruleType"},
		{"deployment", "ingress: {ruleType: subdomain, " + unknown + "}", "spec.ingress.unheardOf"},
		{"deployment", "ingress: {type: ingress, hostname: a, ruleType: subdomain}", "spec.ingress.ruleType"},
		{"deployment", "ingress: {type: ingress, route: {termination: edge}}", "spec.ingress.route"},
		{"deployment", "ingress: {type: route, annotations: {a: b}}", "spec.ingress.annotations"},
		{"deployment", "networkPolicy: {" + unknown + "}", "spec.networkPolicy.unheardOf"},
		{"deployment", "volumeClaimTemplates: [{metadata: {name: a}}]", "spec.volumeClaimTemplates"},
		{"statefulset", "persistentVolumeClaimRetentionPolicy: {" + unknown + "}", "spec.persistentVolumeClaimRetentionPolicy.unheardOf"},
		{"deployment", "configmaps: [{name: a, mountpath: /b, " + unknown + "}]", "spec.configmaps[0].unheardOf"},
		{"deployment", "daemonSetUpdateStrategy: {type: OnDelete}", "spec.daemonSetUpdateStrategy"},
		{"deployment", "deploymentUpdateStrategy: {" + unknown + "}", "spec.deploymentUpdateStrategy.unheardOf"},
		{"deployment", "resources: {" + unknown + "}", "spec.resources.unheardOf"},
		{"deployment", "livenessProbe: {" + unknown + "}", "spec.livenessProbe.unheardOf"},
	} {
		told := false
		for _, note := range convert(t, resource(t, test.mode, test.keys)).Notes {
			told = told || note.Path == test.told
		}
		assert.True(t, told, "%s: %s: nothing is said of %s", test.mode, test.keys, test.told)
	}
}

func TestLabelsOfTheOperatorsServiceMonitorAreKept(t *testing.T) {
	t.Parallel()
	result := convert(t, resource(t, "deployment", "observability: {metrics: {enableMetrics: true, extraLabels: {a: b}}}"))
	assert.Equal(t, map[string]any{"enabled": true, "labels": map[string]any{"a": "b"}}, result.Values["serviceMonitor"])
}

package migratevalues_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The official chart's variables have other names here, and those that the config does not mention are not set.
func TestArgumentsHaveThisChartsVariables(t *testing.T) {
	t.Parallel()
	result := convert(t, least+`command: {extraArgs: ["--set=receivers.otlp.protocols.grpc.endpoint=${env:MY_POD_IP}:4317", "--a=$(OTEL_K8S_NODE_NAME)", "--b=${HOME}"]}
config: {service: {telemetry: {resource: {k8s.node.name: null}}}}
`)
	assert.Equal(t, []any{"--set=receivers.otlp.protocols.grpc.endpoint=${env:POD_IP}:4317", "--a=$(K8S_NODE_NAME)", "--b=${HOME}"}, result.Values["extraArgs"])
	node := map[string]any{"name": "K8S_NODE_NAME", "valueFrom": map[string]any{"fieldRef": map[string]any{"fieldPath": "spec.nodeName"}}}
	assert.Equal(t, []any{node}, result.Values["env"], "POD_IP is mentioned in the config, so that the chart sets it")
	assert.Zero(t, result.Left(), result.Notes)
}

func TestMountsOfVolumesThatAreNotThereAreTold(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ text, told string }{
		{least + "extraContainers: [{name: a, volumeMounts: [{name: opentelemetry-collector-configmap, mountPath: /conf}]}]", "extraContainers[0].volumeMounts[0]"},
		{least + "initContainers: [{name: a}, {name: b, volumeMounts: [{name: hostfs, mountPath: /host}]}]", "initContainers[1].volumeMounts[0]"},
		{least + "extraVolumeMounts: [{name: varlogpods, mountPath: /pods}]", "extraVolumeMounts[0]"},
		{least + "extraVolumes: [{name: a, emptyDir: {}}]\nextraVolumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}]", "extraVolumeMounts[1]"},
		{resource(t, "deployment", "additionalContainers: [{name: a, volumeMounts: [{name: otc-internal, mountPath: /conf}]}]"), "spec.additionalContainers[0].volumeMounts[0]"},
		{least + "extraVolumes: [{name: a, emptyDir: {}}]\nextraContainers: [{name: a, volumeMounts: [{name: a, mountPath: /a}]}]", ""},
	} {
		var told []string
		for _, note := range convert(t, test.text).Notes {
			if note.Left && note.Path != "spec.config" {
				told = append(told, note.Path+": "+note.Message)
			}
		}
		want := test.told
		if want != "" {
			want += ": there is no volume "
		}
		says(t, told, want)
	}
}

func TestAHookThatReadsAVariableOfTheOfficialChartIsTold(t *testing.T) {
	t.Parallel()
	result := convert(t, least+"lifecycleHooks: {preStop: {exec: {command: [sh, -c, 'curl $MY_POD_IP']}}}")
	if assert.Equal(t, 1, result.Left()) {
		assert.Equal(t, "lifecycleHooks.preStop", result.Notes[0].Path)
	}
}

// The chart's autoscaler takes no Pod away that has a queue on disk; those of the official chart and the operator did.
func TestThatNothingIsScaledDownWithPersistenceIsSaid(t *testing.T) {
	t.Parallel()
	const stateful = "mode: statefulset\nimage: {repository: ghcr.io/a/opentelemetry-collector-k8s}\nstatefulset: {volumeClaimTemplates: [{metadata: {name: a}}]}\n"
	for text, path := range map[string]string{
		stateful: "",
		stateful + "autoscaling: {enabled: true, maxReplicas: 5}":                                                   "statefulset.volumeClaimTemplates",
		resource(t, "statefulset", "{volumeClaimTemplates: [{metadata: {name: a}}], autoscaler: {maxReplicas: 5}}"): "spec.volumeClaimTemplates",
	} {
		told := ""
		for _, note := range convert(t, text).Notes {
			if strings.Contains(note.Message, "persistence.scaleDown: true") {
				told = note.Path
				assert.False(t, note.Left)
			}
		}
		assert.Equal(t, path, told, text)
	}
}

package migratevalues_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/pkg/migratevalues"
)

const (
	version = "0.161.0"
	// least is what the official chart wants, with no ports of the node.
	least = "mode: deployment\nimage: {repository: ghcr.io/a/opentelemetry-collector-k8s}\n"
)

func convert(t *testing.T, text string) *migratevalues.Result {
	t.Helper()
	result, err := migratevalues.Convert("v.yaml", []byte(text), "", version)
	require.NoError(t, err)

	return result
}

func TestAFileThatIsNeitherKindIsRefused(t *testing.T) {
	t.Parallel()
	resource := "apiVersion: opentelemetry.io/v1beta1\nkind: OpenTelemetryCollector\nspec: {config: {}}\n"
	for text, want := range map[string]string{
		"":                                  "v.yaml is empty: want values of the chart opentelemetry-collector",
		"# nothing\n":                       "v.yaml is empty",
		"[a]":                               "v.yaml:1:1: it is a sequence, want a mapping",
		"mode: gateway\n":                   "v.yaml:1:1: these are values of this chart already",
		"modes: {all: {}}\n":                "v.yaml:1:1: these are values of this chart already",
		"receivers: {otlp: {}}\n":           "v.yaml:1:1: this is a collector's config",
		"a: b\n":                            "v.yaml:1:1: none of its keys is one of the chart",
		"apiVersion: v1\nkind: ConfigMap\n": "v.yaml:2:7: it is a ConfigMap",
		"mode: [\n":                         "v.yaml:1:7: ",
		"mode: deployment\n---\nmode: deployment\n": "v.yaml has 2 documents",
		resource + "---\n" + resource:               "v.yaml has 2 documents",
	} {
		_, err := migratevalues.Convert("v.yaml", []byte(text), "", version)
		require.ErrorContains(t, err, want, text)
	}
	_, err := migratevalues.Convert("v.yaml", []byte(least), migratevalues.Operator, version)
	require.ErrorContains(t, err, "v.yaml:1:1: there is no OpenTelemetryCollector")
	_, err = migratevalues.Convert("v.yaml", []byte(resource), migratevalues.Official, version)
	require.ErrorContains(t, err, "leave out --from")

	// What stands beside the resource in a file of manifests is not the question.
	result, err := migratevalues.Convert("v.yaml", []byte("apiVersion: v1\nkind: Namespace\n---\n"+resource), "", version)
	require.NoError(t, err)
	assert.Equal(t, migratevalues.Operator, result.Kind)
}

// Each of these is one key of the official chart and what its value becomes, or what is said of it.
func TestKeysOfTheOfficialChart(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ given, want, left, note string }{
		{given: "nodeSelector: {a: b}", want: "nodeSelector: {a: b}"},
		{given: "tolerations: [{operator: Exists}]", want: "tolerations: [{operator: Exists}]"},
		{given: "extraEnvs: [{name: A, value: b}]", want: "env: [{name: A, value: b}]"},
		{given: "extraEnvsFrom: [{secretRef: {name: a}}]", want: "envFrom: [{secretRef: {name: a}}]"},
		{given: "additionalLabels: {a: '{{ .Values.mode }}'}", want: "commonLabels: {a: deployment}"},
		{given: "podLabels: {a: '{{ .Release.Name }}'}", left: "podLabels.a: a template, which this chart takes to the letter"},
		{given: "image: {repository: otel/opentelemetry-collector, tag: 0.150.0}", want: "image: {repository: docker.io/otel/opentelemetry-collector, tag: 0.150.0}"},
		{given: "image: {repository: localhost:5000/a}", want: "image: {repository: 'localhost:5000/a'}"},
		{given: "image: {tag: a}", left: "image: there is no repository"},
		{given: "command: {name: mine}", left: "command.name: the chart runs the image's own entry point: make sure"},
		{given: "command: {name: otelcol, extraArgs: [--a]}", want: "extraArgs: [--a]", note: "command.name: "},
		{given: "replicaCount: 3", want: "replicas: 3"},
		{given: "replicaCount: many", want: "replicas: 1", left: "replicaCount: a text stands where a whole number is wanted"},
		{given: "autoscaling: {enabled: true, maxReplicas: 4}", want: "autoscaling: {enabled: true, minReplicas: 1, maxReplicas: 4, targetCPUUtilizationPercentage: 80, targetMemoryUtilizationPercentage: 0}"},
		{given: "podDisruptionBudget: {enabled: true, maxUnavailable: 2}", want: "podDisruptionBudget: {maxUnavailable: 2}"},
		{given: "podDisruptionBudget: {enabled: false, maxUnavailable: 2}"},
		{given: "resources: {limits: {memory: 1Gi}}", want: "resources: {limits: {memory: 1Gi}, requests: {memory: 1Gi}}"},
		{given: "resources: {requests: {cpu: 2, memory: 1Gi}}", want: "resources: {requests: {cpu: 2, memory: 1Gi}, limits: {cpu: null}}"},
		{given: "serviceAccount: {create: false, name: a}", want: "serviceAccount: {create: false, name: a}"},
		{given: "serviceAccount: {automountServiceAccountToken: false}", note: "serviceAccount.automountServiceAccountToken: "},
		{given: "clusterRole: {create: false, rules: [{verbs: [get]}]}", note: "clusterRole.rules: the official chart makes no ClusterRole"},
		{given: "clusterRole: {create: true, rules: [{verbs: [get]}]}", want: "rbac: {extraRules: [{verbs: [get]}]}", note: "clusterRole.create: "},
		{given: "service: {enabled: false}", want: "service: {enabled: false}"},
		{given: "service: {type: NodePort, clusterIP: None}", want: "service: {type: NodePort}", left: "service.clusterIP: "},
		{given: "ingress: {enabled: false, ingressClassName: a}"},
		{given: "ingress: {enabled: true, hosts: [{host: a, paths: [{path: /, pathType: Prefix, port: 9999}]}]}", left: "ingress.hosts: write the Service's name of the port into ingress.port"},
		{given: "networkPolicy: {enabled: true, egressRules: [{to: []}]}", want: "networkPolicy: {enabled: true, egress: {enabled: true, to: [{to: []}]}}"},
		{given: "serviceMonitor: {enabled: true, metricsEndpoints: [{port: metrics}, {port: other}]}", want: "serviceMonitor: {enabled: true}", left: "serviceMonitor.metricsEndpoints: "},
		{given: "prometheusRule: {enabled: true, groups: [{interval: 1m, rules: [{record: a, expr: b}]}]}", left: "prometheusRule.groups: the chart has one group"},
		{given: "lifecycleHooks: {preStop: {sleep: {seconds: 9}}}", want: "lifecycle: {preStop: {sleep: {seconds: 9}}}"},
		{given: "securityContext: {runAsUser: 0}", want: "securityContext: {runAsUser: 0}\npodSecurityContext: {runAsNonRoot: false}"},
		{given: "rollout: {strategy: Recreate}", want: "updateStrategy: {type: Recreate}"},
		{given: "rollout: {maxSurge: 1}", note: "rollout.maxSurge: the official chart reads it below rollingUpdate alone"},
		{given: "configMap: {existingName: a}", left: "configMap.existingName: "},
		{given: "configMap: {create: false}", left: "configMap.create: "},
		{given: "presets: {profiling: {enabled: true}}", left: "presets.profiling: "},
		{given: "presets: {hostMetrics: {enabled: true}}", left: "presets.hostMetrics.enabled: left out: it reads from the node"},
		{given: "presets: {unheard: {enabled: true}}", left: "presets.unheard: unknown"},
		{given: "presets: 5", left: "presets: a number stands where a mapping is wanted"},
		{given: "ports: {mine: {enabled: true, containerPort: 9999, servicePort: 9999, protocol: TCP}}", want: "networkPolicy: {enabled: false}", left: "ports.mine: the chart knows of no receiver at 9999/TCP"},
		{given: "ports: {zipkin: {enabled: true, containerPort: 9411, servicePort: 80}}", left: "ports.zipkin.servicePort: "},
		{given: "extraManifests: ['{{ .Values.a }}']", want: "extraManifests: ['{{ .Values.a }}']", left: "extraManifests: its templates read values"},
		{given: "httproute: {enabled: true}", left: "httproute.parentRefs: "},
		{given: "httproute: {enabled: false, hostnames: [a]}"},
		{given: "config: {service: {telemetry: {metrics: null}}}", left: "config.service.telemetry.metrics: null: "},
		{given: "apiVersion: apps/v1", note: "apiVersion: "},
		{given: "hostPID: true", left: "hostPID: "},
		{given: "hostPID: false"},
		{given: "typo: 1", left: "typo: unknown: not carried over"},
	} {
		t.Run(test.given, func(t *testing.T) {
			t.Parallel()
			text := least
			if strings.HasPrefix(test.given, "image") {
				text = "mode: deployment\n"
			}
			result := convert(t, text+test.given+"\n")
			var want map[string]any
			require.NoError(t, yaml.Unmarshal([]byte(test.want), &want))
			var got map[string]any
			require.NoError(t, yaml.Unmarshal(result.Text, &got))
			for key, value := range want {
				assert.Equal(t, value, got[key], key)
			}
			for _, note := range result.Notes {
				assert.Positive(t, note.Position.Line, note.Message)
			}
			left, notes := told(result)
			says(t, left, test.left)
			says(t, notes, test.note)
		})
	}
}

func TestTheLevelOfALoggingExporterIsAVerbosity(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ given, want, left, note string }{
		{given: "logging: {loglevel: debug}", want: "debug: {verbosity: detailed}", note: "config.exporters.logging.loglevel: is verbosity detailed"},
		{given: "logging: {loglevel: info}", want: "debug: {verbosity: normal}", note: "config.exporters.logging.loglevel: is verbosity normal"},
		{given: "logging: {loglevel: warn, sampling_initial: 2}", want: "debug: {verbosity: basic, sampling_initial: 2}", note: "config.exporters.logging.loglevel: is verbosity basic"},
		{given: "logging: {loglevel: shout, sampling_initial: 2}", want: "debug: {sampling_initial: 2}", left: "config.exporters.logging.loglevel: not carried over: "},
		{given: "logging: {loglevel: info, verbosity: detailed}", want: "debug: {verbosity: detailed}", left: "config.exporters.logging.loglevel: not carried over: "},
		{given: "debug: {loglevel: debug}", want: "debug: {verbosity: detailed}", note: "config.exporters.debug.loglevel: is verbosity detailed"},
	} {
		t.Run(test.given, func(t *testing.T) {
			t.Parallel()
			result := convert(t, least+"config: {exporters: {"+test.given+"}}\n")
			var got struct {
				Config struct{ Exporters map[string]any }
			}
			var want map[string]any
			require.NoError(t, yaml.Unmarshal(result.Text, &got))
			require.NoError(t, yaml.Unmarshal([]byte(test.want), &want))
			assert.Equal(t, want, got.Config.Exporters)
			left, notes := told(result)
			says(t, left, test.left)
			says(t, notes, test.note)
		})
	}
}

// told is what was left, and what is only said.
func told(result *migratevalues.Result) (left, notes []string) {
	for _, note := range result.Notes {
		if line := note.Path + ": " + note.Message; note.Left {
			left = append(left, line)
		} else {
			notes = append(notes, line)
		}
	}
	return left, notes
}

// says holds that there is one line that begins so, or none where nothing is wanted.
func says(t *testing.T, lines []string, want string) {
	t.Helper()
	if want == "" {
		assert.Empty(t, lines)
	} else if assert.Len(t, lines, 1) {
		assert.True(t, strings.HasPrefix(lines[0], want), lines[0])
	}
}

// The official chart makes a Service for agents where service.enabled is true, or for an Ingress, and no other.
func TestAnAgentsServiceThatWasOffIsNotOpened(t *testing.T) {
	t.Parallel()
	const agent = "mode: daemonset\nhostNetwork: true\nimage: {repository: ghcr.io/a/opentelemetry-collector-k8s}\n"
	const keys = "type: LoadBalancer, annotations: {a: b}, loadBalancerSourceRanges: [10.0.0.0/8], clusterIP: None"
	for given, made := range map[string]bool{
		"service: {enabled: false, " + keys + "}":                              false,
		"service: {" + keys + "}":                                              false,
		"service: {enabled: true, " + keys + "}":                               true,
		"service: {" + keys + "}\ningress: {enabled: true}":                    true,
		"service: {enabled: false, " + keys + "}\ningress: {enabled: false}\n": false,
	} {
		result := convert(t, agent+given)
		told := map[string]bool{}
		for _, note := range result.Notes {
			told[note.Path] = !note.Left
		}
		if made {
			assert.Equal(t, map[string]any{
				"type": "LoadBalancer", "annotations": map[string]any{"a": "b"}, "loadBalancerSourceRanges": []any{"10.0.0.0/8"},
			}, result.Values["service"], given)

			continue
		}
		assert.Nil(t, result.Values["service"], given)
		for _, key := range []string{"type", "annotations", "loadBalancerSourceRanges", "clusterIP"} {
			assert.True(t, told["service."+key], "%s: %s", given, key)
		}
	}
}

func TestNothingOfAFileIsDroppedInSilence(t *testing.T) {
	t.Parallel()
	// Every key below every block that the official chart has, under a name that it does not have.
	for _, block := range []string{
		"presets", "presets.logsCollection", "presets.kubernetesAttributes", "presets.kubernetesObjects.core", "presets.resourceDetection.eks",
		"image", "command", "serviceAccount", "clusterRole", "clusterRole.clusterRoleBinding", "resources", "service", "podDisruptionBudget",
		"statefulset", "configMap", "internalTelemetryViaOTLP", "internalTelemetryViaOTLP.traces", "livenessProbe", "rollout", "networkPolicy",
		"prometheusRule", "prometheusRule.defaultRules", "serviceMonitor", "podMonitor", "ingress", "autoscaling", "ports.otlp", "config.service",
	} {
		document := map[string]any{"mode": "deployment", "image": map[string]any{"repository": "a/b"}}
		at := document
		for _, key := range strings.Split(block, ".") {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		at["unheardOf"] = "x"
		text, err := yaml.Marshal(document)
		require.NoError(t, err)
		told := false
		for _, note := range convert(t, string(text)).Notes {
			told = told || note.Left && note.Path == block+".unheardOf"
		}
		assert.True(t, told, block)
	}
}

package faults

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
	valuewithouteffect "github.com/helm-otlp/helm-otlp/pkg/lint/rules/value-without-effect"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// samples are values that no mode has by default, by key: as YAML, after what they need to
// show.
func samples() map[string][2]string {
	const queue = "persistence: {enabled: true}"
	const balancer = "service: {type: LoadBalancer}"
	return map[string][2]string{
		"image":                            {"", "image: {tag: 0.160.0}"},
		"imagePullSecrets":                 {"", "imagePullSecrets: [{name: a}]"},
		"config":                           {"", "config: {receivers: {zipkin: {}}}"},
		"without":                          {"", "without: {pipelines: {logs: true}}"},
		"exactPipelines":                   {"config: {service: {pipelines: {traces: {receivers: [otlp], exporters: [debug]}}}}", "exactPipelines: {traces: true}"},
		"telemetry":                        {"", "telemetry: {logs: {level: debug}}"},
		"presets":                          {"", "presets: {resourceDetection: {enabled: true}}"},
		"replicas":                         {"", "replicas: 7"},
		"resources":                        {"", "resources: {limits: {memory: 3Gi}}"},
		"autoscaling":                      {"", "autoscaling: {enabled: true, minReplicas: 4}"},
		"podDisruptionBudget":              {"", "podDisruptionBudget: {maxUnavailable: 2}"},
		"updateStrategy":                   {"", "updateStrategy: {rollingUpdate: {maxUnavailable: 3}}"},
		"persistence":                      {"", queue},
		"persistence.enabled":              {"", queue},
		"persistence.size":                 {queue, "persistence: {size: 3Gi}"},
		"persistence.storageClassName":     {queue, "persistence: {storageClassName: fast}"},
		"persistence.accessModes":          {queue, "persistence: {accessModes: [ReadWriteOncePod]}"},
		"persistence.annotations":          {queue, "persistence: {annotations: {a: b}}"},
		"persistence.whenDeleted":          {queue, "persistence: {whenDeleted: Delete}"},
		"persistence.whenScaled":           {queue, "persistence: {whenScaled: Delete}"},
		"persistence.scaleDown":            {queue + "\nautoscaling: {enabled: true}", "persistence: {scaleDown: true}"},
		"serviceAccount":                   {"", "serviceAccount: {name: other, annotations: {a: b}}"},
		"rbac.create":                      {"rbac: {profile: cluster}", "rbac: {create: false}"},
		"rbac.extraRules":                  {"", "rbac: {extraRules: [{nonResourceURLs: [/a], verbs: [get]}]}"},
		"service.enabled":                  {"", "service: {enabled: false}"},
		"service.type":                     {"", "service: {type: NodePort}"},
		"service.annotations":              {"", "service: {annotations: {a: b}}"},
		"service.labels":                   {"", "service: {labels: {a: b}}"},
		"service.internalTrafficPolicy":    {"service: {internalTrafficPolicy: Local}", "service: {internalTrafficPolicy: Cluster}"},
		"service.externalTrafficPolicy":    {balancer, "service: {externalTrafficPolicy: Local}"},
		"service.loadBalancerClass":        {balancer, "service: {loadBalancerClass: a}"},
		"service.loadBalancerSourceRanges": {balancer, "service: {loadBalancerSourceRanges: [10.0.0.0/8]}"},
		"service.ipFamilyPolicy":           {"", "service: {ipFamilyPolicy: SingleStack}"},
		"service.ipFamilies":               {"", "service: {ipFamilies: [IPv6]}"},
		"networkPolicy":                    {"", "networkPolicy: {egress: {enabled: true}}"},
		"ingress":                          {"", "ingress: {enabled: true, hosts: [{host: a.b}]}"},
		"httpRoute":                        {"", "httpRoute: {enabled: true, parentRefs: [{name: a}]}"},
		"grpcRoute":                        {"", "grpcRoute: {enabled: true, parentRefs: [{name: a}]}"},
		"tls":                              {"", "tls: {enabled: true, existingSecret: a}"},
		"auth":                             {"", "auth: {bearer: {existingSecret: a}}"},
		"verticalPodAutoscaler":            {"", "verticalPodAutoscaler: {enabled: true}"},
		"serviceMonitor":                   {"", "serviceMonitor: {enabled: true}"},
		"prometheusRule":                   {"", "prometheusRule: {enabled: true}"},
		"dashboards":                       {"", "dashboards: {enabled: true}"},
		"sidecar":                          {"", "sidecar: {failurePolicy: Fail}"},
		"test":                             {"", "test: {image: {tag: v0.1.0}}"},
		"compat":                           {"", "compat: openshift"},
		"hostNetwork":                      {"", "hostNetwork: true"},
		"dnsPolicy":                        {"", "dnsPolicy: Default"},
		"priorityClassName":                {"", "priorityClassName: a"},
		"nodeSelector":                     {"", "nodeSelector: {a: b}"},
		"tolerations":                      {"", "tolerations: [{operator: Exists}]"},
		"affinity":                         {"", "affinity: {nodeAffinity: {}}"},
		"topologySpreadConstraints":        {"", "topologySpreadConstraints: [{maxSkew: 2, topologyKey: a, whenUnsatisfiable: DoNotSchedule}]"},
		"podSecurityContext":               {"", "podSecurityContext: {fsGroup: 7}"},
		"securityContext":                  {"", "securityContext: {runAsUser: 7}"},
		"podAnnotations":                   {"", "podAnnotations: {a: b}"},
		"podLabels":                        {"", "podLabels: {a: b}"},
		"commonLabels":                     {"", "commonLabels: {a: b}"},
		"commonAnnotations":                {"", "commonAnnotations: {a: b}"},
		"env":                              {"", "env: [{name: A, value: b}]"},
		"envFrom":                          {"", "envFrom: [{secretRef: {name: a}}]"},
		"extraArgs":                        {"", "extraArgs: [--a]"},
		"extraVolumes":                     {"", "extraVolumes: [{name: a, emptyDir: {}}]"},
		"extraVolumeMounts":                {"", "extraVolumeMounts: [{name: a, mountPath: /a}]"},
		"extraContainers":                  {"", "extraContainers: [{name: a, image: a}]"},
		"initContainers":                   {"", "initContainers: [{name: a, image: a}]"},
		"extraManifests":                   {"", "extraManifests: [{kind: A}]"},
		"livenessProbe":                    {"", "livenessProbe: {periodSeconds: 7}"},
		"readinessProbe":                   {"", "readinessProbe: {periodSeconds: 7}"},
		"startupProbe":                     {"", "startupProbe: {periodSeconds: 7}"},
		"lifecycle":                        {"", "lifecycle: {preStop: {sleep: {seconds: 7}}}"},
		"terminationGracePeriodSeconds":    {"", "terminationGracePeriodSeconds: 7"},
		"revisionHistoryLimit":             {"", "revisionHistoryLimit: 7"},
		"minReadySeconds":                  {"", "minReadySeconds: 7"},
	}
}

// manifests is all that the chart renders with values.
func manifests(t *testing.T, chart *render.Chart, mode string, documents ...string) string {
	t.Helper()
	var files []string
	for i, document := range documents {
		files = append(files, filepath.Join(t.TempDir(), fmt.Sprintf("%d.yaml", i)))
		require.NoError(t, os.WriteFile(files[i], []byte(document), 0o600))
	}
	stack, err := render.ReadStack(t.Context(), render.Arguments{Files: files, Set: []string{"mode=" + mode}}, nil)
	require.NoError(t, err)
	rendering, err := chart.Render(t.Context(), stack, render.Release{Name: "r", Namespace: "n"})
	require.NoError(t, err, documents)
	var all strings.Builder
	for _, manifest := range rendering.Manifests {
		all.Write(manifest.Data)
	}
	return all.String()
}

// idle tells whether the rule lists the key or a block around it.
func idle(mode, key string) bool {
	return slices.ContainsFunc(valuewithouteffect.Idle(mode), func(listed string) bool {
		return strings.HasPrefix(key+".", listed+".")
	})
}

func TestAValueChangesWhatIsRenderedUnlessTheRuleSaysThatItDoesNothing(t *testing.T) {
	t.Parallel()
	chart, err := render.Embedded()
	require.NoError(t, err)
	for _, mode := range []string{"gateway", "daemonset", "sidecar"} {
		assert.True(t, slices.IsSorted(valuewithouteffect.Idle(mode)), mode)
		for _, key := range valuewithouteffect.Idle(mode) {
			sampled := slices.ContainsFunc(slices.Collect(maps.Keys(samples())), func(of string) bool { return strings.HasPrefix(of+".", key+".") })
			assert.True(t, sampled, "%s has a sample", key)
		}
		plain := manifests(t, chart, mode)
		for key, sample := range samples() {
			t.Run(mode+"/"+key, func(t *testing.T) {
				t.Parallel()
				before := plain
				if sample[0] != "" {
					before = manifests(t, chart, mode, sample[0])
				}
				after := manifests(t, chart, mode, sample[0], sample[1])
				assert.Equal(t, idle(mode, key), before == after, sample[1])
			})
		}
	}
}

func TestEveryBlockOfValuesHasASample(t *testing.T) {
	t.Parallel()
	text, err := values.Schema()
	require.NoError(t, err)
	var schema struct {
		Definitions struct {
			Settings struct {
				Properties map[string]any `json:"properties"`
			} `json:"Settings"`
		} `json:"definitions"`
	}
	require.NoError(t, json.Unmarshal(text, &schema))
	blocks := map[string]bool{}
	for key := range samples() {
		block, _, _ := strings.Cut(key, ".")
		blocks[block] = true
	}
	assert.ElementsMatch(t, slices.Collect(maps.Keys(schema.Definitions.Settings.Properties)), slices.Collect(maps.Keys(blocks)))
}

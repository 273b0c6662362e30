package cluster_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"
)

// expectedCollector is the collector that sidecarValues give, as the API server stores it.
const expectedCollector = `
name: otlp-collector
image: ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s:0.161.0
imagePullPolicy: IfNotPresent
restartPolicy: Always
args: ["--config=env:OTELCOL_CONFIG"]
env:
  - {name: POD_IP, valueFrom: {fieldRef: {apiVersion: v1, fieldPath: status.podIP}}}
  - {name: GOMEMLIMIT, value: 204MiB}
  - {name: GOMAXPROCS, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: "1"}}}
  - {name: OTELCOL_CONFIG}
ports:
  - {name: health, containerPort: 13133, protocol: TCP}
  - {name: metrics, containerPort: 8888, protocol: TCP}
startupProbe:
  httpGet: {path: /, port: 13133, scheme: HTTP}
  periodSeconds: 2
  timeoutSeconds: 3
  failureThreshold: 60
  successThreshold: 1
livenessProbe:
  httpGet: {path: /, port: 13133, scheme: HTTP}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
  successThreshold: 1
resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {cpu: 200m, memory: 256Mi}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  capabilities: {drop: [ALL]}
  seccompProfile: {type: RuntimeDefault}
terminationMessagePath: /dev/termination-log
terminationMessagePolicy: File
`

// config is what the release's ConfigMap holds.
func (s sidecarRelease) config(t *testing.T) string {
	t.Helper()
	stored, err := shared.Client.CoreV1().ConfigMaps(s.namespace).Get(t.Context(), s.fullname(), metav1.GetOptions{})
	require.NoError(t, err)

	return stored.Data["config.yaml"]
}

// hash tells the release's config from others.
func (s sidecarRelease) hash(t *testing.T) string {
	t.Helper()

	return hashOf(s.config(t))
}

func hashOf(config string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(config)))[:10] }

// given is the Pod with all that the policy is to give it, made of the Pod as it is stored without the policy.
func (s sidecarRelease) given(t *testing.T, plain *corev1.Pod) *corev1.Pod {
	t.Helper()

	return given(t, plain, s.config(t))
}

func given(t *testing.T, plain *corev1.Pod, config string) *corev1.Pod {
	t.Helper()
	pod := plain.DeepCopy()
	pod.Labels = with(pod.Labels, injectedKey, releaseName)
	pod.Annotations = with(pod.Annotations, hashKey, hashOf(config))

	var collector corev1.Container
	require.NoError(t, yaml.UnmarshalStrict([]byte(expectedCollector), &collector))
	last := len(collector.Env) - 1
	// The kubelet turns $$ into $, and expands $(X).
	collector.Env[last].Value = strings.ReplaceAll(config, "$", "$$")
	if pod.Spec.HostNetwork {
		for i := range collector.Ports {
			collector.Ports[i].HostPort = collector.Ports[i].ContainerPort
		}
	}
	for _, volume := range pod.Spec.Volumes {
		// The service account's token goes to all containers.
		if strings.HasPrefix(volume.Name, tokenPrefix) {
			collector.VolumeMounts = append(collector.VolumeMounts, corev1.VolumeMount{
				Name: volume.Name, ReadOnly: true, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
			})
		}
	}
	pod.Spec.InitContainers = append([]corev1.Container{collector}, pod.Spec.InitContainers...)
	for i := range pod.Spec.Containers {
		container := &pod.Spec.Containers[i]
		container.Env = append(variablesFor(container), container.Env...)
	}
	if pod.Spec.Resources == nil {
		pod.Status.QOSClass = corev1.PodQOSBurstable
	}

	return pod
}

func with(entries map[string]string, key, value string) map[string]string {
	if entries == nil {
		entries = map[string]string{}
	}
	entries[key] = value

	return entries
}

// variablesFor is what an application's container gets beside those that it has.
func variablesFor(container *corev1.Container) (given []corev1.EnvVar) {
	// A variable of the container is its own, and those that refer to each other go together.
	has := func(prefix string) bool {
		return slices.ContainsFunc(container.Env, func(variable corev1.EnvVar) bool { return strings.HasPrefix(variable.Name, prefix) })
	}
	if !has("OTEL_RESOURCE_ATTRIBUTES") {
		for _, field := range [][2]string{
			{"POD_NAME", "metadata.name"}, {"POD_UID", "metadata.uid"}, {"NAMESPACE_NAME", "metadata.namespace"}, {"NODE_NAME", "spec.nodeName"},
		} {
			source := &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{APIVersion: "v1", FieldPath: field[1]}}
			given = append(given, corev1.EnvVar{Name: "OTEL_RESOURCE_ATTRIBUTES_" + field[0], ValueFrom: source})
		}
		given = append(given, corev1.EnvVar{Name: "OTEL_RESOURCE_ATTRIBUTES", Value: "k8s.pod.name=$(OTEL_RESOURCE_ATTRIBUTES_POD_NAME)," +
			"k8s.pod.uid=$(OTEL_RESOURCE_ATTRIBUTES_POD_UID),k8s.namespace.name=$(OTEL_RESOURCE_ATTRIBUTES_NAMESPACE_NAME)," +
			"k8s.node.name=$(OTEL_RESOURCE_ATTRIBUTES_NODE_NAME)"})
	}
	if !has("OTEL_EXPORTER_OTLP_ENDPOINT") {
		given = append(given, corev1.EnvVar{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: "http://localhost:4318"})
	}

	return given
}

// tokenPrefix begins the name of the volume that the API server makes for a service account's token. Its end is random.
const tokenPrefix = "kube-api-access-"

// samePod compares two Pods in all fields but those which tell one from the other, or when they were made.
func samePod(t *testing.T, want, got *corev1.Pod) {
	t.Helper()
	assert.Equal(t, compared(t, want), compared(t, got))
}

func compared(t *testing.T, pod *corev1.Pod) string {
	t.Helper()
	pod = pod.DeepCopy()
	for i := range pod.Status.Conditions {
		pod.Status.Conditions[i].LastTransitionTime = metav1.Time{}
	}
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(pod)
	require.NoError(t, err)
	for _, field := range []string{"namespace", "uid", "creationTimestamp", "managedFields", "resourceVersion"} {
		unstructured.RemoveNestedField(content, "metadata", field)
	}
	if generated := pod.GenerateName; generated != "" {
		unstructured.RemoveNestedField(content, "metadata", "name")
	}
	text, err := yaml.Marshal(content)
	require.NoError(t, err)
	whole := string(text)
	for _, volume := range pod.Spec.Volumes {
		if strings.HasPrefix(volume.Name, tokenPrefix) {
			whole = strings.ReplaceAll(whole, volume.Name, tokenPrefix)
		}
	}

	return whole
}

package cluster_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// A shape is a kind of Pod: what it has beside what application has.
type shape struct {
	name   string
	change func(pod *corev1.Pod)
}

// pod is a Pod of the shape that asks for a collector.
func (s shape) pod() *corev1.Pod {
	pod := application("true")
	s.change(pod)

	return pod
}

// first is the Pod's first container.
func first(pod *corev1.Pod) *corev1.Container { return &pod.Spec.Containers[0] }

// another is a container like the first, by another name.
func another(pod *corev1.Pod, name string) corev1.Container {
	container := *first(pod).DeepCopy()
	container.Name, container.Env = name, nil

	return container
}

// variables is a shape whose first container has these.
func variables(name string, variables ...corev1.EnvVar) shape {
	return shape{name, func(pod *corev1.Pod) { first(pod).Env = variables }}
}

func variable(name, value string) corev1.EnvVar { return corev1.EnvVar{Name: name, Value: value} }

func fromConfigMap(name string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{ConfigMapKeyRef: &corev1.ConfigMapKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: "telemetry"}, Key: "value",
	}}}
}

func fromSecret(name string) corev1.EnvVar {
	return corev1.EnvVar{Name: name, ValueFrom: &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
		LocalObjectReference: corev1.LocalObjectReference{Name: "telemetry"}, Key: "value",
	}}}
}

// environments are the shapes whose environment has, or lacks, what the policy sets.
func environments() []shape {
	const endpoint, attributes = "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_RESOURCE_ATTRIBUTES"

	return []shape{
		variables("another variable", variable("LANG", "C")),
		variables("an endpoint", variable(endpoint, "http://elsewhere:4318")),
		variables("the endpoint that the policy sets", variable("A", "a"), variable(endpoint, "http://localhost:4318")),
		variables("an empty endpoint", variable(endpoint, "")),
		variables("an endpoint out of a ConfigMap", fromConfigMap(endpoint)),
		variables("an endpoint twice", variable(endpoint, "http://elsewhere:4318"), variable(endpoint, "http://there:4318")),
		variables("attributes", variable(attributes, "team=a")),
		variables("attributes out of a Secret", fromSecret(attributes)),
		variables("attributes twice", variable(attributes, "team=a"), fromSecret(attributes)),
		variables("an endpoint and attributes", variable("A", "a"), variable(attributes, "team=a"), variable(endpoint, "http://elsewhere:4318")),
		variables("a variable of the name that the attributes are made of", variable("OTEL_RESOURCE_ATTRIBUTES_POD_NAME", "mine")),
		variables("a reference to a variable of the name", variable("OTEL_RESOURCE_ATTRIBUTES_NODE_NAME", "mine"), variable("NODE", "$(OTEL_RESOURCE_ATTRIBUTES_NODE_NAME)")),
		variables("references to what the policy sets", variable("TRACES", "$(OTEL_EXPORTER_OTLP_ENDPOINT)/v1/traces"), variable("ALL", "$(OTEL_RESOURCE_ATTRIBUTES),team=a")),
		variables("escaped references", variable("PRICE", "$$1 $$(TEAM) ${TEAM} $(TEAM)")),
		{"variables out of a ConfigMap as a whole", func(pod *corev1.Pod) {
			first(pod).EnvFrom = []corev1.EnvFromSource{{ConfigMapRef: &corev1.ConfigMapEnvSource{LocalObjectReference: corev1.LocalObjectReference{Name: "telemetry"}}}}
		}},
		{"two containers, of which one has an endpoint", func(pod *corev1.Pod) {
			first(pod).Env = []corev1.EnvVar{variable(endpoint, "http://elsewhere:4318")}
			pod.Spec.Containers = append(pod.Spec.Containers, another(pod, "second"))
		}},
		{"64 containers", func(pod *corev1.Pod) {
			for i := range 63 {
				container := another(pod, fmt.Sprintf("more-%d", i))
				if i%3 == 0 {
					container.Env = []corev1.EnvVar{variable(attributes, "team=a")}
				}
				pod.Spec.Containers = append(pod.Spec.Containers, container)
			}
		}},
	}
}

// constructions are the shapes of other containers, volumes and settings.
func constructions() []shape {
	no, yes, always, grace, none := false, true, corev1.ContainerRestartPolicyAlways, int64(5), int64(0)
	quantities := corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("500m"), corev1.ResourceMemory: resource.MustParse("512Mi")}

	return []shape{
		{"one container and nothing else", func(*corev1.Pod) {}},
		{"an init container", func(pod *corev1.Pod) { pod.Spec.InitContainers = []corev1.Container{another(pod, "migrate")} }},
		{"init containers, of which one is a sidecar of others", func(pod *corev1.Pod) {
			mesh := another(pod, "mesh")
			mesh.RestartPolicy, mesh.Env = &always, []corev1.EnvVar{variable("A", "a")}
			pod.Spec.InitContainers = []corev1.Container{another(pod, "setup"), mesh, another(pod, "migrate")}
		}},
		{"volumes", func(pod *corev1.Pod) {
			pod.Spec.Volumes = []corev1.Volume{
				{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
				{Name: "settings", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{LocalObjectReference: corev1.LocalObjectReference{Name: "settings"}}}},
			}
			first(pod).VolumeMounts = []corev1.VolumeMount{{Name: "scratch", MountPath: "/tmp"}}
		}},
		{"a service account's token", func(pod *corev1.Pod) { pod.Spec.AutomountServiceAccountToken = nil }},
		{"ports of the names that the collector has", func(pod *corev1.Pod) {
			first(pod).Ports = []corev1.ContainerPort{{Name: "health", ContainerPort: 8080}, {Name: "metrics", ContainerPort: 8081}}
		}},
		{"ports of the collector's numbers, by another protocol", func(pod *corev1.Pod) {
			first(pod).Ports = []corev1.ContainerPort{{ContainerPort: 4317, Protocol: corev1.ProtocolUDP}, {ContainerPort: 13133, Protocol: corev1.ProtocolSCTP}}
		}},
		{"a port of the collector's number, of an init container that ends", func(pod *corev1.Pod) {
			setup := another(pod, "setup")
			setup.Ports = []corev1.ContainerPort{{ContainerPort: 4317}}
			pod.Spec.InitContainers = []corev1.Container{setup}
		}},
		{"requests that are its limits", func(pod *corev1.Pod) {
			first(pod).Resources = corev1.ResourceRequirements{Requests: quantities, Limits: quantities}
		}},
		{"resources of the Pod as a whole", func(pod *corev1.Pod) {
			pod.Spec.Resources = &corev1.ResourceRequirements{Requests: quantities, Limits: quantities}
		}},
		{"restarts on failure", func(pod *corev1.Pod) { pod.Spec.RestartPolicy = corev1.RestartPolicyOnFailure }},
		{"never restarts, and has a deadline", func(pod *corev1.Pod) {
			pod.Spec.RestartPolicy, pod.Spec.ActiveDeadlineSeconds = corev1.RestartPolicyNever, &grace
		}},
		{"little time to end, and a hook before it", func(pod *corev1.Pod) {
			pod.Spec.TerminationGracePeriodSeconds = &grace
			first(pod).Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: 2}}}
		}},
		{"no time to end", func(pod *corev1.Pod) { pod.Spec.TerminationGracePeriodSeconds = &none }},
		{"Linux by operating system and by node selector", func(pod *corev1.Pod) {
			pod.Spec.OS, pod.Spec.NodeSelector = &corev1.PodOS{Name: corev1.Linux}, map[string]string{"kubernetes.io/os": "linux"}
		}},
		{"not on the node's network, said so", func(pod *corev1.Pod) {
			pod.Spec.HostNetwork, pod.Spec.ShareProcessNamespace, pod.Spec.HostUsers = false, &yes, &no
		}},
		{"held back by a gate", func(pod *corev1.Pod) {
			pod.Spec.SchedulingGates = []corev1.PodSchedulingGate{{Name: "example.com/wait"}}
		}},
	}
}

// descriptions are the shapes of metadata.
func descriptions() []shape {
	return []shape{
		{"labels", func(pod *corev1.Pod) { pod.Labels = map[string]string{"app": "web"} }},
		{"further annotations", func(pod *corev1.Pod) { pod.Annotations["example.com/a.b_c"] = "~/d" }},
		{"asked for by the release's name", func(pod *corev1.Pod) { pod.Annotations[injectKey] = releaseName }},
		{"a generated name", func(pod *corev1.Pod) { pod.Name, pod.GenerateName = "", "application-" }},
		{"what another release once gave it", func(pod *corev1.Pod) {
			pod.Labels = map[string]string{injectedKey: "other"}
			pod.Annotations[hashKey] = "0123456789"
		}},
		{"an owner, and finalizers", func(pod *corev1.Pod) {
			pod.OwnerReferences = []metav1.OwnerReference{{APIVersion: "example.com/v1", Kind: "Batch", Name: "batch", UID: "1"}}
			pod.Finalizers = []string{"example.com/last"}
		}},
	}
}

// The Pod that is stored is the Pod that would be stored without the policy, and what the policy is to give it: no field
// more and none less. The namespace takes nothing but restricted Pods.
func TestSidecarIsAddedAndAllElseStays(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	count := 0
	for group, shapes := range map[string][]shape{"environment": environments(), "construction": constructions(), "metadata": descriptions()} {
		count += len(shapes)
		for _, shape := range shapes {
			t.Run(group+"/"+shape.name, func(t *testing.T) {
				t.Parallel()
				plain := s.unmoved(t, shape.pod())
				require.Nil(t, collectorOf(plain))
				samePod(t, s.given(t, plain), s.admitted(t, shape.pod()))
			})
		}
	}
	t.Logf("%d shapes of Pods", count)
}

package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// unwanted are the shapes of Pods that don't ask for a collector of this release.
func unwanted() []shape {
	annotated := func(name, value string) shape {
		return shape{name, func(pod *corev1.Pod) { pod.Annotations[injectKey] = value }}
	}

	return []shape{
		{"no annotations", func(pod *corev1.Pod) { pod.Annotations = nil }},
		{"other annotations", func(pod *corev1.Pod) { pod.Annotations = map[string]string{"example.com/a": "b"} }},
		{"a label in place of the annotation", func(pod *corev1.Pod) { pod.Labels, pod.Annotations = pod.Annotations, nil }},
		annotated("opted out", "false"),
		annotated("asks for another release's", "other"),
		annotated("says neither true nor false", "True"),
		annotated("says nothing", ""),
	}
}

// unsuited are the shapes of Pods that can't take a collector, or have one.
func unsuited(t *testing.T) []shape {
	t.Helper()

	return []shape{
		{"a container of the collector's name", func(pod *corev1.Pod) { first(pod).Name = "otlp-collector" }},
		{"an init container of the collector's name", func(pod *corev1.Pod) {
			pod.Spec.InitContainers = []corev1.Container{another(pod, "migrate"), another(pod, "otlp-collector")}
		}},
		{"a hook of Helm's", func(pod *corev1.Pod) { pod.Annotations["helm.sh/hook"] = "pre-upgrade" }},
		{"a static Pod", func(pod *corev1.Pod) {
			pod.Annotations["kubernetes.io/config.mirror"], pod.Spec.NodeName = "0123", "node-1"
		}},
		{"Windows by node selector", func(pod *corev1.Pod) { pod.Spec.NodeSelector = map[string]string{"kubernetes.io/os": "windows"} }},
		{"Windows by operating system", func(pod *corev1.Pod) {
			user := "ContainerUser"
			pod.Spec.OS = &corev1.PodOS{Name: corev1.Windows}
			pod.Spec.SecurityContext = &corev1.PodSecurityContext{
				RunAsNonRoot: pod.Spec.SecurityContext.RunAsNonRoot, WindowsOptions: &corev1.WindowsSecurityContextOptions{RunAsUserName: &user},
			}
			first(pod).SecurityContext = nil
		}},
		{"on the node's network", func(pod *corev1.Pod) { pod.Spec.HostNetwork = true }},
		declaring("a port on which the collector takes data", 4317),
		declaring("a port of the collector's probes, behind another", 80, 13133),
		declaring("the port of the collector's own metrics", 8888),
		{"a port of the collector's, of a second container", func(pod *corev1.Pod) {
			second := another(pod, "second")
			second.Ports = []corev1.ContainerPort{{Name: "traces", ContainerPort: 4318, Protocol: corev1.ProtocolTCP}}
			first(pod).Ports, pod.Spec.Containers = []corev1.ContainerPort{{ContainerPort: 80}}, append(pod.Spec.Containers, second)
		}},
		{"a port of the collector's, of a sidecar of others", func(pod *corev1.Pod) {
			always := corev1.ContainerRestartPolicyAlways
			mesh := another(pod, "mesh")
			mesh.RestartPolicy, mesh.Ports = &always, []corev1.ContainerPort{{ContainerPort: 4317}}
			pod.Spec.InitContainers = []corev1.Container{another(pod, "setup"), mesh}
		}},
		{"the chart's own gateway", func(pod *corev1.Pod) { replace(t, pod, "mode: gateway\n") }},
		{"the chart's own agent", func(pod *corev1.Pod) { replace(t, pod, "mode: daemonset\npresets: {logs: {enabled: true}}\n") }},
	}
}

// declaring is a shape whose first container has these ports.
func declaring(name string, numbers ...int32) shape {
	return shape{name, func(pod *corev1.Pod) {
		for _, number := range numbers {
			first(pod).Ports = append(first(pod).Ports, corev1.ContainerPort{ContainerPort: number})
		}
	}}
}

// replace makes it the Pod of a workload that the chart makes of the values.
func replace(t *testing.T, pod *corev1.Pod, values string) {
	t.Helper()
	annotations := pod.Annotations
	require.NoError(t, json.Unmarshal(renderedPod(t, values), pod))
	pod.Annotations = annotations
}

// A Pod is as it would be without the policy.
func TestSidecarSparesPodsThatDoNotAskForItOrCanNotTakeIt(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "privileged")
	shapes := append(unwanted(), unsuited(t)...)
	for _, shape := range shapes {
		t.Run(shape.name, func(t *testing.T) {
			t.Parallel()
			pod := s.admitted(t, shape.pod())
			samePod(t, s.unmoved(t, shape.pod()), pod)
		})
	}
	t.Logf("%d shapes of Pods", len(shapes))
}

func TestSidecarIsNeverInjectedTwice(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	once := s.admitted(t, application("true"))
	again := once.DeepCopy()
	again.UID, again.ResourceVersion, again.CreationTimestamp = "", "", metav1.Time{}
	samePod(t, once, s.admitted(t, again))
	t.Log("1 shape of Pods")
}

// What the collector keeps its queue in would be a second volume of the name, which the API server refuses.
func TestSidecarSparesAPodWithAVolumeOfTheName(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted", "--set", "config.extensions.file_storage.directory=/var/lib/otelcol/queue")
	admitted := s.admitted(t, application("true"))
	require.Len(t, admitted.Spec.Volumes, 1)
	pod := application("true")
	pod.Spec.Volumes = []corev1.Volume{{Name: admitted.Spec.Volumes[0].Name, VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}}}
	samePod(t, s.unmoved(t, pod), s.admitted(t, pod))
	pod.Spec.Volumes[0].Name = "another"
	require.NotNil(t, collectorOf(s.admitted(t, pod)))
	t.Log("2 shapes of Pods")
}

// The label of the namespace speaks for Pods that say nothing themselves.
func TestSidecarIsInjectedByTheNamespacesLabelUnlessThePodSaysOtherwise(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	silent := shape{"says nothing", func(pod *corev1.Pod) { pod.Annotations = nil }}
	for _, label := range []string{"true", releaseName, "false", "other"} {
		wanted := label == "true" || label == releaseName
		s.label(t, label)
		cluster.Eventually(t, func(ctx context.Context) error {
			pod, err := s.try(ctx, silent.pod())
			if err == nil && (collectorOf(pod) != nil) != wanted {
				err = fmt.Errorf("the namespace's label %s is not heeded", label)
			}

			return err
		})
		if wanted {
			samePod(t, s.given(t, s.unmoved(t, silent.pod())), s.admitted(t, silent.pod()))
		}
		assert.NotNil(t, collectorOf(s.admitted(t, application("true"))), "label %s", label)
		assert.Nil(t, collectorOf(s.admitted(t, application("false"))), "label %s", label)
		assert.Nil(t, collectorOf(s.admitted(t, application("other"))), "label %s", label)
	}
	t.Log("16 pairs of a label and an annotation")
}

func (s sidecarRelease) label(t *testing.T, value string) {
	t.Helper()
	patch := fmt.Appendf(nil, `{"metadata":{"labels":{%q:%q}}}`, injectKey, value)
	_, err := shared.Client.CoreV1().Namespaces().Patch(t.Context(), s.pods, types.MergePatchType, patch, metav1.PatchOptions{})
	require.NoError(t, err)
}

// A value lets Pods on the node's network have one. Its ports are then the node's.
func TestSidecarIsInjectedOnTheNodesNetworkWhereTheValueAllowsIt(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "privileged", "--set", "sidecar.hostNetwork=true")
	pod := application("true")
	pod.Spec.HostNetwork = true
	samePod(t, s.given(t, s.unmoved(t, pod)), s.admitted(t, pod))
	t.Log("1 shape of Pods")
}

// What happens to a Pod later is nothing of the policy's.
func TestSidecarsPodTakesChangesAsOthersDo(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	pods := shared.Client.CoreV1().Pods(s.pods)
	created, err := pods.Create(t.Context(), application("true"), metav1.CreateOptions{})
	require.NoError(t, err)
	silent := application("")
	silent.Name = "silent"
	without, err := pods.Create(t.Context(), silent, metav1.CreateOptions{})
	require.NoError(t, err)

	for _, pod := range []*corev1.Pod{created, without} {
		debugged := pod.DeepCopy()
		debugger := another(pod, "debugger")
		debugged.Spec.EphemeralContainers = []corev1.EphemeralContainer{{EphemeralContainerCommon: corev1.EphemeralContainerCommon(debugger)}}
		debugged, err = pods.UpdateEphemeralContainers(t.Context(), pod.Name, debugged, metav1.UpdateOptions{})
		require.NoError(t, err)
		require.Len(t, debugged.Spec.EphemeralContainers, 1)
		assert.Empty(t, debugged.Spec.EphemeralContainers[0].Env)
		debugged.Spec.EphemeralContainers = nil
		assert.Equal(t, pod.Spec, debugged.Spec)

		patch := []byte(`{"metadata":{"labels":{"a":"b"},"annotations":{"` + injectKey + `":"true"}}}`)
		labelled, err := pods.Patch(t.Context(), pod.Name, types.MergePatchType, patch, metav1.PatchOptions{})
		require.NoError(t, err)
		labelled.Spec.EphemeralContainers = nil
		assert.Equal(t, pod.Spec, labelled.Spec, "a Pod that is there gets no collector")
	}
	t.Log("2 Pods, 2 changes each")
}

// Of two releases that a Pod may ask for, one gives it a collector.
func TestSidecarsOfTwoReleasesAreOneInAPod(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	second := shared.Namespace(t, "")
	const name = "second"
	helm := func(args ...string) {
		_, _, err := shared.Helm(t, 4, append(args, "--namespace", second)...)
		require.NoError(t, err)
	}
	helm("install", name, chartFolder, "--values", s.scenario.file)
	t.Cleanup(func() { helm("uninstall", name) })
	s.waitInjected(application(name))

	for _, ask := range []string{name, releaseName} {
		pod := s.admitted(t, application(ask))
		assert.Equal(t, ask, pod.Labels[injectedKey], "each gives its own")
		assert.Len(t, pod.Spec.InitContainers, 1)
	}
	pod := s.admitted(t, application("true"))
	require.Contains(t, []string{name, releaseName}, pod.Labels[injectedKey])
	assert.Len(t, pod.Spec.InitContainers, 1, "both are asked for")
	assert.Len(t, first(pod).Env, len(variablesFor(&corev1.Container{})))
	require.NoError(t, s.uninstall())
	cluster.Eventually(t, func(ctx context.Context) error {
		pod, err := s.try(ctx, application("true"))
		if err == nil && (collectorOf(pod) == nil || pod.Labels[injectedKey] != name) {
			err = errors.New("the release that is left is to give it")
		}

		return err
	})
	t.Log("2 releases")
}

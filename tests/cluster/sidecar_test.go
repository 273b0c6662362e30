package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

const (
	injectKey = "sidecar.opentelemetry.io/inject"
	// sidecarValues confine a policy to one namespace, since those of other tests are in the cluster too. The config has
	// what the kubelet would expand.
	sidecarValues = `
mode: sidecar
sidecar:
  failurePolicy: Fail
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
config:
  processors:
    attributes:
      actions: [{key: price, value: "$$1 $$$$2 $(POD_IP)", action: upsert}]
`
)

// A sidecarRelease is a release whose policy is in force in the namespace of Pods.
type sidecarRelease struct {
	release
	scenario scenario
	pods     string
}

func newSidecar(t *testing.T, level string, args ...string) sidecarRelease {
	t.Helper()

	s := sidecarRelease{release: newRelease(t, 4), pods: shared.Namespace(t, level)}
	s.scenario = scenario{name: "sidecar", file: filepath.Join(t.TempDir(), "values.yaml")}
	require.NoError(t, os.WriteFile(s.scenario.file, fmt.Appendf(nil, sidecarValues, s.pods), 0o600))
	require.NoError(t, s.install(s.scenario, args...))
	t.Cleanup(func() { _ = s.uninstall() })
	cluster.Eventually(t, func(ctx context.Context) error {
		pod, err := s.try(ctx, application("true"))
		if err == nil && collectorOf(pod) == nil {
			err = errors.New("the policy injects nothing")
		}

		return err
	})

	return s
}

// try sends the Pod as kubectl does with --dry-run=server, and returns it as it would be stored.
func (s sidecarRelease) try(ctx context.Context, pod *corev1.Pod) (*corev1.Pod, error) {
	return shared.Client.CoreV1().Pods(s.pods).Create(ctx, pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
}

func (s sidecarRelease) admitted(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	stored, err := s.try(t.Context(), pod)
	require.NoError(t, err)

	return stored
}

// application is a Pod that a restricted namespace takes, with the annotation unless it is empty.
func application(inject string) *corev1.Pod {
	no, yes := false, true
	uid := int64(1000)
	pod := &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "application"},
		Spec: corev1.PodSpec{
			SecurityContext: &corev1.PodSecurityContext{
				RunAsNonRoot: &yes, RunAsUser: &uid, SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
			},
			Containers: []corev1.Container{{
				Name: "web", Image: "example.invalid/web",
				SecurityContext: &corev1.SecurityContext{
					AllowPrivilegeEscalation: &no, Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
				},
			}},
		},
	}
	if inject != "" {
		pod.Annotations = map[string]string{injectKey: inject}
	}

	return pod
}

// collectorOf returns the injected container.
func collectorOf(pod *corev1.Pod) *corev1.Container {
	for i := range pod.Spec.InitContainers {
		if pod.Spec.InitContainers[i].Name == "otlp-collector" {
			return &pod.Spec.InitContainers[i]
		}
	}

	return nil
}

func valueOf(container *corev1.Container, name string) string {
	for _, variable := range container.Env {
		if variable.Name == name {
			return variable.Value
		}
	}

	return ""
}

func TestSidecarIsInjectedWhereAskedForAndNowhereElse(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	injected := s.admitted(t, application("true"))
	cases := []struct {
		name     string
		pod      func() *corev1.Pod
		injected bool
	}{
		{"annotation true", func() *corev1.Pod { return application("true") }, true},
		{"annotation with the release's name", func() *corev1.Pod { return application(releaseName) }, true},
		{"annotation with another release's name", func() *corev1.Pod { return application("other") }, false},
		{"opted out", func() *corev1.Pod { return application("false") }, false},
		{"not asked for", func() *corev1.Pod { return application("") }, false},
		{"has a collector already", func() *corev1.Pod {
			pod := application("true")
			pod.Spec.Containers[0].Name = "otlp-collector"

			return pod
		}, false},
		{"has an injected collector already", func() *corev1.Pod {
			injected.ObjectMeta = metav1.ObjectMeta{Name: "again", Annotations: injected.Annotations}

			return injected
		}, true},
		{"hook of Helm", func() *corev1.Pod {
			pod := application("true")
			pod.Annotations["helm.sh/hook"] = "test"

			return pod
		}, false},
	}
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pod := s.admitted(t, test.pod())
			count := 0
			for _, container := range pod.Spec.InitContainers {
				if container.Name == "otlp-collector" {
					count++
				}
			}
			assert.Equal(t, test.injected, count == 1, "collectors among the init containers: %d", count)
			assert.LessOrEqual(t, count, 1, "never twice")
		})
	}
	t.Logf("%d kinds of Pods", len(cases))
}

func TestSidecarIsNotInjectedIntoPodsOnTheNodesNetwork(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "privileged")
	pod := application("true")
	pod.Spec.HostNetwork = true
	assert.Nil(t, collectorOf(s.admitted(t, pod)))
	t.Log("1 kind of Pod")
}

func TestSidecarIsInjectedByTheNamespacesLabelUnlessThePodOptsOut(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "")
	_, err := shared.Apply(t.Context(), "", fmt.Appendf(nil,
		"apiVersion: v1\nkind: Namespace\nmetadata: {name: %s, labels: {%s: 'true'}}\n", s.pods, injectKey))
	require.NoError(t, err)
	cluster.Eventually(t, func(ctx context.Context) error {
		pod, err := s.try(ctx, application(""))
		if err == nil && collectorOf(pod) == nil {
			err = errors.New("the namespace's label is not heeded")
		}

		return err
	})
	assert.Nil(t, collectorOf(s.admitted(t, application("false"))), "the Pod's annotation goes before the namespace's label")
	t.Log("2 kinds of Pods")
}

func TestSidecarStartsBeforeTheApplicationAndCarriesTheConfig(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	pod := application("true")
	pod.Spec.Containers[0].Env = []corev1.EnvVar{{Name: "OTEL_EXPORTER_OTLP_ENDPOINT", Value: "http://elsewhere:4318"}}
	second := *pod.Spec.Containers[0].DeepCopy()
	second.Name, second.Env = "second", nil
	pod.Spec.Containers = append(pod.Spec.Containers, second)
	migrate := *second.DeepCopy()
	migrate.Name = "migrate"
	pod.Spec.InitContainers = []corev1.Container{migrate}
	pod = s.admitted(t, pod)

	require.Len(t, pod.Spec.InitContainers, 2)
	collector := &pod.Spec.InitContainers[0]
	require.Equal(t, "otlp-collector", collector.Name, "it is the first, so that others can send")
	require.NotNil(t, collector.RestartPolicy)
	assert.Equal(t, corev1.ContainerRestartPolicyAlways, *collector.RestartPolicy)
	assert.Equal(t, releaseName, pod.Labels["sidecar.opentelemetry.io/injected"])

	travels := valueOf(collector, "OTELCOL_CONFIG")
	stored, err := shared.Client.CoreV1().ConfigMaps(s.namespace).Get(t.Context(), s.fullname(), metav1.GetOptions{})
	require.NoError(t, err)
	config := stored.Data["config.yaml"]
	require.Contains(t, config, "$$1 $$$$2 $(POD_IP)")
	assert.Equal(t, strings.ReplaceAll(config, "$", "$$"), travels, "every $ is doubled")
	assert.Equal(t, config, strings.ReplaceAll(travels, "$$", "$"), "the kubelet gives it back")

	first, other := &pod.Spec.Containers[0], &pod.Spec.Containers[1]
	assert.Equal(t, "http://elsewhere:4318", valueOf(first, "OTEL_EXPORTER_OTLP_ENDPOINT"), "what the application sets stays")
	assert.Equal(t, "http://localhost:4318", valueOf(other, "OTEL_EXPORTER_OTLP_ENDPOINT"))
	for _, container := range []*corev1.Container{first, other} {
		assert.Contains(t, valueOf(container, "OTEL_RESOURCE_ATTRIBUTES"), "k8s.pod.name=$(OTEL_RESOURCE_ATTRIBUTES_POD_NAME)")
	}
	t.Log("1 Pod of 2 containers and an init container")
}

func TestSidecarsConfigChangeReachesNewPodsOnly(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	pods := shared.Client.CoreV1().Pods(s.pods)
	running := application("true")
	running.Name = "running"
	old, err := pods.Create(t.Context(), running, metav1.CreateOptions{})
	require.NoError(t, err)
	policies := s.managed(t.Context())

	require.NoError(t, s.upgrade(s.scenario, anotherConfig...))
	cluster.Eventually(t, func(ctx context.Context) error {
		pod, err := s.try(ctx, application("true"))
		if err == nil && !strings.Contains(valueOf(collectorOf(pod), "OTELCOL_CONFIG"), "disable_caller: true") {
			err = errors.New("new Pods still get the old config")
		}

		return err
	})
	now, err := pods.Get(t.Context(), old.Name, metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, old.Spec, now.Spec, "a Pod that runs stays as it is")
	assert.Empty(t, cluster.Changed(policies, s.managed(t.Context())), "the policy stays")
	t.Log("1 change")
}

func TestSidecarWithoutItsConfigAllowsOrDeniesAsTheValuesSay(t *testing.T) {
	t.Parallel()
	for action, denied := range map[string]bool{"Allow": false, "Deny": true} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			s := newSidecar(t, "", "--set", "sidecar.parameterNotFoundAction="+action)
			require.NoError(t, shared.Client.CoreV1().ConfigMaps(s.namespace).Delete(t.Context(), s.fullname(), metav1.DeleteOptions{}))
			cluster.Eventually(t, func(ctx context.Context) error {
				pod, err := s.try(ctx, application("true"))
				switch {
				case (err != nil) != denied:
					return fmt.Errorf("%s: the server answers %w", action, err)
				case !denied && collectorOf(pod) != nil:
					return errors.New("a collector without config is injected")
				case denied && !strings.Contains(err.Error(), s.namespace):
					return fmt.Errorf("the refusal names no policy: %w", err)
				}

				return nil
			})
		})
	}
	t.Log("2 settings")
}

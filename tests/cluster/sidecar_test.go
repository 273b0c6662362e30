package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

const (
	injectKey   = "sidecar.opentelemetry.io/inject"
	injectedKey = "sidecar.opentelemetry.io/injected"
	hashKey     = "sidecar.opentelemetry.io/config-hash"
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
      actions:
        - {key: price, value: "$$1 $$$$2 $(POD_IP)", action: upsert}
        - {key: team, value: "${env:TEAM} $", action: upsert}
`
)

// A sidecarRelease is a release whose policy is in force in the namespace of Pods.
type sidecarRelease struct {
	release
	scenario scenario
	pods     string
	// plain is a namespace like that of Pods, where no policy is in force.
	plain string
}

// newSidecar installs the chart with further arguments, in the way of the harness, and waits for the policy.
func newSidecar(t *testing.T, level string, args ...string) sidecarRelease {
	t.Helper()

	s := sidecarRelease{release: newRelease(t, 4), pods: shared.Namespace(t, level), plain: shared.Namespace(t, level)}
	s.scenario = scenario{name: "sidecar", file: shared.ValuesFile(t, fmt.Sprintf(sidecarValues, s.pods))}
	require.NoError(t, s.install(s.scenario, args...))
	t.Cleanup(func() { _ = s.uninstall() })
	s.waitInjected(application("true"))

	return s
}

// waitInjected waits until the policy is in force for the Pod, which takes a moment.
func (s sidecarRelease) waitInjected(pod *corev1.Pod) {
	s.t.Helper()
	cluster.Eventually(s.t, func(ctx context.Context) error {
		admitted, err := s.try(ctx, pod)
		if err == nil && collectorOf(admitted) == nil {
			err = errors.New("the policy injects nothing")
		}

		return err
	})
}

// try sends the Pod as kubectl does with --dry-run=server, and returns it as it would be stored.
func (s sidecarRelease) try(ctx context.Context, pod *corev1.Pod) (*corev1.Pod, error) {
	return s.tryIn(ctx, s.pods, pod)
}

func (s sidecarRelease) tryIn(ctx context.Context, namespace string, pod *corev1.Pod) (*corev1.Pod, error) {
	return shared.Client.CoreV1().Pods(namespace).Create(ctx, pod, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
}

func (s sidecarRelease) admitted(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	stored, err := s.try(t.Context(), pod)
	require.NoError(t, err)

	return stored
}

// unmoved is the Pod as it is stored where no policy is in force.
func (s sidecarRelease) unmoved(t *testing.T, pod *corev1.Pod) *corev1.Pod {
	t.Helper()
	stored, err := s.tryIn(t.Context(), s.plain, pod)
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
			AutomountServiceAccountToken: &no,
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

// A Pod says which config it has, so that one which is out of date can be found.
func TestSidecarsConfigChangeReachesNewPodsOnly(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted")
	pods := shared.Client.CoreV1().Pods(s.pods)
	running := application("true")
	running.Name = "running"
	old, err := pods.Create(t.Context(), running, metav1.CreateOptions{})
	require.NoError(t, err)
	assert.Equal(t, s.hash(t), old.Annotations[hashKey])
	policies := s.managed(t.Context())

	require.NoError(t, s.upgrade(s.scenario, anotherConfig...))
	cluster.Eventually(t, func(ctx context.Context) error {
		pod, err := s.try(ctx, application("true"))
		if err == nil && !strings.Contains(valueOf(collectorOf(pod), "OTELCOL_CONFIG"), "disable_caller: true") {
			err = errors.New("new Pods still get the old config")
		}

		return err
	})
	assert.Equal(t, s.hash(t), s.admitted(t, application("true")).Annotations[hashKey])
	now, err := pods.Get(t.Context(), old.Name, metav1.GetOptions{})
	require.NoError(t, err)
	assert.Equal(t, old.Spec, now.Spec, "a Pod that runs stays as it is")
	assert.NotEqual(t, s.hash(t), now.Annotations[hashKey], "it says that it has another config")
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

// Kubernetes looks for the config before it asks whom the policy spares.
func TestSidecarsMissingConfigStopsAllPodsWhereThatIsAskedFor(t *testing.T) {
	t.Parallel()
	s := newSidecar(t, "restricted", "--set", "sidecar.parameterNotFoundAction=Deny")
	silent := application("")
	s.admitted(t, silent)
	require.NoError(t, shared.Client.CoreV1().ConfigMaps(s.namespace).Delete(t.Context(), s.fullname(), metav1.DeleteOptions{}))
	for _, pod := range []*corev1.Pod{application("true"), silent} {
		cluster.Eventually(t, func(ctx context.Context) error {
			if _, err := s.try(ctx, pod); err == nil {
				return errors.New("the Pod is taken")
			}

			return nil
		})
		_, err := s.try(t.Context(), pod)
		require.ErrorContains(t, err, "no params found")
	}
	s.unmoved(t, silent)
	t.Log("2 Pods")
}

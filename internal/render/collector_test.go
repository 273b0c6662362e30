package render_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// embedded is this project's chart, rendered with arguments of --set.
func embedded(t *testing.T, set ...string) (*render.Rendering, error) {
	t.Helper()
	chart, err := render.Embedded()
	require.NoError(t, err)
	stack, err := render.ReadStack(t.Context(), render.Arguments{Set: set}, nil)
	require.NoError(t, err)

	return chart.Render(t.Context(), stack, render.Release{Name: "a", Namespace: "b"})
}

// object decodes what a template rendered to; false where that is nothing.
func object(t *testing.T, r *render.Rendering, template string, into any) bool {
	t.Helper()
	for _, m := range r.Manifests {
		if strings.HasSuffix(m.File, "/templates/"+template) {
			require.NoError(t, yaml.UnmarshalStrict(m.Data, into))

			return true
		}
	}

	return false
}

func TestTheTestPodMayReachACollectorThatAdmitsFew(t *testing.T) {
	t.Parallel()
	const few = "networkPolicy.from[0].podSelector.matchLabels.app=mine"
	r, err := embedded(t, few, "commonLabels.app\\.kubernetes\\.io/component=mine", "test.extraArgs={--otlp-insecure=false}")
	require.NoError(t, err)
	var pod corev1.Pod
	require.True(t, object(t, r, "tests/send.yaml", &pod))
	args := pod.Spec.Containers[0].Args
	assert.Equal(t, "--otlp-insecure=false", args[len(args)-1], "the last of a flag holds")
	assert.True(t, admits(t, r, pod.Labels))
	assert.True(t, admits(t, r, map[string]string{"app": "mine"}))
	assert.False(t, admits(t, r, map[string]string{"app": "other"}))

	for _, without := range []string{"test.enabled=false", "service.enabled=false", "test.port=none"} {
		r, err = embedded(t, few, without)
		require.NoError(t, err)
		assert.False(t, object(t, r, "tests/send.yaml", &corev1.Pod{}), without)
		assert.False(t, admits(t, r, pod.Labels), "%s: a Pod that is not there is not admitted", without)
	}
}

// admits tells whether the NetworkPolicy lets Pods with the labels send data.
func admits(t *testing.T, r *render.Rendering, of map[string]string) bool {
	t.Helper()
	var policy networkingv1.NetworkPolicy
	require.True(t, object(t, r, "networkpolicy.yaml", &policy))
	for _, peer := range policy.Spec.Ingress[0].From {
		selector, err := metav1.LabelSelectorAsSelector(peer.PodSelector)
		require.NoError(t, err)
		if selector.Matches(labels.Set(of)) {
			return true
		}
	}

	return false
}

func TestTheTestPodSendsWhatTelemetrygenTellsTheLossOf(t *testing.T) {
	t.Parallel()
	events := []string{
		"presets.kubernetesEvents.enabled=true", "exactPipelines.logs=true",
		"config.service.pipelines.logs.receivers={k8s_events}", "config.service.pipelines.logs.exporters={debug}", "config.exporters.debug.verbosity=basic",
	}
	for _, test := range []struct {
		sends string
		set   []string
	}{
		{"logs", nil},
		{"metrics", []string{"without.pipelines.logs=true"}},
		{"metrics", events},
		{"traces", []string{"without.pipelines.logs=true", "without.pipelines.metrics=true"}},
	} {
		r, err := embedded(t, test.set...)
		require.NoError(t, err)
		var pod corev1.Pod
		require.True(t, object(t, r, "tests/send.yaml", &pod))
		args := pod.Spec.Containers[0].Args
		assert.Equal(t, test.sends, args[0], test.set)
		assert.Contains(t, args, "--"+test.sends+"=10")
	}
}

func TestRestrictedEgressReachesThePlatformsDNS(t *testing.T) {
	t.Parallel()
	for platform, want := range map[string][]int{"": {53, 53}, "openshift": {53, 53, 5353, 5353}} {
		r, err := embedded(t, "networkPolicy.egress.enabled=true", "compat="+platform)
		require.NoError(t, err)
		var policy networkingv1.NetworkPolicy
		require.True(t, object(t, r, "networkpolicy.yaml", &policy))
		var ports []int
		for _, rule := range policy.Spec.Egress {
			for _, port := range rule.Ports {
				ports = append(ports, port.Port.IntValue())
			}
		}
		assert.Equal(t, want, ports, platform)
	}
}

func TestTheNotesWarnOfAnImageThatIsOnAnotherRegistry(t *testing.T) {
	t.Parallel()
	const repository = "image.repository=otel/opentelemetry-collector-contrib"
	for warns, set := range map[bool][]string{true: {repository}, false: {repository, "image.registry=docker.io"}} {
		r, err := embedded(t, set...)
		require.NoError(t, err)
		assert.Equal(t, warns, strings.Contains(r.Notes, "otel/ is on Docker Hub"), r.Notes)
	}
}

func TestPlainHelmNamesATemplateOfItsOwnForARefusal(t *testing.T) {
	t.Parallel()
	_, err := embedded(t, "presets.logs.enabled=true")
	var refused *render.ValuesError
	require.ErrorAs(t, err, &refused)
	assert.Regexp(t, `^execution error at \(otlp-collector/templates/values/check\.yaml:[0-9:]+\): \npresets\.logs reads`, refused.Err.Error())
}

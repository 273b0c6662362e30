package deployment

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

func TestWhatIsQueuedIsReadFromTheCollectorsOwnMetrics(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ metrics, want string }{
		"empty":             {`otelcol_exporter_queue_size{exporter="otlp_grpc"} 0`, ""},
		"one of two is not": {"otelcol_exporter_queue_size{exporter=\"a\"} 0\notelcol_exporter_queue_size{exporter=\"b\"} 12", "Pod p has 12 in the queue of b"},
		"of two signals":    {"otelcol_exporter_queue_size{exporter=\"a\",data_type=\"logs\"} 1\notelcol_exporter_queue_size{exporter=\"a\",data_type=\"traces\"} 2", "Pod p has 3 in the queue of a"},
		"with a unit":       {`otelcol_exporter_queue_size__batches_{exporter="a"} 7`, "Pod p has 7 in the queue of a"},
		"not told":          {`otelcol_exporter_queue_capacity{exporter="a"} 1000`, "Pod p does not say what its queues hold: it has no metric otelcol_exporter_queue_size"},
		"no number":         {`otelcol_exporter_queue_size{exporter="a"} NaN`, "Pod p does not say what its queues hold: it has no metric otelcol_exporter_queue_size"},
		"nothing":           {"", "Pod p does not say what its queues hold: it has no metric otelcol_exporter_queue_size"},
	} {
		assert.Equal(t, c.want, (&scrape{samples: parse(c.metrics)}).queued("p"), name)
	}
}

func TestABudgetIsTheLeastThatAGatewayIsScaledTo(t *testing.T) {
	budget := policyv1.PodDisruptionBudget{ObjectMeta: metav1.ObjectMeta{Name: "b"}, Spec: policyv1.PodDisruptionBudgetSpec{
		Selector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "otel"}}, MinAvailable: new(intstr.FromInt32(3)),
	}}
	share := *budget.DeepCopy()
	share.Spec.MinAvailable = new(intstr.FromString("50%"))
	others := *budget.DeepCopy()
	others.Spec.Selector.MatchLabels = map[string]string{"app": "else"}
	for name, c := range map[string]struct {
		budget        policyv1.PodDisruptionBudget
		to            int
		refused, note string
	}{
		"below it":       {budget, 2, "the PodDisruptionBudget b wants 3 Pods available", ""},
		"as many":        {budget, 3, "", "the PodDisruptionBudget b wants all 3 available"},
		"above it":       {budget, 4, "", ""},
		"a share":        {share, 1, "", ""},
		"that of others": {others, 1, "", ""},
	} {
		a := &fakeAPI{answers: map[string]any{"/apis/policy/v1/namespaces/ns/poddisruptionbudgets": policyv1.PodDisruptionBudgetList{
			TypeMeta: metav1.TypeMeta{Kind: "PodDisruptionBudgetList", APIVersion: "policy/v1"}, Items: []policyv1.PodDisruptionBudget{c.budget},
		}}}
		scaling := &Scaling{To: c.to}
		err := a.cluster(t).budget(t.Context(), rollout{name: "web", namespace: "ns", template: corev1.PodTemplateSpec{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{"app": "otel"}}}}, scaling)
		if c.refused == "" {
			require.NoError(t, err, name)
		} else {
			require.ErrorContains(t, err, c.refused, name)
		}
		if c.note == "" {
			assert.Empty(t, scaling.Notes, name)
		} else {
			require.Len(t, scaling.Notes, 1, name)
			assert.Contains(t, scaling.Notes[0], c.note, name)
		}
	}
}

func TestWhatIsReadIsToldForItsSecrets(t *testing.T) {
	a := &fakeAPI{}
	a.keep(t, kept(t, 1, map[string]any{"env": "x"}, gatewayManifest))
	c := a.cluster(t)
	var told []map[string]any
	c.Told = func(values map[string]any, manifest string) {
		told = append(told, values)
		assert.Equal(t, gatewayManifest, manifest)
	}
	for range 2 {
		_, err := c.record(t.Context(), "rel")
		require.NoError(t, err)
	}
	assert.Equal(t, []map[string]any{{"env": "x"}}, told, "a revision is told once")
}

func TestAMeterForgetsPodsThatAreGone(t *testing.T) {
	a := gateway(t)
	there := pod("there", func(p *corev1.Pod) { p.Namespace = "ns" })
	a.answers["/api/v1/namespaces/ns/pods"] = corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}, Items: []corev1.Pod{there}}
	meter := a.cluster(t).Meter("rel", 0)
	meter.last = map[string]*scrape{"ns/there": {}, "ns/gone": {}}
	_, err := meter.Read(t.Context())
	require.NoError(t, err)
	assert.Equal(t, map[string]*scrape{"ns/there": {}}, meter.last)
}

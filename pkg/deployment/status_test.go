package deployment

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

func TestOnlyWhatWasSaidSinceTheLastChangeTellsWhyThereAreNoPods(t *testing.T) {
	at := metav1.NewTime(clock)
	set := &appsv1.DaemonSet{ObjectMeta: metav1.ObjectMeta{
		CreationTimestamp: metav1.NewTime(clock.Add(-time.Hour)),
		ManagedFields: []metav1.ManagedFieldsEntry{
			{Manager: "helm", Time: &at}, {Manager: "kube-controller-manager", Subresource: "status", Time: new(metav1.NewTime(clock.Add(time.Hour)))},
		},
	}}
	for name, row := range map[string]struct {
		last time.Time
		want string
	}{
		"before": {clock.Add(-time.Second), ""},
		"since":  {clock, "FailedCreate: exceeded quota"},
	} {
		a := &fakeAPI{answers: map[string]any{"/api/v1/namespaces/ns/events": corev1.EventList{
			TypeMeta: metav1.TypeMeta{Kind: "EventList", APIVersion: "v1"},
			Items:    []corev1.Event{{Reason: "FailedCreate", Message: "exceeded quota", LastTimestamp: metav1.NewTime(row.last)}},
		}}}
		owned := owned{named: named{"ns", "a"}, kind: "DaemonSet"}
		assert.Equal(t, row.want, a.cluster(t).whyNoPods(t.Context(), owned, ofDaemonSet(set).changed), name)
	}
}

// gateway is a release of one Deployment that is ready.
func gateway(t *testing.T) *fakeAPI {
	t.Helper()
	a := &fakeAPI{}
	a.keep(t, kept(t, 1, nil, gatewayManifest))
	live := deploymentObject()
	live.Name, live.Namespace, live.Spec.Selector = "rel-otlp-collector", "ns", &metav1.LabelSelector{MatchLabels: map[string]string{"a": "b"}}
	a.answers["/apis/apps/v1/namespaces/ns/deployments/rel-otlp-collector"] = live
	a.answers["/api/v1/namespaces/ns/pods"] = corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}}

	return a
}

func TestAWaitGoesOnThroughFailuresThatPass(t *testing.T) {
	a := gateway(t)
	a.failing = []int{http.StatusServiceUnavailable, http.StatusTooManyRequests}
	status, err := a.cluster(t).WaitUntilReady(t.Context(), "rel", nil)
	require.NoError(t, err)
	assert.Equal(t, Ready, status.State)

	a.failing = []int{http.StatusForbidden}
	_, err = a.cluster(t).WaitUntilReady(t.Context(), "rel", nil)
	require.Error(t, err)
	assert.False(t, transient(err), "%v", err)

	// A cluster that nobody answers for is told when the caller's time is over.
	nobody, err := Connect(Access{Env: func(name string) string {
		return map[string]string{"HELM_KUBEAPISERVER": "http://127.0.0.1:1", "KUBECONFIG": "/none"}[name]
	}})
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = nobody.WaitUntilReady(ctx, "rel", nil)
	require.ErrorIs(t, err, ErrNotReady)
	assert.ErrorContains(t, err, "connection refused")
}

func TestATimeoutOfOneRequestIsNotTheCallers(t *testing.T) {
	t.Parallel()
	assert.True(t, transient(context.DeadlineExceeded))
	assert.True(t, transient(apierrors.NewInternalError(assert.AnError)))
	assert.False(t, transient(assert.AnError))
}

const sidecarManifest = `---
apiVersion: v1
kind: ConfigMap
metadata: {name: rel-otlp-collector, labels: {helm-otlp.github.io/config: rel-otlp-collector}}
`

func TestPodsThatAreOverSayNothingOfARelease(t *testing.T) {
	a := &fakeAPI{}
	a.keep(t, kept(t, 1, nil, sidecarManifest))
	a.answers["/api/v1/namespaces/ns/configmaps/rel-otlp-collector"] = corev1.ConfigMap{
		TypeMeta:   metav1.TypeMeta{Kind: "ConfigMap", APIVersion: "v1"},
		ObjectMeta: metav1.ObjectMeta{Annotations: map[string]string{"helm-otlp.github.io/config-hash": "new"}},
	}
	list := corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}}
	for name, phase := range map[string]corev1.PodPhase{"runs": corev1.PodRunning, "done": corev1.PodSucceeded, "evicted": corev1.PodFailed} {
		list.Items = append(list.Items, pod(name, func(p *corev1.Pod) {
			p.Labels, p.Annotations = map[string]string{diagnose.InjectedLabel: "rel"}, map[string]string{injectedHash: "old"}
			p.Status.Phase = phase
			p.Status.ContainerStatuses[0].Started = new(true)
		}))
	}
	going := *list.Items[0].DeepCopy()
	going.Name, going.Status.Phase, going.DeletionTimestamp = "terminates", corev1.PodRunning, new(metav1.Now())
	list.Items = append(list.Items, going)
	a.answers["/api/v1/pods"] = list
	a.answers["/api/v1/configmaps"] = corev1.ConfigMapList{TypeMeta: metav1.TypeMeta{Kind: "ConfigMapList", APIVersion: "v1"}}
	c := a.cluster(t)
	status, err := c.Status(t.Context(), "rel")
	require.NoError(t, err)
	require.Len(t, status.Sidecars.Pods, 2)
	assert.Equal(t, []any{"runs", 2, 1, Ready}, []any{status.Sidecars.Pods[0].Name, status.Sidecars.Ready, status.Sidecars.OutOfDate, status.State})
	report, err := c.HealthCheck(t.Context(), "rel")
	require.NoError(t, err)
	assert.Len(t, report.Pods, 2)
}

func TestSidecarsOfAReleaseOfTheSameNameAreNotCounted(t *testing.T) {
	a := &fakeAPI{}
	a.keep(t, kept(t, 1, nil, sidecarManifest))
	configMap := func(namespace, hash string) corev1.ConfigMap {
		return corev1.ConfigMap{
			TypeMeta:   metav1.TypeMeta{Kind: "ConfigMap", APIVersion: "v1"},
			ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Annotations: map[string]string{"helm-otlp.github.io/config-hash": hash}},
		}
	}
	a.answers["/api/v1/namespaces/ns/configmaps/rel-otlp-collector"] = configMap("ns", "ours")
	list := corev1.PodList{TypeMeta: metav1.TypeMeta{Kind: "PodList", APIVersion: "v1"}}
	for _, hash := range []string{"ours", "theirs", "older"} {
		list.Items = append(list.Items, pod(hash, func(p *corev1.Pod) {
			p.Labels, p.Annotations = map[string]string{diagnose.InjectedLabel: "rel"}, map[string]string{injectedHash: hash}
		}))
	}
	a.answers["/api/v1/pods"] = list
	names := func(others ...corev1.ConfigMap) (pods, notes []string) {
		a.answers["/api/v1/configmaps"] = corev1.ConfigMapList{TypeMeta: metav1.TypeMeta{Kind: "ConfigMapList", APIVersion: "v1"}, Items: others}
		status, err := a.cluster(t).Status(t.Context(), "rel")
		require.NoError(t, err)
		for _, pod := range status.Sidecars.Pods {
			pods = append(pods, pod.Name)
		}
		return pods, status.Notes
	}
	pods, notes := names(configMap("ns", "ours"))
	assert.ElementsMatch(t, []string{"ours", "theirs", "older"}, pods)
	assert.Empty(t, notes)
	pods, notes = names(configMap("ns", "ours"), configMap("other", "theirs"))
	assert.ElementsMatch(t, []string{"ours", "older"}, pods)
	require.Len(t, notes, 1)
	assert.Contains(t, notes[0], "a release rel has sidecars in other too, and a Pod does not say whose it has: 1 with the config of another ")
	pods, notes = names(configMap("other", "ours"))
	assert.Len(t, pods, 3, "which of those with one config are whose is not known")
	assert.Len(t, notes, 1)

	refuse := func(code int32, reason metav1.StatusReason) {
		a.answers["/api/v1/configmaps"] = metav1.Status{
			TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: "Failure", Reason: reason, Code: code,
		}
	}
	refuse(http.StatusForbidden, metav1.StatusReasonForbidden)
	status, err := a.cluster(t).Status(t.Context(), "rel")
	require.NoError(t, err)
	assert.Len(t, status.Sidecars.Pods, 3)
	require.Len(t, status.Notes, 1)
	assert.Contains(t, status.Notes[0], "the cluster forbids to list configmaps in all namespaces")
	refuse(http.StatusBadGateway, metav1.StatusReasonInternalError)
	_, err = a.cluster(t).Status(t.Context(), "rel")
	assert.Error(t, err)
}

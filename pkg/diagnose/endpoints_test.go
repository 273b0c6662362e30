package diagnose_test

import (
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// serviceFor is a Service without endpoints, and Pods that are ready since a while.
func serviceFor(app string, since time.Duration) func(*testing.T, *diagnose.Snapshot) {
	return func(_ *testing.T, s *diagnose.Snapshot) {
		s.Services = []corev1.Service{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "obs", Name: "gw"}, Spec: corev1.ServiceSpec{Selector: map[string]string{"app": app}},
		}}
		s.Pods[0].Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionTrue, LastTransitionTime: metav1.NewTime(taken.Add(-since))}}
	}
}

func TestAServiceThatLeadsNowhereIsNamed(t *testing.T) {
	t.Parallel()
	check(t, map[string]want{
		"it selects others":                 {serviceFor("other", time.Second), []string{"service-without-endpoints"}, []string{"the Service gw selects none of the collectors' Pods"}},
		"nobody writes endpoints":           {serviceFor("gw", time.Minute), []string{"service-without-endpoints"}, []string{"though Pods that it selects are ready", "endpoint slice controller"}},
		"a Pod is ready since a moment ago": {serviceFor("gw", 5*time.Second), []string{}, nil},
	})
}

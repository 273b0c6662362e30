package diagnose_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// taken is just after the recorded logs were written.
var taken = time.Date(2026, 11, 30, 4, 10, 30, 0, time.UTC)

// gatewayConfig is the ConfigMap of the recorded collectors, as the chart writes it.
const gatewayConfig = `exporters:
  debug:
    verbositee: detailed
  otlp_grpc:
    endpoint: 127.0.0.1:1
  otlp_http:
    endpoint: http://127.0.0.1:1
  nosuchthing: {}
extensions:
  file_storage:
    directory: /var/lib/otelcol
  health_check:
    endpoint: '${env:POD_IP}:13133'
processors:
  memory_limiter:
    check_interval: 1s
    limit_percentage: 80
receivers:
  otlp:
    protocols:
      grpc: {}
service:
  extensions: [file_storage, health_check]
  pipelines:
    traces:
      receivers: [otlp]
      processors: [memory_limiter]
      exporters: [debug, nosuch]
`

// healthy is a gateway of one Pod that runs.
func healthy() *diagnose.Snapshot {
	return &diagnose.Snapshot{
		Taken: taken, Name: "gw", Namespace: "obs", Status: "deployed", Description: "Install complete",
		Workloads: []diagnose.Workload{{Kind: "Deployment", Namespace: "obs", Name: "gw", Wanted: 1, Made: 1}},
		Pods:      []corev1.Pod{pod("gw-5d9c-x")},
		Configs: []corev1.ConfigMap{{
			ObjectMeta: metav1.ObjectMeta{Namespace: "obs", Name: "gw-0123456789"}, Data: map[string]string{"config.yaml": gatewayConfig},
		}},
	}
}

func pod(name string) corev1.Pod {
	probe := &corev1.Probe{ProbeHandler: corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/", Port: intstr.FromInt32(13133), Scheme: "HTTP"}}}
	return corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Namespace: "obs", Name: name, Labels: map[string]string{"app": "gw"}, CreationTimestamp: metav1.NewTime(taken.Add(-time.Hour))},
		Spec: corev1.PodSpec{
			NodeName: "n1", ServiceAccountName: "gw",
			SecurityContext: &corev1.PodSecurityContext{RunAsUser: new(int64(10001))},
			Containers: []corev1.Container{{
				Name: "otlp-collector", Image: "ghcr.io/o/opentelemetry-collector-k8s:0.161.0",
				Env:          []corev1.EnvVar{{Name: "GOMEMLIMIT", Value: "409MiB"}},
				StartupProbe: probe, LivenessProbe: probe, ReadinessProbe: probe,
				Resources: corev1.ResourceRequirements{
					Requests: corev1.ResourceList{"cpu": resource.MustParse("500m"), "memory": resource.MustParse("256Mi")},
					Limits:   corev1.ResourceList{"memory": resource.MustParse("512Mi")},
				},
				VolumeMounts: []corev1.VolumeMount{{Name: "config", MountPath: "/etc/otelcol"}},
			}},
			Volumes: []corev1.Volume{{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
				LocalObjectReference: corev1.LocalObjectReference{Name: "gw-0123456789"},
			}}}},
		},
		Status: corev1.PodStatus{Phase: corev1.PodRunning, ContainerStatuses: []corev1.ContainerStatus{{
			Name: "otlp-collector", Ready: true, Started: new(true),
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: metav1.NewTime(taken.Add(-time.Hour))}},
		}}},
	}
}

// waiting is a Pod whose container waits.
func waiting(s *diagnose.Snapshot, reason, message string) *corev1.Pod {
	pod := &s.Pods[0]
	pod.Status.Phase = corev1.PodPending
	pod.Status.ContainerStatuses[0].Ready = false
	pod.Status.ContainerStatuses[0].Started = new(false)
	pod.Status.ContainerStatuses[0].State = corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: reason, Message: message}}

	return pod
}

// crashed is a Pod whose container has ended three times.
func crashed(s *diagnose.Snapshot, reason string, code int32) *corev1.Pod {
	pod := waiting(s, "CrashLoopBackOff", "back-off 40s restarting failed container=otlp-collector pod=gw-5d9c-x_obs(6f1c)")
	pod.Status.Phase = corev1.PodRunning
	pod.Status.ContainerStatuses[0].RestartCount = 3
	pod.Status.ContainerStatuses[0].LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
		Reason: reason, ExitCode: code, FinishedAt: metav1.NewTime(taken.Add(-30 * time.Second)),
	}

	return pod
}

// unscheduled is a Pod without a node.
func unscheduled(s *diagnose.Snapshot, message string) *corev1.Pod {
	pod := &s.Pods[0]
	pod.Spec.NodeName = ""
	pod.Status = corev1.PodStatus{Phase: corev1.PodPending, Conditions: []corev1.PodCondition{{
		Type: corev1.PodScheduled, Status: corev1.ConditionFalse, Reason: "Unschedulable", Message: message,
	}}}

	return pod
}

func event(kind, name, reason, message string) corev1.Event {
	return corev1.Event{
		Type: corev1.EventTypeWarning, Reason: reason, Message: message, LastTimestamp: metav1.NewTime(taken.Add(-20 * time.Second)),
		InvolvedObject: corev1.ObjectReference{Kind: kind, Namespace: "obs", Name: name},
	}
}

// logged adds what a real collector wrote to what the Pod has.
func logged(t *testing.T, s *diagnose.Snapshot, file string, previous bool) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	require.NoError(t, err)
	s.Logs = append(s.Logs, diagnose.Log{Namespace: "obs", Pod: s.Pods[0].Name, Previous: previous, Text: string(text)})
}

// ids of the causes, in their order. Every cause has evidence and a mend, and its values are values of the chart.
func ids(t *testing.T, s *diagnose.Snapshot) ([]string, []diagnose.Cause) {
	t.Helper()
	found := []string{}
	causes := diagnose.Diagnose(*s)
	for _, cause := range causes {
		found = append(found, cause.ID)
		assert.NotEmpty(t, cause.Evidence, cause.ID)
		assert.NotEmpty(t, cause.Mend, cause.ID)
		_, err := values.Decode([]byte(cause.Values))
		assert.NoError(t, err, "%s\n%s", cause.ID, cause.Values)
	}

	return found, causes
}

// text is all that a cause says.
func text(cause diagnose.Cause) string {
	var all strings.Builder
	all.WriteString(cause.Summary + "\n" + cause.Mend + "\n" + cause.Values)
	for _, e := range cause.Evidence {
		all.WriteString("\n" + e.Object + ": " + e.Says)
	}

	return all.String()
}

// A want is what a snapshot shows: the causes, in their order, and words of the first.
type want struct {
	change func(t *testing.T, s *diagnose.Snapshot)
	ids    []string
	words  []string
}

func check(t *testing.T, wants map[string]want) {
	t.Helper()
	for name, w := range wants {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := healthy()
			w.change(t, s)
			found, causes := ids(t, s)
			require.Equal(t, w.ids, found, "%+v", causes)
			for _, words := range w.words {
				assert.Contains(t, text(causes[0]), words)
			}
		})
	}
}

func TestAHealthyReleaseHasNoCause(t *testing.T) {
	t.Parallel()
	found, _ := ids(t, healthy())
	assert.Empty(t, found)
}

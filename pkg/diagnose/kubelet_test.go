package diagnose_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

func TestAnImageThatIsNotPulledSaysWhy(t *testing.T) {
	t.Parallel()
	pull := func(message string, events ...corev1.Event) func(*testing.T, *diagnose.Snapshot) {
		return func(_ *testing.T, s *diagnose.Snapshot) {
			waiting(s, "ImagePullBackOff", message)
			s.Events = events
		}
	}
	const backOff = `Back-off pulling image "ghcr.io/o/c:9": ErrImagePull: failed to pull and unpack image "ghcr.io/o/c:9": failed to resolve reference "ghcr.io/o/c:9": `
	check(t, map[string]want{
		"a wrong tag":   {pull(backOff + `ghcr.io/o/c:9: not found`), []string{"image-not-found"}, []string{"ghcr.io/o/opentelemetry-collector-k8s:0.161.0", "image: {repository:"}},
		"no credential": {pull(backOff + `failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://ghcr.io/token: 403 Forbidden`), []string{"image-pull-secret"}, []string{"imagePullSecrets: [{name: registry}]"}},
		"a Secret that is not there": {
			pull(backOff+`pull access denied, repository does not exist or may require authorization`,
				event("Pod", "gw-5d9c-x", "FailedToRetrieveImagePullSecret", "Unable to retrieve some image pull secrets (registry); attempting to pull the image may not succeed.")),
			[]string{"image-pull-secret"}, []string{"a Secret that imagePullSecrets names is not there", "(registry)"},
		},
		"a registry out of reach": {pull(backOff + `failed to do request: Head "https://ghcr.io/v2/o/c/manifests/9": dial tcp: lookup ghcr.io: no such host`), []string{"registry-unreachable"}, nil},
		"a registry's certificate": {
			pull(backOff + `failed to do request: Head "https://r/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority`), []string{"registry-tls"}, nil,
		},
		"too many pulls": {pull(backOff + `429 Too Many Requests - toomanyrequests: You have reached your pull rate limit`), []string{"image-rate-limit"}, nil},
		"the event alone says why": {
			pull(`Back-off pulling image "ghcr.io/o/c:9"`, event("Pod", "gw-5d9c-x", "Failed", `Failed to pull image "ghcr.io/o/c:9": rpc error: code = NotFound desc = failed to pull and unpack image "ghcr.io/o/c:9": not found`)),
			[]string{"image-not-found"}, []string{"event of Pod obs/gw-5d9c-x: Failed: Failed to pull image"},
		},
		"never pulled": {func(_ *testing.T, s *diagnose.Snapshot) {
			waiting(s, "ErrImageNeverPull", `Container image "c:9" is not present with pull policy of Never`)
		}, []string{"image-never-pulled"}, nil},
	})
}

func TestAContainerThatIsNotMadeSaysWhy(t *testing.T) {
	t.Parallel()
	waits := func(reason, message string) func(*testing.T, *diagnose.Snapshot) {
		return func(_ *testing.T, s *diagnose.Snapshot) { waiting(s, reason, message) }
	}
	check(t, map[string]want{
		"a Secret of its environment": {waits("CreateContainerConfigError", `secret "token" not found`), []string{"container-not-started"}, []string{"the Secret token, which is not in the namespace obs"}},
		"a key":                       {waits("CreateContainerConfigError", `couldn't find key t in Secret obs/token`), []string{"container-not-started"}, []string{"a key that the Secret"}},
		"root": {
			waits("CreateContainerConfigError", `container has runAsNonRoot and image will run as root (pod: "gw_obs(1)", container: otlp-collector)`),
			[]string{"container-not-started"}, []string{"runAsUser: 10001"},
		},
		"a limit that is too low to begin": {
			waits("RunContainerError", `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: container init was OOM-killed (memory limit too low?)`),
			[]string{"out-of-memory"}, []string{"too low even for that"},
		},
		"a volume": {func(_ *testing.T, s *diagnose.Snapshot) {
			waiting(s, "ContainerCreating", "")
			s.Events = []corev1.Event{event("Pod", "gw-5d9c-x", "FailedMount", `MountVolume.SetUp failed for volume "tls" : secret "gw-tls" not found`)}
		}, []string{"volume-not-mounted"}, []string{"the Secret gw-tls, which is not in the namespace obs"}},
	})
}

// Out of memory, ended for its probes and ended by itself look alike: exit code 137, a crash loop, a probe that failed.
func TestAnEndedCollectorIsToldApartByHowItEnded(t *testing.T) {
	t.Parallel()
	unhealthy := event("Pod", "gw-5d9c-x", "Unhealthy", `Startup probe failed: Get "http://10.0.0.9:13133/": dial tcp 10.0.0.9:13133: connect: connection refused`)
	killing := event("Pod", "gw-5d9c-x", "Killing", "Container otlp-collector failed liveness probe, will be restarted")
	check(t, map[string]want{
		"out of memory": {func(_ *testing.T, s *diagnose.Snapshot) { crashed(s, "OOMKilled", 137) }, []string{"out-of-memory"}, []string{
			"its limit, 512Mi", "GOMEMLIMIT to 819MiB", "limits: {memory: 1Gi}", "limit 512Mi, GOMEMLIMIT 409MiB", "memory_limiter limit_percentage=80",
		}},
		"out of memory, and running again": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Pods[0].Status.ContainerStatuses[0].RestartCount = 1
			s.Pods[0].Status.ContainerStatuses[0].LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
				Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.NewTime(taken.Add(-40 * time.Minute)),
			}
		}, []string{"out-of-memory"}, nil},
		"out of memory yesterday": {func(_ *testing.T, s *diagnose.Snapshot) {
			s.Pods[0].Status.ContainerStatuses[0].RestartCount = 1
			s.Pods[0].Status.ContainerStatuses[0].LastTerminationState.Terminated = &corev1.ContainerStateTerminated{
				Reason: "OOMKilled", ExitCode: 137, FinishedAt: metav1.NewTime(taken.Add(-20 * time.Hour)),
			}
		}, []string{}, nil},
		"killed for its probe": {func(_ *testing.T, s *diagnose.Snapshot) {
			crashed(s, "Error", 137)
			s.Events = []corev1.Event{event("Pod", "gw-5d9c-x", "Unhealthy", `Liveness probe failed: HTTP probe failed with statuscode: 404`), killing}
		}, []string{"probe-unanswered"}, []string{"path that health_check does not serve: port 13133, path /"}},
		"killed for its probe, and ready until the next time": {func(_ *testing.T, s *diagnose.Snapshot) {
			status := &s.Pods[0].Status.ContainerStatuses[0]
			status.RestartCount, status.State.Running.StartedAt = 1, metav1.NewTime(taken.Add(-2*time.Second))
			status.LastTerminationState.Terminated = &corev1.ContainerStateTerminated{Reason: "Completed", FinishedAt: metav1.NewTime(taken.Add(-3 * time.Second))}
			s.Events = []corev1.Event{event("Pod", "gw-5d9c-x", "Unhealthy", `Liveness probe failed: Get "http://10.0.0.9:9/": dial tcp 10.0.0.9:9: connect: connection refused`), killing}
		}, []string{"probe-unanswered"}, nil},
		"killed for its probe, and silent while it ends": {func(_ *testing.T, s *diagnose.Snapshot) {
			crashed(s, "Error", 137)
			s.Events = []corev1.Event{
				event("Pod", "gw-5d9c-x", "Unhealthy", `Readiness probe failed: Get "http://10.0.0.9:13133/": dial tcp 10.0.0.9:13133: connect: connection refused`),
				event("Pod", "gw-5d9c-x", "Unhealthy", `Liveness probe failed: HTTP probe failed with statuscode: 404`), killing,
			}
		}, []string{"probe-unanswered"}, []string{"path that health_check does not serve: port 13133, path /"}},
		"ended by itself, and not there when the probe asked": {func(t *testing.T, s *diagnose.Snapshot) {
			t.Helper()
			crashed(s, "Error", 1)
			s.Events = []corev1.Event{unhealthy}
			logged(t, s, "noendpoint.log", true)
		}, []string{"config-rejected"}, nil},
		"ended, nobody knows why": {func(_ *testing.T, s *diagnose.Snapshot) {
			crashed(s, "Error", 2)
			s.Events = []corev1.Event{unhealthy}
		}, []string{"crashing"}, []string{"exit code 2, and was started again 3 times"}},
		"a probe at another port": {func(_ *testing.T, s *diagnose.Snapshot) {
			unready(s)
			s.Pods[0].Spec.Containers[0].StartupProbe.HTTPGet.Port.IntVal = 13134
			s.Events = []corev1.Event{unhealthy}
		}, []string{"probe-unanswered"}, []string{"nothing answers the startup probe at port 13134, path /: health_check listens on port 13133"}},
		"a collector that says it is not well": {func(_ *testing.T, s *diagnose.Snapshot) {
			unready(s)
			s.Events = []corev1.Event{event("Pod", "gw-5d9c-x", "Unhealthy", `Readiness probe failed: HTTP probe failed with statuscode: 503`)}
		}, []string{"collector-unavailable"}, nil},
		"a slow one": {func(_ *testing.T, s *diagnose.Snapshot) {
			unready(s)
			s.Events = []corev1.Event{event("Pod", "gw-5d9c-x", "Unhealthy", `Readiness probe failed: Get "http://10.0.0.9:13133/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`)}
		}, []string{"probe-too-slow"}, nil},
		"one that has just begun": {func(_ *testing.T, s *diagnose.Snapshot) {
			unready(s)
			s.Pods[0].CreationTimestamp = metav1.NewTime(taken.Add(-5 * time.Second))
			s.Pods[0].Status.Conditions = []corev1.PodCondition{{Type: corev1.PodReady, Status: corev1.ConditionFalse, Message: "containers with unready status: [otlp-collector]"}}
		}, []string{"starting"}, nil},
		"one that has just begun, and does not listen yet": {func(_ *testing.T, s *diagnose.Snapshot) {
			unready(s)
			s.Pods[0].CreationTimestamp = metav1.NewTime(taken.Add(-5 * time.Second))
			s.Pods[0].Status.ContainerStatuses[0].State.Running.StartedAt = metav1.NewTime(taken.Add(-4 * time.Second))
			s.Events = []corev1.Event{unhealthy}
		}, []string{"starting"}, nil},
	})
}

func unready(s *diagnose.Snapshot) {
	s.Pods[0].Status.ContainerStatuses[0].Ready = false
	s.Pods[0].Status.ContainerStatuses[0].Started = new(false)
}

func TestAPodIsNamedOnceAndManyAreOneCause(t *testing.T) {
	t.Parallel()
	s := healthy()
	s.Pods = append(s.Pods, pod("gw-5d9c-y"), pod("gw-5d9c-z"))
	for i := range s.Pods {
		crashed(&diagnose.Snapshot{Pods: s.Pods[i:]}, "OOMKilled", 137)
	}
	found, causes := ids(t, s)
	assert.Equal(t, []string{"out-of-memory"}, found)
	assert.Equal(t, []string{"obs/gw-5d9c-x", "obs/gw-5d9c-y", "obs/gw-5d9c-z"}, causes[0].Pods)
	assert.Len(t, causes[0].Evidence, 3)
}

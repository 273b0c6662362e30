package deployment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// injectedHash is the annotation of a Pod that a collector was injected into, with the hash of its config.
const injectedHash = "sidecar.opentelemetry.io/config-hash"

// fewRestarts is how often a collector may have ended before it is given up: it may have come before what it needs.
const fewRestarts = 2

// grace is how long a Pod may wait for what may still come: a registry that answers again, a Secret that is made after it.
const grace = time.Minute

// hopeless tells whether that is a reason for which the kubelet does not start a container, and that only a change mends:
// at once, or when it lasts.
func hopeless(reason string, waited time.Duration) bool {
	switch reason {
	case "InvalidImageName", "ErrImageNeverPull":
		return true
	case "ImagePullBackOff", "CreateContainerConfigError", "CreateContainerError", "RunContainerError":
		return waited >= grace
	default:
		return false
	}
}

// waitsSince is when a Pod's collector began to wait at the earliest: the kubelet does not write that down, but what was before.
func waitsSince(pod *corev1.Pod, status *corev1.ContainerStatus) time.Time {
	since := pod.CreationTimestamp.Time
	later := func(at metav1.Time) {
		if at.After(since) {
			since = at.Time
		}
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.PodScheduled || c.Type == corev1.ContainersReady {
			later(c.LastTransitionTime)
		}
	}
	if ended := status.LastTerminationState.Terminated; ended != nil {
		later(ended.FinishedAt)
	}

	return since
}

// ended tells whether a Pod is over. Those of Jobs stay until somebody deletes them, and have nothing to say of a release.
func ended(pod *corev1.Pod) bool {
	return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
}

// podState is what is known of a collector's Pod. installed is the hash of the config that it should have, and now
// the caller's time.
func podState(pod *corev1.Pod, installed string, now time.Time) Pod {
	state := Pod{Name: pod.Name, Namespace: pod.Namespace, Node: pod.Spec.NodeName, Terminating: pod.DeletionTimestamp != nil}
	sidecar := pod.Labels[diagnose.InjectedLabel] != ""
	if state.injected = sidecar; sidecar {
		state.ConfigHash = pod.Annotations[injectedHash]
	} else {
		state.ConfigHash = hashOf(configMapOf(&pod.Spec))
	}
	state.Current = installed != "" && state.ConfigHash == installed
	if c := diagnose.CollectorOf(&pod.Spec); c != nil {
		state.Image, state.collector = c.Image, c
	}
	status := diagnose.StatusOf(pod)
	if status != nil {
		state.Restarts = int(status.RestartCount)
	}
	state.Ready = podReady(pod, status, sidecar)
	if !state.Ready {
		state.Reason, state.Hopeless = whyNot(pod, status, now)
		state.wordless = status != nil && status.LastTerminationState.Terminated != nil && status.LastTerminationState.Terminated.Message == ""
	}

	return state
}

// podReady tells whether a collector serves. The Pod of a sidecar may be unready for its application's sake.
func podReady(pod *corev1.Pod, status *corev1.ContainerStatus, sidecar bool) bool {
	if sidecar {
		return status != nil && status.State.Running != nil && status.Started != nil && *status.Started
	}

	return pod.DeletionTimestamp == nil && slices.ContainsFunc(pod.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
}

// whyNot says why a Pod's collector does not serve, and whether that stays so.
func whyNot(pod *corev1.Pod, status *corev1.ContainerStatus, now time.Time) (reason string, forGood bool) {
	switch {
	case pod.DeletionTimestamp != nil:
		return "it is being deleted", false
	case pod.Status.Phase == corev1.PodFailed:
		return sentence(pod.Status.Reason, pod.Status.Message, "it has ended"), false
	case pod.Spec.NodeName == "" && status == nil:
		for _, c := range pod.Status.Conditions {
			if c.Type == corev1.PodScheduled && c.Status == corev1.ConditionFalse {
				return sentence(c.Reason, c.Message, "it has no node"), false
			}
		}

		return "it has no node yet", false
	case status == nil:
		return "its containers are not made yet", false
	}
	if reason, forGood := waiting(status, now.Sub(waitsSince(pod, status))); reason != "" {
		return reason, forGood
	}
	for _, c := range pod.Status.Conditions {
		if c.Type == corev1.ContainersReady && c.Status == corev1.ConditionFalse && c.Message != "" {
			return c.Message, false
		}
	}

	return "it is not ready yet", false
}

// waiting says why a container does not run; empty: it does.
func waiting(status *corev1.ContainerStatus, waited time.Duration) (reason string, forGood bool) {
	ended := status.LastTerminationState.Terminated
	if ended == nil {
		ended = status.State.Terminated
	}
	if w := status.State.Waiting; w != nil {
		if w.Reason == "CrashLoopBackOff" {
			return fmt.Sprintf("it ends again and again (%d restarts): %s", status.RestartCount, ending(ended)), status.RestartCount >= fewRestarts
		}

		return sentence(w.Reason, w.Message, "it waits"), hopeless(w.Reason, waited)
	}
	if status.State.Terminated != nil {
		return "it has ended: " + ending(ended), false
	}
	// It runs: one that has crashed before is said so.
	if status.RestartCount > 0 && !status.Ready {
		return fmt.Sprintf("it was started again (%d restarts), and is not ready: %s", status.RestartCount, ending(ended)), false
	}

	return "", false
}

// ending says how a container ended.
func ending(ended *corev1.ContainerStateTerminated) string {
	if ended == nil {
		return "it is not known how"
	}
	text := fmt.Sprintf("exit code %d", ended.ExitCode)
	if ended.Reason != "" && ended.Reason != "Error" {
		text = ended.Reason + ", " + text
	}
	if message := lastLine(ended.Message); message != "" {
		text += ": " + message
	}

	return text
}

// lastLine of a message that a container left, which may be the end of its log.
func lastLine(text string) string {
	text = strings.TrimSpace(text)

	return strings.TrimSpace(text[strings.LastIndex(text, "\n")+1:])
}

func sentence(reason, message, otherwise string) string {
	switch {
	case reason != "" && message != "":
		return reason + ": " + strings.TrimSpace(message)
	case reason+message != "":
		return reason + message
	default:
		return otherwise
	}
}

// configMapOf is the name of the ConfigMap that a collector's Pod reads its config from; empty: none is mounted.
func configMapOf(spec *corev1.PodSpec) string {
	for _, volume := range spec.Volumes {
		if volume.Name == "config" && volume.ConfigMap != nil {
			return volume.ConfigMap.Name
		}
	}

	return ""
}

// hashOf is the hash at the end of a config's name, which is the full name and it.
func hashOf(configMap string) string {
	return configMap[strings.LastIndex(configMap, "-")+1:]
}

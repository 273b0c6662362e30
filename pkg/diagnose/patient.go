package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// A patient is a snapshot while its causes are looked for.
type patient struct {
	Snapshot
	causes []Cause
	// explained are Pods that have a cause for which their collector does not run.
	explained map[string]bool
	// lines are what collectors wrote, read once.
	lines []line
}

func (p *patient) index() {
	for _, log := range p.Logs {
		p.lines = append(p.lines, linesOf(log)...)
	}
	for i := range p.lines {
		// klog writes no year.
		if at := &p.lines[i].at; !at.IsZero() && at.Year() == 0 {
			*at = at.AddDate(p.Taken.Year(), 0, 0)
		}
	}
	slices.SortStableFunc(p.Events, func(a, b corev1.Event) int { return Seen(b).Compare(Seen(a)) })
}

// Seen is when an event was seen last: which field says so depends on who wrote it.
func Seen(e corev1.Event) time.Time {
	switch {
	case e.Series != nil:
		return e.Series.LastObservedTime.Time
	case !e.LastTimestamp.IsZero():
		return e.LastTimestamp.Time
	default:
		return e.EventTime.Time
	}
}

func key(pod *corev1.Pod) string { return pod.Namespace + "/" + pod.Name }

// find adds a cause, or what is new of it to one that says the same.
func (p *patient) find(cause Cause, pods ...*corev1.Pod) {
	for _, pod := range pods {
		cause.Pods = append(cause.Pods, key(pod))
	}
	at := slices.IndexFunc(p.causes, func(other Cause) bool { return other.ID == cause.ID && other.Summary == cause.Summary })
	if at < 0 {
		if cause.Pods == nil {
			cause.Pods = []string{}
		}
		p.causes = append(p.causes, cause)

		return
	}
	known := &p.causes[at]
	known.Pods = append(known.Pods, cause.Pods...)
	slices.Sort(known.Pods)
	known.Pods = slices.Compact(known.Pods)
	for _, evidence := range cause.Evidence {
		said := slices.ContainsFunc(known.Evidence, func(e Evidence) bool { return e.Object == evidence.Object })
		if len(known.Evidence) < mostEvidence && !said {
			known.Evidence = append(known.Evidence, evidence)
		}
	}
}

// mostEvidence is how much a cause shows: a thousand Pods say the same.
const mostEvidence = 3

// explain is find for a cause by which the Pod's collector does not run.
func (p *patient) explain(cause Cause, pod *corev1.Pod) {
	p.explained[key(pod)] = true
	p.find(cause, pod)
}

// open are the Pods that are not well and have no cause yet.
func (p *patient) open() []*corev1.Pod {
	var found []*corev1.Pod
	for i := range p.Pods {
		pod := &p.Pods[i]
		if !Well(pod, p.Taken) && pod.DeletionTimestamp == nil && !p.explained[key(pod)] {
			found = append(found, pod)
		}
	}

	return found
}

// Well tells whether a Pod's collector runs and is ready, and has not ended in the last ten minutes. The Pod of a sidecar may
// be unready for its application's sake, or be over.
func Well(pod *corev1.Pod, now time.Time) bool {
	status := StatusOf(pod)
	if pod.Status.Phase == corev1.PodSucceeded {
		return true
	}
	if status == nil || status.State.Running == nil {
		return false
	}
	if sidecar(pod) {
		return status.Started != nil && *status.Started && !restless(status, now)
	}

	return status.Ready && !restless(status, now)
}

// recently is how long an end of a container counts against it.
const recently = 10 * time.Minute

// restless tells that a container runs, and had ended shortly before it was started again.
func restless(status *corev1.ContainerStatus, now time.Time) bool {
	ended := status.LastTerminationState.Terminated

	// The kubelet ends one for its liveness probe, which exits with 0.
	return ended != nil && status.State.Running != nil &&
		now.Sub(status.State.Running.StartedAt.Time) < recently && status.RestartCount > 0
}

// InjectedLabel is of a Pod that a collector was injected into, with the name of the release.
const InjectedLabel = "sidecar.opentelemetry.io/injected"

func sidecar(pod *corev1.Pod) bool { return pod.Labels[InjectedLabel] != "" }

// CollectorOf is the collector's container of a Pod; nil: it has none.
func CollectorOf(spec *corev1.PodSpec) *corev1.Container {
	for _, list := range [][]corev1.Container{spec.Containers, spec.InitContainers} {
		for i := range list {
			if list[i].Name == Container {
				return &list[i]
			}
		}
	}

	return nil
}

// StatusOf is what the kubelet says of the collector's container; nil: nothing yet.
func StatusOf(pod *corev1.Pod) *corev1.ContainerStatus {
	for _, list := range [][]corev1.ContainerStatus{pod.Status.ContainerStatuses, pod.Status.InitContainerStatuses} {
		for i := range list {
			if list[i].Name == Container {
				return &list[i]
			}
		}
	}

	return nil
}

// waitsFor tells whether the collector's container waits for one of these reasons.
func waitsFor(pod *corev1.Pod, reasons ...string) (message string, waits bool) {
	status := StatusOf(pod)
	if status == nil || status.State.Waiting == nil || !slices.Contains(reasons, status.State.Waiting.Reason) {
		return "", false
	}

	return status.State.Waiting.Message, true
}

// endedOf is how the collector's container of a Pod ended last; nil: it has not.
func endedOf(pod *corev1.Pod) *corev1.ContainerStateTerminated {
	status := StatusOf(pod)
	switch {
	case status == nil:
		return nil
	case status.State.Terminated != nil:
		return status.State.Terminated
	default:
		return status.LastTerminationState.Terminated
	}
}

// eventsOf are those of an object with one of the reasons, the newest first.
func (p *patient) eventsOf(kind, namespace, name string, reasons ...string) []corev1.Event {
	var found []corev1.Event
	for _, e := range p.Events {
		of := e.InvolvedObject
		if of.Kind == kind && of.Name == name && of.Namespace == namespace && (len(reasons) == 0 || slices.Contains(reasons, e.Reason)) {
			found = append(found, e)
		}
	}

	return found
}

// podEvents are eventsOf a Pod.
func (p *patient) podEvents(pod *corev1.Pod, reasons ...string) []corev1.Event {
	return p.eventsOf("Pod", pod.Namespace, pod.Name, reasons...)
}

func ofPod(pod *corev1.Pod, says string) Evidence {
	return Evidence{Object: "Pod " + key(pod), Says: strings.TrimSpace(says)}
}

func ofEvent(e corev1.Event) Evidence {
	return Evidence{
		Object: fmt.Sprintf("event of %s %s/%s", e.InvolvedObject.Kind, e.InvolvedObject.Namespace, e.InvolvedObject.Name),
		Says:   e.Reason + ": " + strings.TrimSpace(e.Message),
	}
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}

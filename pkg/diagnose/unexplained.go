package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// endpoints: Pods are ready, and a Service of theirs has none of them.
func (p *patient) endpoints() {
	for i := range p.Services {
		service := &p.Services[i]
		if len(service.Spec.Selector) == 0 || p.serves(service) {
			continue
		}
		selector := labels.SelectorFromSet(service.Spec.Selector)
		var selected, ready []*corev1.Pod
		same := 0
		for j := range p.Pods {
			pod := &p.Pods[j]
			if pod.Namespace == service.Namespace && Well(pod, p.Taken) && !sidecar(pod) {
				same++
				if selector.Matches(labels.Set(pod.Labels)) {
					selected = append(selected, pod)
				}
			}
		}
		for _, pod := range selected {
			if p.Taken.Sub(readySince(pod)) > startTime {
				ready = append(ready, pod)
			}
		}
		says := Evidence{Object: "Service " + service.Namespace + "/" + service.Name, Says: "selector " + metav1.FormatLabelSelector(metav1.SetAsLabelSelector(service.Spec.Selector)) + ", no ready endpoint"}
		switch {
		case len(ready) > 0:
			p.find(Cause{
				ID: "service-without-endpoints", Summary: fmt.Sprintf("the Service %s has no endpoint, though Pods that it selects are ready", service.Name),
				Evidence: []Evidence{says}, Mend: "the cluster's endpoint slice controller lags or does not run: see kube-controller-manager",
			}, ready...)
		case same > 0 && len(selected) == 0:
			p.find(Cause{
				ID: "service-without-endpoints", Summary: fmt.Sprintf("the Service %s selects none of the collectors' Pods", service.Name),
				Evidence: []Evidence{says}, Mend: "somebody has changed the Service or the Pods' labels: `helm upgrade` of the same values sets them back",
			})
		}
	}
}

// readySince is when a Pod became ready. Its Services have it a moment later.
func readySince(pod *corev1.Pod) time.Time {
	for _, condition := range pod.Status.Conditions {
		if condition.Type == corev1.PodReady {
			return condition.LastTransitionTime.Time
		}
	}

	return time.Time{}
}

// serves tells whether a Service has a ready endpoint. Where no slices are known it is taken to.
func (p *patient) serves(service *corev1.Service) bool {
	if len(p.Slices) == 0 {
		return slices.ContainsFunc(p.Unasked, func(text string) bool { return strings.Contains(text, "endpointslices") })
	}
	for i := range p.Slices {
		slice := &p.Slices[i]
		if slice.Namespace != service.Namespace || slice.Labels["kubernetes.io/service-name"] != service.Name {
			continue
		}
		for _, endpoint := range slice.Endpoints {
			if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
				return true
			}
		}
	}

	return false
}

// unexplained: a Pod is not well, and none of the causes above fits. What it says is shown.
func (p *patient) unexplained() {
	for _, pod := range p.open() {
		status := StatusOf(pod)
		evidence := []Evidence{}
		for _, l := range p.endings(pod.Namespace, pod.Name) {
			evidence = append(evidence, l.evidence())

			break
		}
		ended := endedOf(pod)
		switch {
		case pod.Status.Phase == corev1.PodFailed:
			p.explain(Cause{
				ID: "pod-evicted", Summary: "the Pod has ended: " + orNone(pod.Status.Reason), Evidence: []Evidence{ofPod(pod, pod.Status.Message)},
				Mend: "its node was short of something: request what the collector needs, so that others are evicted first", Values: "resources: {requests: {memory: 1Gi}}\n",
			}, pod)
		case ended != nil && len(evidence) > 0 && notStarted.MatchString(lastError(p, pod)):
			m := notStarted.FindStringSubmatch(lastError(p, pod))
			who := "a component"
			if m[1] != "" {
				who = "the " + m[2] + " " + m[1]
			}
			mend := "mend what it says"
			if strings.Contains(m[3], "bind: cannot assign requested address") {
				mend = "the Pod has no such address: listen on [${env:POD_IP}], or on all of the Pod's as 0.0.0.0 or [::]"
			}
			p.explain(Cause{ID: "component-not-started", Summary: who + " can't start: " + shortened(m[3]), Evidence: evidence, Mend: mend}, pod)
		case ended != nil && (ended.ExitCode != 0 || status.State.Waiting != nil || restless(status, p.Taken)):
			evidence = append(evidence, ofPod(pod, fmt.Sprintf("the container ended as %s, exit code %d, and was started again %d times", orNone(ended.Reason), ended.ExitCode, status.RestartCount)))
			p.explain(Cause{
				ID: "crashing", Summary: "the collector ends, and is started again", Evidence: evidence,
				Mend: "its last words are in `kubectl logs -n " + pod.Namespace + " " + pod.Name + " -c " + Container + " --previous`",
			}, pod)
		case p.Taken.Sub(pod.CreationTimestamp.Time) > patience:
			p.explain(Cause{ID: "not-ready", Summary: "the Pod is not ready, and nothing says why", Evidence: p.notes(pod), Mend: "`kubectl describe pod -n " + pod.Namespace + " " + pod.Name + "`"}, pod)
		default:
			p.explain(Cause{
				ID: "starting", Summary: "the Pod was made a moment ago, and is not ready yet", Evidence: p.notes(pod), Mend: "ask again in a minute, or `helm otlp wait " + p.Name + "`",
			}, pod)
		}
	}
}

// patience is how long a Pod may take to become ready: its startup probe has two minutes.
const patience = 2 * recently / 10

func lastError(p *patient, pod *corev1.Pod) string {
	for _, l := range p.endings(pod.Namespace, pod.Name) {
		return l.message
	}

	return ""
}

// notes are what the cluster says of a Pod.
func (p *patient) notes(pod *corev1.Pod) []Evidence {
	found := []Evidence{}
	for _, c := range pod.Status.Conditions {
		if c.Status == corev1.ConditionFalse && c.Message != "" {
			found = append(found, ofPod(pod, string(c.Type)+": "+c.Message))

			break
		}
	}
	for _, e := range p.podEvents(pod) {
		if e.Type == corev1.EventTypeWarning {
			found = append(found, ofEvent(e))

			break
		}
	}

	return found
}

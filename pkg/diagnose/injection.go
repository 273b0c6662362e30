package diagnose

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// A Sidecar is how a release injects collectors.
type Sidecar struct {
	// Policy and Binding are the names of the MutatingAdmissionPolicy and its binding; Unserved says that the cluster has no
	// such API, NoPolicy and NoBinding that they are not there.
	Policy    string `json:"policy"`
	Unserved  bool   `json:"unserved,omitempty"`
	NoPolicy  bool   `json:"noPolicy,omitempty"`
	NoBinding bool   `json:"noBinding,omitempty"`
	// Names are the values of the annotation that ask for this release, beside "true".
	Names []string `json:"names"`
	// Selector of the namespaces in which it injects; nil: all.
	Selector *metav1.LabelSelector `json:"selector,omitempty"`
	// Since is when the policy was made: older Pods have no collector.
	Since metav1.Time `json:"since"`
	// Namespaces that could ask for it, and Pods that do, without a collector.
	Namespaces []corev1.Namespace `json:"namespaces"`
	Candidates []corev1.Pod       `json:"candidates"`
}

// Inject is the annotation of Pods, and the label of namespaces, that asks for a collector.
const Inject = "sidecar.opentelemetry.io/inject"

// Asks tells whether the annotation of a Pod, or else the label of its namespace, asks for a collector.
func (s *Sidecar) Asks(pod *corev1.Pod) bool {
	value, given := pod.Annotations[Inject]
	if !given {
		for i := range s.Namespaces {
			if s.Namespaces[i].Name == pod.Namespace {
				value = s.Namespaces[i].Labels[Inject]
			}
		}
	}
	if value == "true" {
		return true
	}
	for _, name := range s.Names {
		if value != "" && value == name {
			return true
		}
	}

	return false
}

// injection: nobody is given a collector.
func (p *patient) injection() {
	s := p.Sidecar
	if s == nil {
		return
	}
	object := Evidence{Object: "MutatingAdmissionPolicy " + s.Policy}
	switch {
	case s.Unserved:
		object.Says = "the cluster serves no MutatingAdmissionPolicy of admissionregistration.k8s.io"
		p.find(Cause{
			ID: "sidecar-unsupported", Summary: "the cluster can't inject: it has no MutatingAdmissionPolicy", Evidence: []Evidence{object},
			Mend: "it is there from Kubernetes 1.36 on (from 1.34 behind a switch): put the collector into manifests with `helm otlp inject`, or run a gateway",
		})
	case s.NoPolicy, s.NoBinding:
		what := "policy"
		if !s.NoPolicy {
			what = "policy's binding"
		}
		object.Says = "the " + what + " is not there"
		p.find(Cause{
			ID: "sidecar-policy-missing", Summary: "the release's " + what + " is not in the cluster", Evidence: []Evidence{object},
			Mend: "`helm upgrade` of the same values makes it again",
		})
	default:
		p.notInjected(s, object)
	}
}

// notInjected: Pods ask for a collector and have none, or none asks.
func (p *patient) notInjected(s *Sidecar, object Evidence) {
	asked := 0
	for i := range s.Candidates {
		pod := &s.Candidates[i]
		if !s.Asks(pod) || pod.Labels[InjectedLabel] != "" {
			continue
		}
		asked++
		cause, known := s.without(pod)
		if known {
			p.find(cause, pod)
		}
	}
	if asked > 0 || len(p.Pods) > 0 {
		return
	}
	object.Says = fmt.Sprintf("no Pod has the annotation %s, and no namespace the label, with the value true or %s", Inject, strings.Join(s.Names, ", "))
	p.find(Cause{
		ID: "sidecar-not-asked-for", Summary: "no Pod asks for a collector, so that none is injected", Evidence: []Evidence{object},
		Mend: fmt.Sprintf("annotate the Pod templates with `%s: \"true\"`, or label their namespace: `kubectl label namespace NAME %s=true`; then create the Pods anew", Inject, Inject),
	})
}

// without says why a Pod that asks has no collector.
func (s *Sidecar) without(pod *corev1.Pod) (Cause, bool) {
	cause := Cause{ID: "sidecar-not-injected", Evidence: []Evidence{ofPod(pod, Inject+" asks for a collector, and it has none")}}
	for i := range pod.Spec.Containers {
		if pod.Spec.Containers[i].Name == Container {
			return Cause{}, false
		}
	}
	switch {
	case pod.Spec.HostNetwork:
		cause.Summary = "Pods with hostNetwork are given no collector: it would take the node's ports"
		cause.Mend = "send from them to a gateway or an agent"

		return cause, true
	case !s.selects(pod.Namespace):
		cause.Summary = "the namespace " + pod.Namespace + " is not one of those in which the release injects"
		cause.Mend = "label the namespace so that `sidecar.namespaceSelector` matches it, or widen that: " + metav1.FormatLabelSelector(s.Selector)
		cause.Values = "sidecar: {namespaceSelector: {}}\n"

		return cause, true
	case pod.CreationTimestamp.Before(&s.Since):
		cause.Summary = "Pods that are older than the release have no collector: it is injected as they are created"
		cause.Mend = "create them anew: `kubectl rollout restart` of their workload"

		return cause, true
	default:
		cause.Summary = "the policy did not match, or failed, when the Pod was created"
		cause.Mend = "create the Pod anew: a policy takes a second or two to take effect; with `sidecar.failurePolicy: Fail` a fault is shown at once"

		return cause, true
	}
}

// selects tells whether the release injects in a namespace. What is not known counts as selected.
func (s *Sidecar) selects(namespace string) bool {
	if s.Selector == nil {
		return true
	}
	selector, err := metav1.LabelSelectorAsSelector(s.Selector)
	if err != nil {
		return true
	}
	for i := range s.Namespaces {
		if s.Namespaces[i].Name == namespace {
			return selector.Matches(labels.Set(s.Namespaces[i].Labels))
		}
	}

	return true
}

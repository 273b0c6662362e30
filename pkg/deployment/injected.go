package deployment

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

const (
	// mostPages of Pods are looked through for those that ask for a collector: annotations can't be selected by.
	mostPages = 10
	// mostCandidates are kept.
	mostCandidates = 50
)

// A policy is what the manifest says of one that injects.
type policy struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata"`
	Spec              struct {
		PolicyName       string `json:"policyName"`
		MatchConstraints struct {
			NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector"`
		} `json:"matchConstraints"`
		Variables []struct {
			Name       string `json:"name"`
			Expression string `json:"expression"`
		} `json:"variables"`
	} `json:"spec"`
}

// sidecars reads the Pods that were injected into, and how that is done.
func (x *examination) sidecars(ctx context.Context, name string) {
	request := "list pods in all namespaces"
	pods, err := x.podsOf(ctx, metav1.NamespaceAll, diagnose.InjectedLabel+"="+name)
	if x.failed(err, request) {
		pods, err = x.podsOf(ctx, x.record.sidecar.namespace, diagnose.InjectedLabel+"="+name)
		if x.failed(err, "list pods in the namespace "+x.record.sidecar.namespace) {
			x.snapshot.Blind = true
		}
	}
	x.snapshot.Pods = append(x.snapshot.Pods, pods...)
	sidecar := &diagnose.Sidecar{Names: []string{name}}
	x.snapshot.Sidecar = sidecar
	for _, text := range strings.Split("\n"+x.record.release.Manifest, "\n---") {
		if !strings.Contains(text, "kind: MutatingAdmissionPolicy") {
			continue
		}
		var read policy
		if err := yaml.Unmarshal([]byte(text), &read); err != nil {
			continue // Helm has sent it: it is YAML.
		}
		x.policy(ctx, read, sidecar)
	}
	sidecar.Namespaces = all(ctx, x, "list namespaces", "", x.core.Namespaces().List, func(l *corev1.NamespaceList) []corev1.Namespace { return l.Items })
	x.candidates(ctx, sidecar)
}

var wantedNames = regexp.MustCompile(`in \[([^\]]*)\]\s*$`)

// policy looks whether a policy, or its binding, is there.
func (x *examination) policy(ctx context.Context, read policy, sidecar *diagnose.Sidecar) {
	binding := read.Kind == "MutatingAdmissionPolicyBinding"
	if !binding {
		sidecar.Policy, sidecar.Selector = read.Name, read.Spec.MatchConstraints.NamespaceSelector
		for _, v := range read.Spec.Variables {
			if m := wantedNames.FindStringSubmatch(v.Expression); v.Name == "wanted" && m != nil {
				names := strings.Split(strings.ReplaceAll(strings.ReplaceAll(m[1], `"`, ""), " ", ""), ",")
				sidecar.Names = slices.DeleteFunc(names, func(name string) bool { return name == "true" })
			}
		}
	}
	lookup, err := x.Lookup()
	if err != nil {
		return
	}
	client, _, err := lookup.GetClientFor(read.APIVersion, read.Kind)
	if err != nil {
		sidecar.Unserved = true

		return
	}
	found, err := client.Get(ctx, read.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err) && binding:
		sidecar.NoBinding = true
	case apierrors.IsNotFound(err):
		sidecar.NoPolicy = true
	case x.failed(err, fmt.Sprintf("get %s/%s", strings.ToLower(read.Kind), read.Name)):
	case !binding:
		sidecar.Since = found.GetCreationTimestamp()
	}
}

// candidates are Pods that ask for a collector, and have none.
func (x *examination) candidates(ctx context.Context, sidecar *diagnose.Sidecar) {
	options := metav1.ListOptions{Limit: page, LabelSelector: "!" + diagnose.InjectedLabel}
	for range mostPages {
		list, err := x.core.Pods(metav1.NamespaceAll).List(ctx, options)
		if x.failed(err, "list pods in all namespaces") {
			return
		}
		for i := range list.Items {
			pod := &list.Items[i]
			over := pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
			if !over && sidecar.Asks(pod) && len(sidecar.Candidates) < mostCandidates {
				sidecar.Candidates = append(sidecar.Candidates, *pod)
			}
		}
		if options.Continue = list.Continue; options.Continue == "" {
			return
		}
	}
	x.snapshot.Unasked = append(x.snapshot.Unasked, fmt.Sprintf("only the first %d Pods of the cluster were looked through for those that ask for a collector", mostPages*page))
}

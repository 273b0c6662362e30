package deployment

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	discovery "k8s.io/client-go/kubernetes/typed/discovery/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// An examination gathers a snapshot. What it is not allowed to see it notes, and goes on.
type examination struct {
	*Cluster
	record   *record
	snapshot *diagnose.Snapshot
}

// Snapshot is all that a diagnosis of a release needs: one list of each kind, and the logs and metrics of a few collectors,
// those that are not well first. What the cluster forbids is noted in it; Secrets are not asked for. An error is that the
// release itself can't be read, or has no collector.
func (c *Cluster) Snapshot(ctx context.Context, name string) (*diagnose.Snapshot, error) {
	record, err := c.record(ctx, name)
	if err != nil {
		return nil, err
	}
	if len(record.workloads) == 0 && record.sidecar == nil {
		return nil, fmt.Errorf("the release %s, of the chart %s, has no collector of the chart otlp-collector", name, record.info().Chart)
	}
	info := record.info()
	x := &examination{Cluster: c, record: record, snapshot: &diagnose.Snapshot{
		Taken: time.Now().UTC().Truncate(time.Second), Name: info.Name, Namespace: info.Namespace, Status: info.Status, Description: info.Description, Unasked: []string{},
	}}
	for _, owned := range record.workloads {
		x.workload(ctx, owned)
	}
	if record.sidecar != nil {
		x.sidecars(ctx, name)
	}
	x.lists(ctx)
	x.configs(ctx)
	x.speak(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err //nolint:wrapcheck // It is the caller's.
	}

	return x.snapshot, nil
}

// failed notes what could not be asked; false: all is well.
func (x *examination) failed(err error, request string) bool {
	if err == nil {
		return false
	}
	said := "the cluster did not answer: " + request + ": " + err.Error()
	if apierrors.IsForbidden(err) {
		said = "the cluster forbids to " + request
	}
	if !slices.Contains(x.snapshot.Unasked, said) {
		x.snapshot.Unasked = append(x.snapshot.Unasked, said)
	}

	return true
}

// workload reads one, and its Pods.
func (x *examination) workload(ctx context.Context, owned owned) {
	found := diagnose.Workload{Kind: owned.kind, Namespace: owned.namespace, Name: owned.name}
	live, err := x.rollout(ctx, owned)
	switch {
	case apierrors.IsNotFound(err):
		found.Missing = true
	case x.failed(err, fmt.Sprintf("get %s/%s in the namespace %s", resourceOf(owned.kind), owned.name, owned.namespace)):
		x.snapshot.Blind = true
	default:
		pods, err := x.podsOf(ctx, owned.namespace, metav1.FormatLabelSelector(live.selector))
		if x.failed(err, "list pods in "+inNamespace(owned.namespace)) {
			x.snapshot.Blind = true

			break
		}
		x.snapshot.Pods = append(x.snapshot.Pods, pods...)
		workload := live.workload(pods, "", x.snapshot.Taken)
		found.Wanted, found.Made = workload.Wanted, int(live.total)
		found.Says = x.replicaFailure(ctx, owned)
	}
	x.snapshot.Workloads = append(x.snapshot.Workloads, found)
}

// replicaFailure is what a Deployment says of Pods that can't be made, which outlives the events.
func (x *examination) replicaFailure(ctx context.Context, owned owned) []string {
	if owned.kind != "Deployment" {
		return nil
	}
	deployment, err := x.apps.Deployments(owned.namespace).Get(ctx, owned.name, metav1.GetOptions{})
	if err != nil {
		return nil // It was there a moment ago: the events say the same.
	}
	var says []string
	for _, c := range deployment.Status.Conditions {
		if c.Type == "ReplicaFailure" && c.Status == corev1.ConditionTrue {
			says = append(says, c.Reason+": "+c.Message)
		}
	}

	return says
}

// all reads a list page by page. What can't be read is noted.
func all[L metav1.ListInterface, T any](
	ctx context.Context, x *examination, request, selector string, list func(context.Context, metav1.ListOptions) (L, error), items func(L) []T,
) []T {
	var found []T
	options := metav1.ListOptions{Limit: page, LabelSelector: selector}
	for {
		read, err := list(ctx, options)
		if x.failed(err, request) {
			return found
		}
		found = append(found, items(read)...)
		if options.Continue = read.GetContinue(); options.Continue == "" {
			return found
		}
	}
}

// namespaces are those of the workloads and of the Pods, each once.
func (x *examination) namespaces() []string {
	found := x.record.namespaces()
	for i := range x.snapshot.Pods {
		found = append(found, x.snapshot.Pods[i].Namespace)
	}
	slices.Sort(found)

	return slices.Compact(found)
}

// lists reads what surrounds the Pods.
func (x *examination) lists(ctx context.Context) {
	s := x.snapshot
	s.Nodes = all(ctx, x, "list nodes", "", x.core.Nodes().List, func(l *corev1.NodeList) []corev1.Node { return l.Items })
	for _, namespace := range x.namespaces() {
		events := all(ctx, x, "list events in the namespace "+namespace, "", x.core.Events(namespace).List, func(l *corev1.EventList) []corev1.Event { return l.Items })
		for _, e := range events {
			if x.record.concerns(namespace, e.InvolvedObject) || x.hasPod(namespace, e.InvolvedObject) {
				s.Events = append(s.Events, e)
			}
		}
	}
	for _, namespace := range x.record.namespaces() {
		x.beside(ctx, namespace, " in the namespace "+namespace)
	}
}

// hasPod tells whether an object is one of the Pods.
func (x *examination) hasPod(namespace string, object corev1.ObjectReference) bool {
	return object.Kind == "Pod" && slices.ContainsFunc(x.snapshot.Pods, func(pod corev1.Pod) bool {
		return pod.Namespace == namespace && pod.Name == object.Name
	})
}

// beside reads the quotas, claims, Services and endpoints of a namespace.
func (x *examination) beside(ctx context.Context, namespace, in string) {
	s := x.snapshot
	own := "app.kubernetes.io/instance=" + x.record.release.Name
	s.Quotas = append(s.Quotas, all(ctx, x, "list resourcequotas"+in, "", x.core.ResourceQuotas(namespace).List,
		func(l *corev1.ResourceQuotaList) []corev1.ResourceQuota { return l.Items })...)
	s.Claims = append(s.Claims, all(ctx, x, "list persistentvolumeclaims"+in, own, x.core.PersistentVolumeClaims(namespace).List,
		func(l *corev1.PersistentVolumeClaimList) []corev1.PersistentVolumeClaim { return l.Items })...)
	s.Services = append(s.Services, all(ctx, x, "list services"+in, own, x.core.Services(namespace).List,
		func(l *corev1.ServiceList) []corev1.Service { return l.Items })...)
	request := "list endpointslices.discovery.k8s.io" + in
	client, err := discovery.NewForConfig(x.config)
	if x.failed(err, request) {
		return
	}
	s.Slices = append(s.Slices, all(ctx, x, request, own, client.EndpointSlices(namespace).List,
		func(l *discoveryv1.EndpointSliceList) []discoveryv1.EndpointSlice { return l.Items })...)
}

// configs reads the ConfigMaps that the Pods mount, and the one that is injected.
func (x *examination) configs(ctx context.Context) {
	wanted := map[named]bool{}
	for i := range x.snapshot.Pods {
		pod := &x.snapshot.Pods[i]
		if name := configMapOf(&pod.Spec); name != "" {
			wanted[named{pod.Namespace, name}] = true
		}
	}
	for _, w := range x.record.workloads {
		wanted[named{w.namespace, w.configMap}] = true
	}
	if x.record.sidecar != nil {
		wanted[*x.record.sidecar] = true
	}
	var order []named
	for at := range wanted {
		order = append(order, at)
	}
	slices.SortFunc(order, func(a, b named) int {
		return slices.Compare([]string{a.namespace, a.name}, []string{b.namespace, b.name})
	})
	for _, at := range order {
		found, err := x.core.ConfigMaps(at.namespace).Get(ctx, at.name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) || x.failed(err, fmt.Sprintf("get configmaps/%s in the namespace %s", at.name, at.namespace)) {
			continue
		}
		x.snapshot.Configs = append(x.snapshot.Configs, *found)
	}
}

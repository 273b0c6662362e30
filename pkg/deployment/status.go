package deployment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// page is how many objects are asked for at a time.
const page = 500

// Status reads how a release stands: Helm's record, its workloads, and one list of their Pods. Of the collectors themselves
// nothing is asked: see HealthCheck.
func (c *Cluster) Status(ctx context.Context, name string) (*Status, error) {
	record, err := c.record(ctx, name)
	if err != nil {
		return nil, err
	}
	status := &Status{Release: record.info(), Workloads: []Workload{}}
	if len(record.workloads) == 0 && record.sidecar == nil {
		return nil, fmt.Errorf("the release %s, of the chart %s, has no collector of the chart otlp-collector", name, record.info().Chart)
	}
	for _, owned := range record.workloads {
		workload, err := c.workload(ctx, owned)
		if err != nil {
			return nil, err
		}
		status.Workloads = append(status.Workloads, *workload)
	}
	if record.sidecar != nil {
		if status.Sidecars, err = c.sidecars(ctx, name, *record.sidecar, status); err != nil {
			return nil, err
		}
	}
	status.conclude()

	return status, nil
}

// PodStatus are the collectors of a release: the Pods of its workloads, or those that it was injected into.
func (c *Cluster) PodStatus(ctx context.Context, name string) ([]Pod, error) {
	status, err := c.Status(ctx, name)
	if err != nil {
		return nil, err
	}

	return status.pods(), nil
}

// pods are all of a status.
func (s *Status) pods() []Pod {
	var all []Pod
	for _, w := range s.Workloads {
		all = append(all, w.Pods...)
	}
	if s.Sidecars != nil {
		all = append(all, s.Sidecars.Pods...)
	}

	return all
}

func (c *Cluster) workload(ctx context.Context, owned owned) (*Workload, error) {
	installed := hashOf(owned.configMap)
	live, err := c.rollout(ctx, owned)
	if apierrors.IsNotFound(err) {
		return &Workload{
			Kind: owned.kind, Name: owned.name, Namespace: owned.namespace, ConfigHash: installed, State: Failed, Pods: []Pod{},
			Rollout: "it is not there: `helm upgrade` of the same values makes it again",
		}, nil
	}
	if err != nil {
		return nil, c.refused(err, fmt.Sprintf("get %s/%s in the namespace %s", resourceOf(owned.kind), owned.name, owned.namespace))
	}
	pods, err := c.podsOf(ctx, owned.namespace, metav1.FormatLabelSelector(live.selector))
	if err != nil {
		return nil, err
	}
	workload := live.workload(pods, installed, time.Now())
	if workload.State == InProgress && int(live.total) < workload.Wanted {
		if reason := c.whyNoPods(ctx, owned, live.changed); reason != "" {
			workload.State, workload.Rollout = Failed, reason
		}
	}
	if workload.State == Failed {
		c.explain(ctx, &workload)
	}

	return &workload, nil
}

// explain adds the last line of the log of a collector that ends again and again: the kubelet knows its exit code alone. Only
// one is asked, and without the right to read logs it stays at that.
func (c *Cluster) explain(ctx context.Context, w *Workload) {
	i := slices.IndexFunc(w.Pods, func(pod Pod) bool { return pod.Hopeless && pod.Current && pod.wordless })
	if i < 0 {
		return
	}
	const lines = 20
	pod := &w.Pods[i]
	log, err := c.core.Pods(pod.Namespace).GetLogs(pod.Name, &corev1.PodLogOptions{Container: diagnose.Container, Previous: true, TailLines: new(int64(lines))}).DoRaw(ctx)
	if line := lastLine(string(log)); err == nil && line != "" {
		w.Rollout = strings.ReplaceAll(w.Rollout, pod.Reason, pod.Reason+": "+line)
		pod.Reason += ": " + line
	}
}

// rollout reads a workload.
func (c *Cluster) rollout(ctx context.Context, owned owned) (rollout, error) {
	switch owned.kind {
	case "Deployment":
		found, err := c.apps.Deployments(owned.namespace).Get(ctx, owned.name, metav1.GetOptions{})
		if err != nil {
			return rollout{}, err //nolint:wrapcheck // The caller says what was asked.
		}

		return ofDeployment(found), nil
	case "StatefulSet":
		found, err := c.apps.StatefulSets(owned.namespace).Get(ctx, owned.name, metav1.GetOptions{})
		if err != nil {
			return rollout{}, err //nolint:wrapcheck // The caller says what was asked.
		}

		return ofStatefulSet(found), nil
	default:
		found, err := c.apps.DaemonSets(owned.namespace).Get(ctx, owned.name, metav1.GetOptions{})
		if err != nil {
			return rollout{}, err //nolint:wrapcheck // The caller says what was asked.
		}

		return ofDaemonSet(found), nil
	}
}

// resourceOf is the kind as rules of a Role name it.
func resourceOf(kind string) string {
	return map[string]string{"Deployment": "deployments", "StatefulSet": "statefulsets", "DaemonSet": "daemonsets"}[kind] + ".apps"
}

// podsOf are the Pods that the selector finds, sorted by name, page by page.
func (c *Cluster) podsOf(ctx context.Context, namespace, selector string) ([]corev1.Pod, error) {
	var all []corev1.Pod
	options := metav1.ListOptions{LabelSelector: selector, Limit: page}
	for {
		list, err := c.core.Pods(namespace).List(ctx, options)
		if apierrors.IsResourceExpired(err) && options.Continue != "" {
			// The list has changed for longer than the server remembers: from the start, at once.
			all, options.Continue, options.Limit = nil, "", 0

			continue
		}
		if err != nil {
			return nil, c.refused(err, "list pods in "+inNamespace(namespace))
		}
		all = append(all, list.Items...)
		if options.Continue = list.Continue; options.Continue == "" {
			break
		}
	}
	slices.SortFunc(all, func(a, b corev1.Pod) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})

	return all, nil
}

// injected are the Pods of a namespace with the sidecar of a release, without those that are over.
func (c *Cluster) injected(ctx context.Context, namespace, release string) ([]corev1.Pod, error) {
	pods, err := c.podsOf(ctx, namespace, diagnose.InjectedLabel+"="+release)

	return slices.DeleteFunc(pods, func(pod corev1.Pod) bool { return ended(&pod) }), err
}

func inNamespace(namespace string) string {
	if namespace == metav1.NamespaceAll {
		return "all namespaces"
	}

	return "the namespace " + namespace
}

// whyNoPods is why a workload's controller can't make Pods, as its events tell: a quota, or Pod Security. A Deployment says
// it itself. What was said before the last change of the workload may be mended by it: its controller says it again where not.
func (c *Cluster) whyNoPods(ctx context.Context, owned owned, changed time.Time) string {
	if owned.kind == "Deployment" {
		return ""
	}
	list, err := c.core.Events(owned.namespace).List(ctx, metav1.ListOptions{
		FieldSelector: fmt.Sprintf("involvedObject.kind=%s,involvedObject.name=%s,reason=FailedCreate", owned.kind, owned.name), Limit: page,
	})
	if err != nil {
		// It explains, and no more: without the right to read events it is not known.
		return ""
	}
	fresh := slices.DeleteFunc(list.Items, func(e corev1.Event) bool { return diagnose.Seen(e).Before(changed) })
	if len(fresh) == 0 {
		return ""
	}
	last := slices.MaxFunc(fresh, func(a, b corev1.Event) int { return diagnose.Seen(a).Compare(diagnose.Seen(b)) })

	return last.Reason + ": " + last.Message
}

// sidecars are the Pods with a collector of the release's, in all namespaces where that may be asked.
func (c *Cluster) sidecars(ctx context.Context, name string, config named, status *Status) (*Sidecars, error) {
	found := &Sidecars{Pods: []Pod{}}
	installed, err := c.core.ConfigMaps(config.namespace).Get(ctx, config.name, metav1.GetOptions{})
	if err != nil {
		return nil, c.refused(err, fmt.Sprintf("get configmaps/%s in the namespace %s", config.name, config.namespace))
	}
	if found.ConfigHash = installed.Annotations[collectorconfig.ConfigHashAnnotation]; found.ConfigHash == "" {
		status.Notes = append(status.Notes, "which Pods are out of date is not known: the release's chart does not write down the hash of its config")
	}
	pods, err := c.injected(ctx, metav1.NamespaceAll, name)
	if apierrors.IsForbidden(err) {
		status.Notes = append(status.Notes, fmt.Sprintf("only Pods of the namespace %s are looked at: the cluster forbids to list pods in all namespaces", config.namespace))
		pods, err = c.injected(ctx, config.namespace, name)
	}
	if err != nil {
		return nil, err
	}
	others, err := c.namesakesOf(ctx, name, config.namespace)
	switch {
	case apierrors.IsForbidden(err):
		status.Notes = append(status.Notes, fmt.Sprintf(
			"whether another release %s has sidecars too, which would be counted, is not known: the cluster forbids to list configmaps in all namespaces", name))
	case err != nil:
		return nil, err
	}
	leftOut := 0
	for i := range pods {
		pod := podState(&pods[i], found.ConfigHash, time.Now())
		if others.has(pod, found.ConfigHash) {
			leftOut++
			continue
		}
		found.Pods = append(found.Pods, pod)
		if pod.Ready {
			found.Ready++
		}
		if !pod.Current && !pod.Terminating && found.ConfigHash != "" {
			found.OutOfDate++
		}
	}
	if len(others.namespaces) > 0 && len(pods) > 0 {
		status.Notes = append(status.Notes, others.note(name, leftOut))
	}

	return found, nil
}

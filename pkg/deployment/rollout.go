package deployment

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// A rollout is what the three kinds of workloads say of themselves, in one form.
type rollout struct {
	kind, name, namespace string
	// generation of the specification, and the one that the controller has seen.
	generation, observed int64
	// total counts the Pods, older ones too.
	wanted, total, updated, ready, available int32
	// keeps is how many older Pods the update strategy leaves; all of them: negative.
	keeps int32
	// start is the first ordinal of a StatefulSet's Pods.
	start int
	// settled tells that a StatefulSet's update is over.
	settled bool
	paused  bool
	// failure is why the controller has given up.
	failure string
	// changed is when its specification was written last; zero: it is not known.
	changed  time.Time
	selector *metav1.LabelSelector
	template corev1.PodTemplateSpec
}

// changed is when somebody last wrote an object, other than its controller its status.
func changed(object metav1.ObjectMeta) time.Time {
	last := object.CreationTimestamp.Time
	for _, by := range object.ManagedFields {
		if by.Subresource != "status" && by.Time != nil && by.Time.After(last) {
			last = by.Time.Time
		}
	}

	return last
}

func ofDeployment(d *appsv1.Deployment) rollout {
	s := d.Status
	r := rollout{
		kind: "Deployment", name: d.Name, namespace: d.Namespace, generation: d.Generation, observed: s.ObservedGeneration,
		wanted: replicas(d.Spec.Replicas), total: s.Replicas, updated: s.UpdatedReplicas, ready: s.ReadyReplicas, available: s.AvailableReplicas,
		settled: true, paused: d.Spec.Paused, changed: changed(d.ObjectMeta), selector: d.Spec.Selector, template: d.Spec.Template,
	}
	for _, c := range s.Conditions {
		late := c.Type == appsv1.DeploymentProgressing && c.Status == corev1.ConditionFalse && c.Reason == "ProgressDeadlineExceeded"
		if late || c.Type == appsv1.DeploymentReplicaFailure && c.Status == corev1.ConditionTrue {
			r.failure = sentence(c.Reason, c.Message, "")
		}
	}

	return r
}

func ofStatefulSet(set *appsv1.StatefulSet) rollout {
	s := set.Status
	r := rollout{
		kind: "StatefulSet", name: set.Name, namespace: set.Namespace, generation: set.Generation, observed: s.ObservedGeneration,
		wanted: replicas(set.Spec.Replicas), total: s.Replicas, updated: s.UpdatedReplicas, ready: s.ReadyReplicas, available: s.AvailableReplicas,
		settled: s.UpdateRevision == s.CurrentRevision, changed: changed(set.ObjectMeta), selector: set.Spec.Selector, template: set.Spec.Template,
	}
	if set.Spec.Ordinals != nil {
		r.start = int(set.Spec.Ordinals.Start)
	}
	switch strategy := set.Spec.UpdateStrategy; {
	case strategy.Type == appsv1.OnDeleteStatefulSetStrategyType:
		r.keeps, r.settled = -1, true
	case strategy.RollingUpdate != nil && strategy.RollingUpdate.Partition != nil && *strategy.RollingUpdate.Partition > 0:
		r.keeps, r.settled = *strategy.RollingUpdate.Partition, true
	}

	return r
}

func ofDaemonSet(set *appsv1.DaemonSet) rollout {
	s := set.Status
	r := rollout{
		kind: "DaemonSet", name: set.Name, namespace: set.Namespace, generation: set.Generation, observed: s.ObservedGeneration,
		wanted: s.DesiredNumberScheduled, total: s.CurrentNumberScheduled, updated: s.UpdatedNumberScheduled, ready: s.NumberReady,
		available: s.NumberAvailable, settled: true, changed: changed(set.ObjectMeta), selector: set.Spec.Selector, template: set.Spec.Template,
	}
	if set.Spec.UpdateStrategy.Type == appsv1.OnDeleteDaemonSetStrategyType {
		r.keeps = -1
	}

	return r
}

// replicas of a specification: the API server fills in 1.
func replicas(n *int32) int32 {
	if n == nil {
		return 1
	}

	return *n
}

// state is how far the rollout is, as the counts tell.
func (r rollout) state() (State, string) {
	switch {
	case r.observed < r.generation:
		return InProgress, "the last change is not taken up yet"
	case r.failure != "":
		return Failed, r.failure
	case r.paused:
		return InProgress, "it is paused"
	default:
		if still := r.missing(); still != "" {
			return InProgress, still
		}

		return Ready, r.end()
	}
}

// held is why a new template makes no new Pods; empty: it does.
func (r rollout) held() string {
	switch {
	case r.paused:
		return "it is paused (kubectl rollout resume)"
	case r.keeps < 0:
		return "its Pods are made anew when they are deleted (updateStrategy OnDelete): delete them"
	case r.keeps > 0:
		return "its updateStrategy holds Pods back (partition)"
	default:
		return ""
	}
}

// missing says what is not as wanted yet; empty: all is.
func (r rollout) missing() string {
	switch left := r.wanted - r.updated - r.keeps; {
	case r.keeps >= 0 && left > 0:
		return fmt.Sprintf("%d of %d Pods are updated", r.updated, r.wanted)
	case r.keeps >= 0 && r.kind == "Deployment" && r.total > r.updated:
		return fmt.Sprintf("%d old Pods are still to go", r.total-r.updated)
	case r.total > r.wanted:
		return fmt.Sprintf("%d Pods too many are still to go", r.total-r.wanted)
	case r.available < r.wanted:
		return fmt.Sprintf("%d of %d Pods are available", r.available, r.wanted)
	case !r.settled:
		return "its controller has not ended the update yet"
	default:
		return ""
	}
}

// end says in words how a rollout has ended.
func (r rollout) end() string {
	switch {
	case r.wanted == 0 && r.kind == "DaemonSet":
		return "no node is to have a Pod"
	case r.keeps != 0 && r.updated < r.wanted:
		return fmt.Sprintf("rolled out as far as the update strategy goes: %d of %d Pods are updated", r.updated, r.wanted)
	default:
		return "rolled out"
	}
}

// workload puts together the rollout and its Pods.
func (r rollout) workload(pods []corev1.Pod, installed string, now time.Time) Workload {
	w := Workload{
		Kind: r.kind, Name: r.name, Namespace: r.namespace, ConfigHash: installed,
		Wanted: int(r.wanted), Updated: int(r.updated), Ready: int(r.ready), Available: int(r.available), Pods: []Pod{},
	}
	if c := diagnose.CollectorOf(&r.template.Spec); c != nil {
		w.Image = c.Image
	}
	w.State, w.Rollout = r.state()
	why := ""
	for i := range pods {
		pod := podState(&pods[i], installed, now)
		w.Pods = append(w.Pods, pod)
		if !pod.Current && !pod.Terminating {
			w.OutOfDate++
		}
		// A Pod of an older config may have failed for good: it goes, and the next one has another.
		if w.State == InProgress && pod.Hopeless && pod.Current {
			w.State, w.Rollout = Failed, "Pod "+pod.Name+": "+pod.Reason
		}
		if why == "" && !pod.Ready && pod.Current {
			why = "; Pod " + pod.Name + ": " + pod.Reason
		}
	}
	if w.State == InProgress {
		w.Rollout += why
	}

	return w
}

package deployment

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// A Scaling is what Scale did.
type Scaling struct {
	From int `json:"from"`
	To   int `json:"to"`
	// Revision of the release that has it, and whether it was made for it: where there are so many already, and the values say
	// so, nothing is sent.
	Revision int  `json:"revision"`
	Changed  bool `json:"changed"`
	// Notes say what the user should know, such as what is stranded.
	Notes []string `json:"notes,omitempty"`
}

// A StrandedError is that Pods to go have data in their queues on disk, or don't say whether they have. Nothing was sent.
type StrandedError struct {
	Release string
	// Queues say of each Pod to go what is left in it.
	Queues []string
}

// Error says what would be stranded, and how to go on.
func (e *StrandedError) Error() string {
	return fmt.Sprintf("the release %s was not scaled: what is queued on the volumes of the Pods to go would stay there, unsent, until the gateway is scaled out again: %s. "+
		"Wait until their queues are empty, or leave it there with --force", e.Release, strings.Join(e.Queues, "; "))
}

// Scale sets the replicas of a gateway among the release's values, so that the next upgrade keeps them. force leaves what is
// queued on disk in Pods to go where it is. Nothing is sent where there are so many already, and the values say so.
//
// It refuses what would not last or would hurt: another mode than gateway, a gateway that an autoscaler scales, fewer than a
// PodDisruptionBudget wants available, and a *StrandedError.
func (c *Cluster) Scale(ctx context.Context, name string, to int, force bool) (*Scaling, error) {
	if c.Changer == nil {
		return nil, fmt.Errorf("scale %s: %w", name, errNoChanger)
	}
	last, err := c.record(ctx, name)
	if err != nil {
		return nil, err
	}
	if to < 1 {
		return nil, fmt.Errorf("scale the release %s to %d: a gateway has one replica or more; `helm uninstall` takes it away", name, to)
	}
	if !last.ours() {
		return nil, last.notOurs("replicas")
	}
	gateway, err := last.gateway()
	if err != nil {
		return nil, err
	}
	live, err := c.rollout(ctx, gateway)
	if err != nil {
		return nil, c.refused(err, fmt.Sprintf("get %s/%s in the namespace %s", resourceOf(gateway.kind), gateway.name, gateway.namespace))
	}
	scaling := &Scaling{From: int(live.wanted), To: to, Revision: last.release.Version}
	for _, check := range []func() error{
		func() error { return c.noAutoscaler(ctx, last, gateway) },
		func() error { return c.budget(ctx, live, scaling) },
		func() error { return c.emptied(ctx, name, live, scaling, force) },
	} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	chart, err := last.chart()
	if err != nil {
		return nil, err
	}
	values := maps.Clone(orEmpty(last.release.Config))
	values["replicas"] = to
	status, err := c.apply(ctx, Change{Name: name, Namespace: c.Namespace, Chart: chart, Values: values}, last, Options{})
	if err != nil {
		return nil, err
	}
	scaling.Revision, scaling.Changed = status.Release.Revision, status.Release.Revision != last.release.Version

	return scaling, nil
}

// gateway is the release's workload, where it has a number of replicas.
func (r *record) gateway() (owned, error) {
	name := r.release.Name
	switch {
	case len(r.workloads) != 1:
		return owned{}, fmt.Errorf("the release %s has no replicas to scale: a sidecar is in each Pod that asks for one, and goes with it", name)
	case r.workloads[0].kind == "DaemonSet":
		return owned{}, fmt.Errorf("the release %s has no replicas to scale: a DaemonSet has a Pod on each node; `nodeSelector` and `tolerations` say which nodes these are", name)
	default:
		return r.workloads[0], nil
	}
}

// noAutoscaler refuses where one would undo the change.
func (c *Cluster) noAutoscaler(ctx context.Context, last *record, gateway owned) error {
	options := metav1.ListOptions{Limit: page}
	for {
		list, err := c.autoscaling.HorizontalPodAutoscalers(gateway.namespace).List(ctx, options)
		if err != nil {
			return c.refused(err, "list horizontalpodautoscalers.autoscaling in the namespace "+gateway.namespace)
		}
		for i := range list.Items {
			if err := against(last, gateway, &list.Items[i]); err != nil {
				return err
			}
		}
		if options.Continue = list.Continue; options.Continue == "" {
			return nil
		}
	}
}

func against(last *record, gateway owned, found *autoscalingv2.HorizontalPodAutoscaler) error {
	target := found.Spec.ScaleTargetRef
	if target.Kind != gateway.kind || target.Name != gateway.name {
		return nil
	}
	least := replicas(found.Spec.MinReplicas)
	if slices.Contains(last.autoscalers, named{found.Namespace, found.Name}) {
		return fmt.Errorf("the release %s was not scaled: its autoscaler would undo that: set `autoscaling.minReplicas` (%d) and `autoscaling.maxReplicas` (%d), or switch `autoscaling.enabled` off",
			last.release.Name, least, found.Spec.MaxReplicas)
	}

	return fmt.Errorf("the release %s was not scaled: the HorizontalPodAutoscaler %s, which is not of the release, scales it from %d to %d and would undo that: change that one",
		last.release.Name, found.Name, least, found.Spec.MaxReplicas)
}

// budget refuses fewer Pods than a PodDisruptionBudget wants: no node could be drained.
func (c *Cluster) budget(ctx context.Context, live rollout, scaling *Scaling) error {
	list, err := c.policy.PodDisruptionBudgets(live.namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return c.refused(err, "list poddisruptionbudgets.policy in the namespace "+live.namespace)
	}
	for _, found := range list.Items {
		selector, err := metav1.LabelSelectorAsSelector(found.Spec.Selector)
		if err != nil || !selector.Matches(labels.Set(live.template.Labels)) {
			continue
		}
		least := found.Spec.MinAvailable
		if least == nil || least.Type != intstr.Int {
			continue
		}
		switch n := least.IntValue(); {
		case scaling.To < n:
			return fmt.Errorf("%s was not scaled to %d: the PodDisruptionBudget %s wants %d Pods available (`podDisruptionBudget.minAvailable`): lower that first", live.name, scaling.To, found.Name, n)
		case scaling.To == n:
			scaling.Notes = append(scaling.Notes, fmt.Sprintf("no Pod can be evicted now, and no node of theirs drained: the PodDisruptionBudget %s wants all %d available", found.Name, n))
		}
	}

	return nil
}

// emptied refuses to take away Pods whose queue on disk has something in it.
func (c *Cluster) emptied(ctx context.Context, name string, live rollout, scaling *Scaling, force bool) error {
	if live.kind != "StatefulSet" || scaling.To >= scaling.From {
		return nil
	}
	pods, err := c.podsOf(ctx, live.namespace, metav1.FormatLabelSelector(live.selector))
	if err != nil {
		return err
	}
	var left []string
	for i := range pods {
		if ordinal(&pods[i]) < live.start+scaling.To {
			continue
		}
		pod := podState(&pods[i], "", time.Now())
		if text := c.queued(ctx, &pod); text != "" {
			left = append(left, text)
		}
	}
	switch {
	case len(left) == 0:
		return nil
	case !force:
		return &StrandedError{Release: name, Queues: left}
	default:
		scaling.Notes = append(scaling.Notes, "stranded until the gateway is scaled out again: "+strings.Join(left, "; "))

		return nil
	}
}

// queued says what a Pod has in its queues; empty: nothing.
func (c *Cluster) queued(ctx context.Context, pod *Pod) string {
	scrape, err := c.scrape(ctx, pod)
	if err != nil {
		return fmt.Sprintf("Pod %s does not say what its queues hold: %v", pod.Name, err)
	}

	return scrape.queued(pod.Name)
}

// queued says what is in the queues; empty: nothing.
func (s *scrape) queued(pod string) string {
	queues := s.sums("exporter_queue_size", "exporter")
	if len(queues) == 0 {
		return fmt.Sprintf("Pod %s does not say what its queues hold: it has no metric otelcol_exporter_queue_size", pod)
	}
	var found []string
	for _, exporter := range slices.Sorted(maps.Keys(queues)) {
		if n := queues[exporter]; n > 0 {
			found = append(found, fmt.Sprintf("%s in the queue of %s", strconv.FormatFloat(n, 'f', -1, 64), exporter))
		}
	}
	if len(found) == 0 {
		return ""
	}

	return fmt.Sprintf("Pod %s has %s", pod, strings.Join(found, " and "))
}

// ordinal is the number at the end of the name of a StatefulSet's Pod.
func ordinal(pod *corev1.Pod) int {
	n, err := strconv.Atoi(pod.Name[strings.LastIndex(pod.Name, "-")+1:])
	if err != nil {
		return -1
	}

	return n
}

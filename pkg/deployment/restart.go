package deployment

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// restartedAt is the annotation of a Pod template with which kubectl restarts a workload.
const restartedAt = "kubectl.kubernetes.io/restartedAt"

// lookEvery is how often a rollout is looked at.
const lookEvery = time.Second

// A Restart says how workloads are restarted.
type Restart struct {
	// AtOnce is how many are at a time; less than 1: 1.
	AtOnce int
	// Timeout of each; 0: none.
	Timeout time.Duration
	// Done is told of each that is up again. It may be nil, and is called by one goroutine at a time.
	Done func(SidecarWorkload)
}

// Restart makes the Pods of workloads anew, as `kubectl rollout restart` does, and waits for each: the next begins when one
// is up again. With the first that fails it stops, and the rest stays as it is.
func (c *Cluster) Restart(ctx context.Context, workloads []SidecarWorkload, how Restart) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	work := make(chan SidecarWorkload)
	var running sync.WaitGroup
	var mutex sync.Mutex
	for range max(1, how.AtOnce) {
		running.Go(func() {
			for w := range work {
				if ctx.Err() != nil {
					continue
				}
				if err := c.restart(ctx, w, how.Timeout); err != nil {
					stop(err)

					continue
				}
				if how.Done != nil {
					mutex.Lock()
					how.Done(w)
					mutex.Unlock()
				}
			}
		})
	}
	for _, w := range workloads {
		work <- w
	}
	close(work)
	running.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx) //nolint:wrapcheck // It is restart's, or the caller's.
	}

	return nil
}

// restart restarts one workload and waits for it.
func (c *Cluster) restart(ctx context.Context, w SidecarWorkload, timeout time.Duration) error {
	if timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeoutCause(ctx, timeout, fmt.Errorf("%s is not up again after %s: see why its Pods do not start, and restart the rest then", w, timeout))
		defer stop()
	}
	patch, err := restartPatch(time.Now())
	if err != nil {
		return fmt.Errorf("restart %s: %w", w, err)
	}
	request := c.core.RESTClient().Patch(types.StrategicMergePatchType).AbsPath(pathOf(podOwner{w.Kind, w.Name}, w.Namespace))
	if err := request.Body(patch).Do(ctx).Error(); err != nil {
		return workloadError(err, "patch the "+w.String())
	}
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		r, err := c.restarted(ctx, &w)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx) //nolint:wrapcheck // It says which workload.
		case err != nil:
			return workloadError(err, "get the "+w.String())
		case r.done:
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx) //nolint:wrapcheck // It says which workload.
		case <-ticker.C:
		}
	}
}

// restartPatch is what kubectl writes into a workload to restart it.
func restartPatch(now time.Time) ([]byte, error) {
	annotations := map[string]any{restartedAt: now.Format(time.RFC3339)}

	return json.Marshal(map[string]any{"spec": map[string]any{"template": map[string]any{"metadata": map[string]any{"annotations": annotations}}}}) //nolint:wrapcheck // The caller names the workload.
}

// A restarted workload is as far with its Pod template as it says.
type restarted struct {
	template corev1.PodTemplateSpec
	// held is why a new template makes no new Pods.
	held string
	// done says that all Pods are of the template, and available.
	done bool
}

// heldOnDelete is why Pods of that strategy stay.
const heldOnDelete = "its Pods are made anew when they are deleted (updateStrategy OnDelete): delete them"

// restarted reads that of a Deployment, StatefulSet or DaemonSet.
func (c *Cluster) restarted(ctx context.Context, w *SidecarWorkload) (restarted, error) {
	of := podOwner{w.Kind, w.Name}
	switch w.Kind {
	case deploymentKind:
		var d appsv1.Deployment
		err := c.getOwner(ctx, of, w.Namespace, &d)

		return restartedDeployment(&d), err
	case statefulSetKind:
		var d appsv1.StatefulSet
		err := c.getOwner(ctx, of, w.Namespace, &d)

		return restartedStatefulSet(&d), err
	default:
		var d appsv1.DaemonSet
		err := c.getOwner(ctx, of, w.Namespace, &d)

		return restartedDaemonSet(&d), err
	}
}

func restartedDeployment(d *appsv1.Deployment) restarted {
	wanted, s := replicasWanted(d.Spec.Replicas), d.Status
	r := restarted{template: d.Spec.Template, done: s.ObservedGeneration >= d.Generation &&
		s.UpdatedReplicas == wanted && s.Replicas == wanted && s.AvailableReplicas == wanted}
	if d.Spec.Paused {
		r.held = "it is paused (kubectl rollout resume)"
	}

	return r
}

func restartedStatefulSet(d *appsv1.StatefulSet) restarted {
	wanted, s := replicasWanted(d.Spec.Replicas), d.Status
	// Those below a partition stay as they are.
	partition := int32(0)
	if rolling := d.Spec.UpdateStrategy.RollingUpdate; rolling != nil && rolling.Partition != nil {
		partition = min(wanted, *rolling.Partition)
	}
	r := restarted{template: d.Spec.Template, done: s.ObservedGeneration >= d.Generation &&
		s.UpdatedReplicas >= wanted-partition && s.AvailableReplicas == wanted}
	switch {
	case d.Spec.UpdateStrategy.Type == onDeleteStrategy:
		r.held = heldOnDelete
	case partition > 0:
		r.held = "its updateStrategy holds Pods back (partition)"
	}

	return r
}

func restartedDaemonSet(d *appsv1.DaemonSet) restarted {
	s := d.Status
	r := restarted{template: d.Spec.Template, done: s.ObservedGeneration >= d.Generation &&
		s.UpdatedNumberScheduled == s.DesiredNumberScheduled && s.NumberAvailable == s.DesiredNumberScheduled}
	if d.Spec.UpdateStrategy.Type == onDeleteStrategy {
		r.held = heldOnDelete
	}

	return r
}

// replicasWanted is 1 where nothing is said.
func replicasWanted(replicas *int32) int32 {
	if replicas == nil {
		return 1
	}

	return *replicas
}

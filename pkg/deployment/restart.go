package deployment

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
)

// restartedAt is the annotation of a Pod template with which kubectl restarts a workload.
const restartedAt = "kubectl.kubernetes.io/restartedAt"

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
	resource, _, _ := strings.Cut(resourceOf(w.Kind), ".")
	workloads := c.metadata.Resource(schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: resource}).Namespace(w.Namespace)
	if _, err := workloads.Patch(ctx, w.Name, types.StrategicMergePatchType, patch, metav1.PatchOptions{}); err != nil {
		return c.refused(err, "patch "+w.request())
	}
	ticker := time.NewTicker(pollEvery)
	defer ticker.Stop()
	for {
		live, err := c.rollout(ctx, w.owned())
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx) //nolint:wrapcheck // It says which workload.
		case err != nil && !transient(err):
			return c.refused(err, "get "+w.request())
		case err == nil:
			switch state, words := live.state(); state {
			case Ready:
				return nil
			case Failed:
				return fmt.Errorf("%s does not come up again: %s", w, words)
			case InProgress:
			}
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

package reliability

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// With its own defaults, on the use of CPU and memory that metrics-server reports. The requests are such that the load of
// one machine is too much for three Pods.
const autoscaled = `
resources: {requests: {cpu: 100m, memory: 256Mi}}
autoscaling: {enabled: true}
`

func autoscaledGateway(chart string) subject {
	s := gateway(chart)
	s.name, s.values = "gateway with autoscaling", exporterValues+autoscaled

	return s
}

// A peak brings more Pods, its end fewer, and neither makes the number go up and down.
func TestAutoscaling(t *testing.T) {
	full(t)
	once(t, "a peak, and its end", []subject{autoscaledGateway(ourChart(t))}, func(tr *trial) telemetry.Tally {
		replicas := tr.watchReplicas()
		tr.load(rate / 2)
		peak := tr.start(8*rate, func(load *telemetry.Load) { load.Stream = "peak" })
		tr.pause(5 * time.Minute)
		sent := peak.Stop(patience)
		atPeak := replicas.soFar(0)
		require.Greater(tr.t, len(atPeak), 1, "no more Pods at the peak than before: %v", atPeak)
		assert.IsIncreasing(tr.t, atPeak, "more Pods at the peak, and never fewer")
		// One a minute, after five minutes in which it was quiet.
		tr.pause(time.Duration(6+atPeak[len(atPeak)-1]) * time.Minute)
		after := replicas.soFar(len(atPeak) - 1)
		require.Greater(tr.t, len(after), 1, "no fewer Pods after the peak: %v", after)
		assert.IsDecreasing(tr.t, after, "fewer Pods after the peak, and never more")
		assert.Equal(tr.t, 3, after[len(after)-1], "the least that it may have")
		tr.t.Logf("Pods wanted: %v at the peak, then %v", atPeak, after)

		tally := tr.finish()
		assert.Zero(tr.t, tr.sink.Tally(telemetry.Stream{Signal: telemetry.Traces, Writer: "peak"}, sent).Lost, "lost of the peak")

		return tally
	})
}

// A backend that is away for longer than a collector without persistence keeps anything. What waits in memory is no
// reason for more Pods.
func TestBackendDownForAQuarterOfAnHour(t *testing.T) {
	full(t)
	forgetful := autoscaledGateway(ourChart(t))
	// Five minutes after its first attempt, each request is given up.
	forgetful.mayLose = 0.9
	once(t, "backend down for 15 min", []subject{forgetful, persistentGateway(ourChart(t))}, func(tr *trial) telemetry.Tally {
		replicas := tr.watchReplicas()
		tr.load(rate / 4)
		if tr.subject.name == forgetful.name {
			tr.waitScaling()
		}
		tr.pause(5 * time.Second)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		tr.pause(15 * time.Minute)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		tr.pause(waitTime)
		tr.t.Logf("Pods wanted: %v", replicas.soFar(0))
		if tr.subject.name == forgetful.name {
			assert.Len(tr.t, replicas.soFar(0), 1, "the autoscaler changed the number of Pods")
		}

		return tr.finish()
	})
}

// waitScaling waits until the autoscaler knows what the Pods use.
func (tr *trial) waitScaling() {
	tr.t.Helper()
	cluster.Eventually(tr.t, func(ctx context.Context) error {
		autoscaler, err := tr.cluster.Client.AutoscalingV2().HorizontalPodAutoscalers(tr.namespace).Get(ctx, tr.subject.fullname(), metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, condition := range autoscaler.Status.Conditions {
			if condition.Type == autoscalingv2.ScalingActive && condition.Status == corev1.ConditionTrue {
				return nil
			}
		}

		return fmt.Errorf("the autoscaler does not scale: %v", autoscaler.Status.Conditions)
	})
}

// replicas are the numbers of Pods that a workload has wanted, one after the other.
type replicas struct {
	mu     sync.Mutex
	wanted []int
}

// watchReplicas looks at the workload until the test ends.
func (tr *trial) watchReplicas() *replicas {
	tr.t.Helper()
	r := &replicas{wanted: []int{tr.wanted()}}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	tr.t.Cleanup(func() { cancel(); <-done })
	go func() {
		defer close(done)
		for ctx.Err() == nil {
			// What can't be asked now is asked later.
			if scale, err := tr.scaleNow(ctx); err == nil {
				r.add(int(scale.Spec.Replicas))
			}
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()

	return r
}

func (r *replicas) add(count int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if count != r.wanted[len(r.wanted)-1] {
		r.wanted = append(r.wanted, count)
	}
}

// soFar returns them from a place on.
func (r *replicas) soFar(from int) []int {
	r.mu.Lock()
	defer r.mu.Unlock()

	return slices.Clone(r.wanted[from:])
}

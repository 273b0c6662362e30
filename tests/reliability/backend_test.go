package reliability

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
	"github.com/helm-otlp/helm-otlp/tests/telemetry"
)

// What a backend does to a collector.
func TestTroubleOfTheBackend(t *testing.T) {
	t.Parallel()
	for _, trouble := range []struct {
		scenario  string
		behaviour telemetry.Behaviour
		lasts     time.Duration
	}{
		{"backend down for 60 s", telemetry.Down(), time.Minute},
		{"backend refuses", telemetry.Refusing(), waitTime},
		{"backend slow, 3 s", telemetry.Slow(3 * time.Second), waitTime},
		{"backend flaps", telemetry.Flapping(3*time.Second, 2*time.Second), waitTime},
	} {
		// The others are left to make e2e-full.
		if testing.Short() && trouble.lasts < time.Minute {
			continue
		}
		t.Run(trouble.scenario, func(t *testing.T) {
			repeat(t, trouble.scenario, []subject{gateway(ourChart(t)), agent(ourChart(t)), sidecar(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
				tr.load(rate)
				tr.pause(2 * time.Second)
				require.NoError(tr.t, tr.sink.Behave(trouble.behaviour))
				tr.pause(trouble.lasts)
				require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
				tr.pause(2 * time.Second)

				return tr.finish()
			})
		})
	}
}

// 4096 of these records are four times as long as what a receiver of gRPC takes, and what it does not take is lost. They
// come together while the backend is down.
func TestLongRecordsLoseNothing(t *testing.T) {
	repeat(t, "backend down, records of 4 KB", compared(t), "", func(tr *trial) telemetry.Tally {
		tr.load(500, func(load *telemetry.Load) { load.Padding = 4000 })
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		tr.pause(waitTime)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		tr.pause(2 * time.Second)

		return tr.finish()
	})
}

// A collector that is stopped makes no further attempt, so that the first has to succeed.
func TestAnUpgradeLosesNothingOfASlowBackend(t *testing.T) {
	repeat(t, "upgrade, backend slow, 7 s", compared(t), "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Slow(7*time.Second)))
		tr.pause(8 * time.Second)
		tr.upgrade(3, 1)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))

		return tr.finish()
	})
}

// setDNS sets how many Pods answer the cluster's names.
func (tr *trial) setDNS(replicas int) {
	tr.t.Helper()
	patch := fmt.Appendf(nil, `{"spec":{"replicas":%d}}`, replicas)
	_, err := tr.cluster.Client.AppsV1().Deployments(metav1.NamespaceSystem).Patch(context.Background(), "coredns",
		types.MergePatchType, patch, metav1.PatchOptions{}, "scale")
	require.NoError(tr.t, err)
	cluster.Eventually(tr.t, func(ctx context.Context) error {
		slices, err := tr.cluster.Client.DiscoveryV1().EndpointSlices(metav1.NamespaceSystem).List(ctx, metav1.ListOptions{LabelSelector: "kubernetes.io/service-name=kube-dns"})
		if err != nil {
			return err
		}
		ready := 0
		for _, slice := range slices.Items {
			for _, endpoint := range slice.Endpoints {
				if *endpoint.Conditions.Ready {
					ready++
				}
			}
		}
		if ready != replicas {
			return fmt.Errorf("%d Pods answer the cluster's names, and %d are to", ready, replicas)
		}

		return nil
	})
}

// Names can't be looked up, while connections to the backend break and a collector restarts, which knows no address yet.
func TestDNSGone(t *testing.T) {
	full(t)
	alone(t, "DNS gone", []subject{gateway(ourChart(t)), agent(ourChart(t))}, "", func(tr *trial) telemetry.Tally {
		tr.load(rate)
		defer tr.setDNS(1)
		tr.setDNS(0)
		require.NoError(tr.t, tr.sink.Behave(telemetry.Down()))
		require.NoError(tr.t, tr.sink.Behave(telemetry.Accepting()))
		// What failed meanwhile is sent again over the addresses that are known.
		tr.pause(waitTime)
		pod := tr.pods()[0]
		if tr.subject.kind == "DaemonSet" {
			pod = tr.agentOf(tr.cluster.Nodes()[0])
		}
		tr.end(pod, syscall.SIGTERM)
		tr.pause(waitTime)
		tr.setDNS(1)
		tr.pause(5 * time.Second)

		return tr.finish()
	})
}

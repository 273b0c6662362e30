// Package kubelet holds pkg/deployment to real collectors, which a real kubelet runs.
package kubelet

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/deployment/sdk"
	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

const release = "rel"

var shared *cluster.Cluster

func TestMain(m *testing.M) {
	os.Exit(cluster.MainWithNodes(m, &shared, cluster.Nodes{Count: 1, Images: cluster.Collectors()}))
}

// connect is what a program has of a namespace.
func connect(t *testing.T, namespace string) *deployment.Cluster {
	t.Helper()
	c, err := deployment.Connect(deployment.Access{Kubeconfig: shared.Kubeconfig, Namespace: namespace, Env: func(string) string { return "" }})
	require.NoError(t, err)
	c.Changer = sdk.New(c)
	t.Cleanup(func() { _, _, _ = shared.Helm(t, 4, "uninstall", release, "--namespace", namespace) })

	return c
}

// values are of a gateway of two that makes metrics by itself.
func values() map[string]any {
	return map[string]any{
		"replicas":  2,
		"resources": map[string]any{"requests": map[string]any{"cpu": "10m", "memory": "40Mi"}, "limits": map[string]any{"memory": "300Mi"}},
		"presets":   map[string]any{"kubernetesAttributes": map[string]any{"enabled": false}},
		"config": map[string]any{
			"receivers": map[string]any{"host_metrics": map[string]any{"collection_interval": "1s", "scrapers": map[string]any{"load": map[string]any{}}}},
			"service": map[string]any{"pipelines": map[string]any{"metrics": map[string]any{
				"receivers": []any{"host_metrics"}, "exporters": []any{"debug"},
			}}},
			"exporters": map[string]any{"debug": map[string]any{}},
		},
	}
}

// config is one that UpdateConfig is given: the receiver of OTLP listens here.
func config(address string) deployment.Config {
	return deployment.Config{Name: "config.yaml", YAML: fmt.Appendf(nil, `receivers:
  otlp: {protocols: {grpc: {endpoint: '%s'}}}
  host_metrics: {collection_interval: 1s, scrapers: {load: {}}}
exporters: {debug: {}}
service:
  pipelines: {metrics: {receivers: [otlp, host_metrics], exporters: [debug]}}
`, address)}
}

func within(t *testing.T, limit time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	t.Cleanup(cancel)

	return ctx
}

func TestAReleaseIsDeployedWatchedScaledAndChanged(t *testing.T) {
	t.Parallel()
	c := connect(t, shared.Namespace(t, ""))
	ctx := within(t, 10*time.Minute)
	status, err := c.Deploy(ctx, release, values(), deployment.Options{Wait: true})
	require.NoError(t, err)
	assert.Equal(t, []any{deployment.Ready, 2}, []any{status.State, status.Workloads[0].Ready})

	pods, err := c.PodStatus(ctx, release)
	require.NoError(t, err)
	require.Len(t, pods, 2)
	for _, pod := range pods {
		assert.Equal(t, []any{true, true, shared.Nodes()[0].Name}, []any{pod.Ready, pod.Current, pod.Node})
	}
	health, err := c.HealthCheck(ctx, release)
	require.NoError(t, err)
	assert.True(t, health.Healthy, "%+v", health)
	cluster.Eventually(t, func(context.Context) error {
		metrics, err := c.Metrics(ctx, release, 2*time.Second, 0)
		if err != nil {
			return err
		}
		for _, component := range metrics.Components {
			if component.Name == "host_metrics" && component.Accepted > 0 && len(metrics.Pods) == 2 && metrics.Pods[0].Memory.Used > 0 {
				return nil
			}
		}

		return fmt.Errorf("no metrics are accepted: %+v", metrics)
	})
	events, err := c.Events(ctx, release)
	require.NoError(t, err)
	var reasons []string
	for _, event := range events {
		reasons = append(reasons, event.Reason)
	}
	assert.Subset(t, reasons, []string{"ScalingReplicaSet", "Scheduled", "Started"})
	nodes, err := c.NodeResources(ctx)
	require.NoError(t, err)
	require.Len(t, nodes, 1)
	assert.True(t, nodes[0].Ready)
	assert.GreaterOrEqual(t, nodes[0].Pods, 2)

	scaling, err := c.Scale(ctx, release, 3, false)
	require.NoError(t, err)
	assert.Equal(t, []any{2, 3, true}, []any{scaling.From, scaling.To, scaling.Changed})
	status, err = c.WaitUntilReady(ctx, release, nil)
	require.NoError(t, err)
	assert.Equal(t, 3, status.Workloads[0].Ready)

	status, err = c.UpdateConfig(ctx, release, config("0.0.0.0:4317"), deployment.Options{Rollback: true})
	require.NoError(t, err)
	assert.Equal(t, []any{deployment.Ready, 3, 0}, []any{status.State, status.Workloads[0].Ready, status.Workloads[0].OutOfDate})
}

func TestAConfigThatCrashesIsRolledBackWhileTheOldPodsServe(t *testing.T) {
	t.Parallel()
	c := connect(t, shared.Namespace(t, ""))
	ctx := within(t, 10*time.Minute)
	status, err := c.Deploy(ctx, release, values(), deployment.Options{Wait: true})
	require.NoError(t, err)
	good := status.Workloads[0].ConfigHash
	before, err := c.PodStatus(ctx, release)
	require.NoError(t, err)

	// It passes lint, and no Pod has the address.
	_, err = c.UpdateConfig(ctx, release, config("203.0.113.7:4317"), deployment.Options{Rollback: true})
	var failed *deployment.FailedError
	require.ErrorAs(t, err, &failed, "%v", err)
	require.NoError(t, failed.Err)
	assert.Equal(t, 1, failed.RolledBackTo)
	assert.Regexp(t, `it ends again and again \(\d+ restarts\): exit code 1: .*203\.0\.113\.7`, failed.Reason)
	status, err = c.WaitUntilReady(ctx, release, nil)
	require.NoError(t, err)
	assert.Equal(t, []any{3, good, 2, 0}, []any{status.Release.Revision, status.Workloads[0].ConfigHash, status.Workloads[0].Ready, status.Workloads[0].OutOfDate})
	after, err := c.PodStatus(ctx, release)
	require.NoError(t, err)
	assert.Equal(t, lives(before), lives(after))
}

// lives are the Pods that stay, and how often their collectors were started again.
func lives(pods []deployment.Pod) (names []string) {
	for _, pod := range pods {
		if !pod.Terminating {
			names = append(names, fmt.Sprint(pod.Name, " ", pod.Restarts))
		}
	}

	return names
}

func TestAfterTwoUpdatesAtOnceTheConfigThatWonRuns(t *testing.T) {
	t.Parallel()
	namespace := shared.Namespace(t, "")
	c := connect(t, namespace)
	ctx := within(t, 10*time.Minute)
	_, err := c.Deploy(ctx, release, values(), deployment.Options{Wait: true})
	require.NoError(t, err)
	configs := []deployment.Config{config("0.0.0.0:4317"), config("0.0.0.0:5317")}
	problems, installed := make([]error, len(configs)), make([]*deployment.Status, len(configs))
	var running sync.WaitGroup
	for i := range configs {
		other := connect(t, namespace)
		running.Go(func() { installed[i], problems[i] = other.UpdateConfig(ctx, release, configs[i], deployment.Options{}) })
	}
	running.Wait()
	status, err := c.WaitUntilReady(ctx, release, nil)
	require.NoError(t, err)
	won := 0
	for i, err := range problems {
		if err != nil {
			require.ErrorIs(t, err, deployment.ErrBusy)

			continue
		}
		won++
		if last := installed[i]; last.Release.Revision == status.Release.Revision {
			assert.Equal(t, last.Workloads[0].ConfigHash, status.Workloads[0].ConfigHash)
		}
	}
	// Where the first was done before the other began, both won, one after the other.
	assert.GreaterOrEqual(t, won, 1, "%v", problems)
	assert.Equal(t, []any{1 + won, 2, 0}, []any{status.Release.Revision, status.Workloads[0].Ready, status.Workloads[0].OutOfDate})
}

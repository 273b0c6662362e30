package deployment

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/deployment/sdk"
)

func TestDeployMakesAReleaseOfHelmsOnce(t *testing.T) {
	c := connect(t)
	play(t, c.Namespace, runs)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	status, err := c.Deploy(ctx, "rel", values(), deployment.Options{Wait: true})
	require.NoError(t, err)
	assert.Equal(t, deployment.Ready, status.State)
	assert.Equal(t, 2, status.Workloads[0].Ready)
	for _, major := range []int{3, 4} {
		stdout, _, err := shared.Helm(t, major, "status", "rel", "--namespace", c.Namespace)
		require.NoError(t, err)
		assert.Contains(t, stdout, "STATUS: deployed")
	}

	// The same again is no new revision.
	_, err = c.Deploy(ctx, "rel", values(), deployment.Options{Wait: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"1 deployed"}, revisions(t, c.Namespace))

	other := values()
	other["podLabels"] = map[string]any{"a": "b"}
	status, err = c.Deploy(ctx, "rel", other, deployment.Options{Wait: true})
	require.NoError(t, err)
	assert.Equal(t, 2, status.Release.Revision)

	// Helm itself goes on where this was.
	_, _, err = shared.Helm(t, 3, "rollback", "rel", "1", "--namespace", c.Namespace)
	require.NoError(t, err)
	found, err := c.PodStatus(ctx, "rel")
	require.NoError(t, err)
	assert.NotEmpty(t, found)
}

func TestOfTwoThatDeployAtOnceOneWinsAndTheReleaseIsWhole(t *testing.T) {
	c := connect(t)
	play(t, c.Namespace, runs)
	_, err := c.Deploy(t.Context(), "rel", values(), deployment.Options{})
	require.NoError(t, err)
	const callers = 6
	problems := make([]error, callers)
	var running sync.WaitGroup
	for i := range callers {
		own, err := deployment.Connect(deployment.Access{Kubeconfig: shared.Kubeconfig, Namespace: c.Namespace, Env: func(string) string { return "" }})
		require.NoError(t, err)
		own.Changer = sdk.New(own)
		running.Go(func() {
			mine := values()
			mine["podLabels"] = map[string]any{"caller": fmt.Sprint("c", i)}
			_, problems[i] = own.Deploy(t.Context(), "rel", mine, deployment.Options{})
		})
	}
	running.Wait()
	won := 0
	for _, err := range problems {
		if err == nil {
			won++
		} else {
			require.ErrorIs(t, err, deployment.ErrBusy)
		}
	}
	assert.GreaterOrEqual(t, won, 1)
	assert.Len(t, revisions(t, c.Namespace), 1+won, "a revision for each that won, and none is pending: %v", revisions(t, c.Namespace))
	for _, line := range revisions(t, c.Namespace) {
		assert.Regexp(t, " (deployed|superseded)$", line)
	}
}

func TestAReleaseThatHelmIsAtIsLeftAlone(t *testing.T) {
	c := connect(t)
	_, err := c.Deploy(t.Context(), "rel", values(), deployment.Options{})
	require.NoError(t, err)
	upgrade := shared.HelmCommand(t, 4, "upgrade", "rel", "../../charts/otlp-collector", "--namespace", c.Namespace, "--set", "replicas=3", "--wait", "--timeout", "10m")
	require.NoError(t, upgrade.Start())
	require.Eventually(t, func() bool { return len(revisions(t, c.Namespace)) == 2 }, time.Minute, 100*time.Millisecond)
	other := values()
	other["replicas"] = 4
	_, err = c.Deploy(t.Context(), "rel", other, deployment.Options{})
	require.ErrorIs(t, err, deployment.ErrBusy)
	assert.Contains(t, err.Error(), "revision 2 is pending-upgrade since ")
	_, err = c.Scale(t.Context(), "rel", 4, false)
	require.ErrorIs(t, err, deployment.ErrBusy)
	require.NoError(t, upgrade.Process.Kill())
	_ = upgrade.Wait() // It was killed.
	assert.Equal(t, []string{"1 deployed", "2 pending-upgrade"}, revisions(t, c.Namespace))
}

func TestANewReleaseThatFailsIsUninstalledAgainWhereThatIsWanted(t *testing.T) {
	c := connect(t)
	play(t, c.Namespace, crashesUnless("none"))
	_, err := c.Deploy(t.Context(), "rel", values(), deployment.Options{Rollback: true})
	var failed *deployment.FailedError
	require.ErrorAs(t, err, &failed)
	assert.True(t, failed.Uninstalled)
	assert.Contains(t, failed.Reason, "it ends again and again (3 restarts): exit code 1: no such host")
	assert.Empty(t, revisions(t, c.Namespace))
	_, err = c.Status(t.Context(), "rel")
	assert.ErrorIs(t, err, deployment.ErrNoRelease)
}

func TestAConfigThatLintRejectsIsNotSent(t *testing.T) {
	c := connect(t)
	_, err := c.Deploy(t.Context(), "rel", values(), deployment.Options{})
	require.NoError(t, err)
	_, err = c.UpdateConfig(t.Context(), "rel", deployment.Config{Name: "config.yaml", YAML: []byte(`exporters:
  otlp_http: {endpoint: "https://backend.example"}
service:
  pipelines:
    traces:
      exporters: [otlp_htpp]
`)}, deployment.Options{})
	var rejected *deployment.RejectedError
	require.ErrorAs(t, err, &rejected)
	assert.Contains(t, err.Error(), "config.yaml:6:19: the pipeline traces names the exporter otlp_htpp, which is not defined")
	assert.Equal(t, []string{"1 deployed"}, revisions(t, c.Namespace))

	_, err = c.UpdateConfig(t.Context(), "rel", deployment.Config{Name: "config.yaml", YAML: []byte("exporters:\n  a: [\n")}, deployment.Options{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "config.yaml:2:6: ")

	_, err = c.Deploy(t.Context(), "rel", map[string]any{"replica": 3}, deployment.Options{})
	require.Error(t, err)
	assert.Contains(t, err.Error(), "replica")
	assert.Equal(t, []string{"1 deployed"}, revisions(t, c.Namespace))
}

func TestAConfigThatCrashesIsRolledBackAndTheCauseIsTold(t *testing.T) {
	c := connect(t)
	first := values()
	first["updateStrategy"] = map[string]any{"rollingUpdate": map[string]any{"maxUnavailable": 1}}
	_, err := c.Deploy(t.Context(), "rel", first, deployment.Options{})
	require.NoError(t, err)
	status, err := c.Status(t.Context(), "rel")
	require.NoError(t, err)
	good := status.Workloads[0].ConfigHash
	play(t, c.Namespace, crashesUnless("rel-otlp-collector-"+good))
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	_, err = c.WaitUntilReady(ctx, "rel", nil)
	require.NoError(t, err)

	_, err = c.UpdateConfig(ctx, "rel", deployment.Config{YAML: []byte("exporters: {otlp_grpc: {endpoint: \"elsewhere.example:4317\"}}\n")}, deployment.Options{Rollback: true})
	var failed *deployment.FailedError
	require.ErrorAs(t, err, &failed, "%v", err)
	require.NoError(t, failed.Err)
	assert.Equal(t, 1, failed.RolledBackTo)
	assert.Contains(t, failed.Reason, "it ends again and again (3 restarts): exit code 1: no such host")
	status, err = c.WaitUntilReady(ctx, "rel", nil)
	require.NoError(t, err)
	assert.Equal(t, []any{3, good, 0}, []any{status.Release.Revision, status.Workloads[0].ConfigHash, status.Workloads[0].OutOfDate})
}

func TestTheRightThatLacksIsNamed(t *testing.T) {
	c := connect(t)
	_, err := c.Deploy(t.Context(), "rel", values(), deployment.Options{})
	require.NoError(t, err)
	nobody, err := deployment.Connect(deployment.Access{Kubeconfig: shared.Kubeconfig, Namespace: c.Namespace, Env: func(name string) string {
		return map[string]string{"HELM_KUBEASUSER": "nobody"}[name]
	}})
	require.NoError(t, err)
	_, err = nobody.Status(t.Context(), "rel")
	require.Error(t, err)
	assert.True(t, apierrors.IsForbidden(err))
	assert.Contains(t, err.Error(), "the cluster forbids to list secrets in the namespace "+c.Namespace)
}

func TestEventsAndNodesAreRead(t *testing.T) {
	c := connect(t)
	_, err := c.Deploy(t.Context(), "rel", values(), deployment.Options{})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		events, err := c.Events(t.Context(), "rel")
		require.NoError(t, err)
		for _, e := range events {
			if e.Reason == "ScalingReplicaSet" && e.Object == "Deployment/rel-otlp-collector" {
				return true
			}
		}

		return false
	}, time.Minute, 200*time.Millisecond)

	nodes := shared.Client.CoreV1().Nodes()
	node := &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: "planted"}, Status: corev1.NodeStatus{Allocatable: corev1.ResourceList{"cpu": quantity("4"), "memory": quantity("8Gi"), "pods": quantity("110")}}}
	created, err := nodes.Create(t.Context(), node, metav1.CreateOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = nodes.Delete(context.Background(), "planted", metav1.DeleteOptions{}) })
	created.Status = node.Status
	_, err = nodes.UpdateStatus(t.Context(), created, metav1.UpdateOptions{})
	require.NoError(t, err)
	_, err = shared.Client.CoreV1().Pods(c.Namespace).Create(t.Context(), &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "there"},
		Spec: corev1.PodSpec{NodeName: "planted", Containers: []corev1.Container{{
			Name: "a", Image: "a", Resources: corev1.ResourceRequirements{Requests: corev1.ResourceList{"cpu": quantity("1500m"), "memory": quantity("1Gi")}},
		}}},
	}, metav1.CreateOptions{})
	require.NoError(t, err)
	have, err := c.NodeResources(t.Context())
	require.NoError(t, err)
	require.Len(t, have, 1)
	free := have[0].CPU.Free()
	assert.Equal(t, "2500m", free.String())
	free = have[0].Memory.Free()
	assert.Equal(t, "7Gi", free.String())
	assert.Equal(t, []any{1, 110, false}, []any{have[0].Pods, have[0].MaxPods, have[0].Ready})
}

func quantity(text string) resource.Quantity { return resource.MustParse(text) }

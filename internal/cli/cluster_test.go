package cli

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

// quiet is a program without a terminal, a plugin's home or a cluster of the user's.
func quiet() (*program, *bytes.Buffer) {
	var said bytes.Buffer
	env := func(name string) string {
		return map[string]string{"HELM_KUBEAPISERVER": "http://127.0.0.1:1", "KUBECONFIG": "/none"}[name]
	}

	return &program{stdout: &bytes.Buffer{}, stderr: &said, env: env, secrets: &secret.Mask{}}, &said
}

func TestSecretsOfAReleaseThatIsReadAreHiddenInItsStatusAndMetrics(t *testing.T) {
	t.Parallel()
	p, _ := quiet()
	cluster, err := (&clusterFlags{}).connect(p)
	require.NoError(t, err)
	cluster.Told(map[string]any{"config": map[string]any{"exporters": map[string]any{"a": map[string]any{"api_key": "hunter2-of-values"}}}},
		"kind: Secret\nstringData: {password: hunter2-of-manifest}\n")
	const said, want = "no: hunter2-of-values, hunter2-of-manifest", "no: " + secret.Masked + ", " + secret.Masked
	status := &deployment.Status{
		Reason: said, Notes: []string{said}, Release: deployment.Info{Description: said},
		Workloads: []deployment.Workload{{Rollout: said, Pods: []deployment.Pod{{Reason: said, Health: &deployment.Health{Detail: said}}}}},
		Sidecars:  &deployment.Sidecars{Pods: []deployment.Pod{{Reason: said}}},
	}
	p.hideStatus(status)
	pod := status.Workloads[0].Pods[0]
	for i, text := range []string{
		status.Reason, status.Notes[0], status.Release.Description, status.Workloads[0].Rollout, pod.Reason, pod.Health.Detail, status.Sidecars.Pods[0].Reason,
	} {
		assert.Equal(t, want, text, i)
	}
	metrics := &deployment.Metrics{Release: deployment.Info{Description: said}, Notes: []string{said}, Pods: []deployment.PodMetrics{{Problem: said}}}
	p.hideMetrics(metrics)
	assert.Equal(t, []string{want, want, want}, []string{metrics.Release.Description, metrics.Notes[0], metrics.Pods[0].Problem})
}

func TestWhatIsStillOutOfDateAfterARestartIsFound(t *testing.T) {
	t.Parallel()
	web := deployment.SidecarWorkload{Kind: "Deployment", Namespace: "a", Name: "web", Outdated: 1}
	job := deployment.SidecarWorkload{Kind: "Job", Namespace: "a", Name: "job", Outdated: 1, Stays: "it ends by itself"}
	for name, c := range map[string]struct {
		before, after, restarted []deployment.SidecarWorkload
		found                    bool
		said                     string
	}{
		"mended":           {[]deployment.SidecarWorkload{web}, nil, []deployment.SidecarWorkload{web}, false, ""},
		"not mended":       {[]deployment.SidecarWorkload{web}, []deployment.SidecarWorkload{web}, []deployment.SidecarWorkload{web}, true, "Deployment a/web: still out of date"},
		"a Job stays":      {[]deployment.SidecarWorkload{web, job}, []deployment.SidecarWorkload{job}, []deployment.SidecarWorkload{web}, true, ""},
		"nothing restarts": {[]deployment.SidecarWorkload{job}, nil, nil, true, ""},
		"nothing is old":   {nil, nil, nil, false, ""},
	} {
		p, said := quiet()
		var restarted []deployment.SidecarWorkload
		err := p.restartOutdated(t.Context(), c.before, checkFlags{atOnce: 2}, func(_ context.Context, all []deployment.SidecarWorkload, how deployment.Restart) error {
			restarted = all
			assert.Equal(t, 2, how.AtOnce)

			return nil
		}, func() ([]deployment.SidecarWorkload, error) { return c.after, nil })
		assert.Equal(t, c.restarted, restarted, name)
		assert.Equal(t, c.found, err != nil, name)
		if c.found {
			require.ErrorIs(t, err, errFindings, name)
		}
		assert.Contains(t, said.String(), c.said, name)
		if c.said == "" {
			assert.Empty(t, said.String(), name)
		}
	}
}

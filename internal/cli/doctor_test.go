package cli

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/changes"
	"github.com/helm-otlp/helm-otlp/pkg/deployment"
	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

// printing is a program whose stdout is kept.
func printing() (*program, *bytes.Buffer) {
	var out bytes.Buffer

	return &program{stdout: &out, stderr: io.Discard, env: func(string) string { return "" }, secrets: &secret.Mask{}}, &out
}

func TestADiagnosisIsPrintedCauseByCause(t *testing.T) {
	t.Parallel()
	p, out := printing()
	require.NoError(t, p.printDiagnosis(&diagnosis{
		Release: "gateway", Pods: 5, Well: 0,
		Causes: []diagnose.Cause{{
			ID: "out-of-memory", Summary: "the kernel has killed the collector", Mend: "raise the limit", Values: "resources:\n  limits: {memory: 1Gi}\n",
			Evidence: []diagnose.Evidence{{Object: "Pod obs/a", Says: "OOMKilled"}}, Pods: []string{"obs/a", "obs/b", "obs/c", "obs/d", "obs/e"},
		}},
		Findings: []doctorFinding{{Rule: "queue-on-disk-given-up", Severity: lint.Error, Message: "it is lost", Position: "values.yaml:3:5"}},
		Unasked:  []string{"the cluster forbids to list nodes"},
	}))
	assert.Equal(t, `gateway: not well: 1 cause, 0 of 5 Pods well

1. the kernel has killed the collector [out-of-memory]
   pods: obs/a, obs/b, obs/c and 2 more
   seen: Pod obs/a: OOMKilled
   mend: raise the limit
         resources:
           limits: {memory: 1Gi}

lint:
  values.yaml:3:5: error: it is lost [queue-on-disk-given-up]

not known:
  the cluster forbids to list nodes
`, out.String())

	p, out = printing()
	require.NoError(t, p.printDiagnosis(&diagnosis{Release: "gateway", Pods: 3, Well: 3, Healthy: true}))
	assert.Equal(t, "gateway: healthy, 3 of 3 Pods well\n", out.String())

	p, out = printing()
	require.NoError(t, p.printDiagnosis(&diagnosis{Release: "gateway", blind: true, Unasked: []string{"the cluster forbids to list pods"}}))
	assert.Contains(t, out.String(), "gateway: whether it is well is not known")
}

func TestABundleHasAllThatWasGatheredAndNoSecret(t *testing.T) {
	t.Parallel()
	p, _ := printing()
	file := filepath.Join(t.TempDir(), "b.tar.gz")
	manifest := "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: planted-one}\n"
	p.secrets.AddYAML([]byte(manifest))
	pod := corev1.Pod{ObjectMeta: metav1.ObjectMeta{
		Namespace: "obs", Name: "app", Annotations: map[string]string{corev1.LastAppliedConfigAnnotation: "planted-two"},
	}, Spec: corev1.PodSpec{Containers: []corev1.Container{
		{Name: "app", Command: []string{"planted-three"}, Args: []string{"--x=planted-four"}, Env: []corev1.EnvVar{{Name: "PLAIN", Value: "planted-five"}}},
		{Name: diagnose.Container, Args: []string{"--config=env:OTELCOL_CONFIG"}, Env: []corev1.EnvVar{{Name: "API_TOKEN", Value: "planted-six"}, {Name: "GOMEMLIMIT", Value: "204MiB"}}},
	}}}
	snapshot := &diagnose.Snapshot{
		Taken: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Pods: []corev1.Pod{pod}, Sidecar: &diagnose.Sidecar{Candidates: []corev1.Pod{pod}},
		Logs:    []diagnose.Log{{Namespace: "obs", Pod: "app", Previous: true, Text: `sent {"authorization": "Bearer planted-seven"} and planted-one to http://me:planted-eight@b` + "\n"}},
		Metrics: []diagnose.Metrics{{Namespace: "obs", Pod: "app", Text: "otelcol_x 1\n"}},
	}
	require.NoError(t, p.bundle(file, &deployment.Release{Manifest: manifest, Values: map[string]any{"password": "planted-nine"}}, snapshot, &diagnosis{}))
	first, err := os.ReadFile(file)
	require.NoError(t, err)

	files := map[string]string{}
	unzip, err := gzip.NewReader(bytes.NewReader(first))
	require.NoError(t, err)
	for reader := tar.NewReader(unzip); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		data, err := io.ReadAll(reader)
		require.NoError(t, err)
		files[header.Name] = string(data)
	}
	for name, text := range files {
		assert.NotContains(t, text, "planted", name)
	}
	assert.Contains(t, files["b/pods.yaml"], "GOMEMLIMIT")
	assert.Contains(t, files["b/pods.yaml"], "204MiB")
	assert.Contains(t, files["b/pods.yaml"], "name: PLAIN")
	assert.Contains(t, files["b/logs/obs_app.previous.log"], "sent ")
	assert.Equal(t, "otelcol_x 1\n", files["b/metrics/obs_app.txt"])
	assert.Contains(t, files, "b/sidecar.yaml")

	require.NoError(t, p.bundle(file, &deployment.Release{Manifest: manifest, Values: map[string]any{"password": "planted-nine"}}, snapshot, &diagnosis{}))
	second, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, first, second, "the same is the same file")
	assert.Equal(t, "planted-two", pod.Annotations[corev1.LastAppliedConfigAnnotation], "what was gathered stays as it is")
}

func TestADiffIsPrintedInTheCollectorsTermsAndWithoutSecrets(t *testing.T) {
	t.Parallel()
	p, out := printing()
	config := func(token, more string) []lint.Manifest {
		text := "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {a: " + token + "}\n---\n" +
			"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: gw}\ndata:\n  config.yaml: |\n    receivers: {otlp: {protocols: {grpc: {}}}}\n" +
			"    exporters: {otlp_grpc: {endpoint: b, headers: {x-key: " + token + "}, auth: {password: pw}}" + more + "}\n" +
			"    service: {pipelines: {traces: {receivers: [otlp], exporters: [otlp_grpc]}}}\n---\n" +
			"apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: gw}\nspec:\n  template:\n    metadata: {annotations: {a: " + strings.TrimPrefix(token, "planted-") + "}}\n    spec:\n" +
			"      containers: [{name: otlp-collector, image: 'otel/opentelemetry-collector-contrib:0.161.0', args: ['--config=/c/config.yaml'], volumeMounts: [{name: c, mountPath: /c}]}]\n" +
			"      volumes: [{name: c, configMap: {name: gw}}]\n"
		p.secrets.AddYAML([]byte(text))

		return []lint.Manifest{{File: "m", Data: []byte(text)}}
	}
	report, err := changes.Compare(t.Context(), config("planted-one", ""), config("planted-two", ", debug: {}"), "obs", map[changes.Ref]int{{Kind: "DaemonSet", Namespace: "obs", Name: "gw"}: 4})
	require.NoError(t, err)
	p.complete(report)
	require.NoError(t, p.printChanges("gw", report))
	text := out.String()
	assert.NotContains(t, text, "planted-")
	head, _, _ := strings.Cut(text, "objects:")
	assert.Equal(t, `collector DaemonSet obs/gw:
  + exporter debug
  ~ exporter otlp_grpc
      ~ headers.x-key: "****" -> "****"
workloads:
  ~ DaemonSet obs/gw: 4 Pods started again, for metadata.annotations.a
`, head)
	assert.Contains(t, text, "objects: 0 added, 0 removed, 3 changed\n\n--- ConfigMap obs/gw\n+++ ConfigMap obs/gw\n@@ ")
	assert.Contains(t, text, "\n-  a: ****\n+  a: ****\n")

	p, out = printing()
	require.NoError(t, p.printChanges("gw", &changes.Report{Same: true}))
	assert.Equal(t, "gw: nothing changes\n", out.String())
}

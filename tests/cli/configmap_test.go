package cli_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/cli"
)

// run returns what a command prints, which must succeed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := cli.Main(context.Background(), args, strings.NewReader(""), &stdout, &stderr, os.Getenv)
	require.Equal(t, cli.ExitOK, code, "%s: %s", args, stderr.String())

	return stdout.String()
}

func TestCompilePrintsTheConfigMapOfTheChart(t *testing.T) {
	t.Setenv("HELM_PLUGIN_DIR", "")
	scenarios, err := filepath.Glob("../../charts/otlp-collector/ci/*-values.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, scenarios)
	labelled := filepath.Join(t.TempDir(), "labelled.yaml")
	require.NoError(t, os.WriteFile(labelled, []byte(`
nameOverride: other
commonLabels: {team: telemetry, app.kubernetes.io/version: mine}
commonAnnotations: {owner: me}
`), 0o600))
	assumed := filepath.Join(t.TempDir(), "assumed.yaml")
	require.NoError(t, os.WriteFile(assumed, []byte("image: {tag: latest}\n"), 0o600))
	for _, scenario := range append(scenarios, labelled, assumed) {
		var compiled corev1.ConfigMap
		text := run(t, "compile", "-f", scenario)
		require.NoError(t, yaml.UnmarshalStrict([]byte(text), &compiled))
		var rendered []corev1.ConfigMap
		for _, document := range strings.Split(run(t, "template", "-f", scenario), "\n---\n") {
			var object corev1.ConfigMap
			if strings.Contains(document, "/templates/configmap.yaml\n") {
				require.NoError(t, yaml.UnmarshalStrict([]byte(document), &object))
				rendered = append(rendered, object)
			}
		}
		assert.Equal(t, []corev1.ConfigMap{compiled}, rendered, scenario)
	}
}

// Package oldest reads what the chart renders with the types of the oldest Kubernetes that it supports. It is a module
// of its own, since a module has one version of k8s.io/api.
package oldest

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/yaml"
)

// kubeVersion is that of k8s.io/api in go.mod, and what Chart.yaml's kubeVersion begins with.
const kubeVersion = "1.30.0"

const (
	checkout = "../.."
	chart    = checkout + "/charts/otlp-collector"
)

func TestRendersDecodeStrictlyWithTheOldestTypes(t *testing.T) {
	definition, err := os.ReadFile(chart + "/Chart.yaml")
	require.NoError(t, err)
	require.Contains(t, string(definition), "kubeVersion: \">="+kubeVersion)
	scenarios, err := filepath.Glob(chart + "/ci/*-values.yaml")
	require.NoError(t, err)
	others, err := filepath.Glob(chart + "/ci/custom-resources/*-values.yaml")
	require.NoError(t, err)
	scenarios = append(scenarios, others...)
	helm := helm3(t)
	strict := decoder()

	objects := 0
	for _, scenario := range scenarios {
		stdout, stderr, err := run(t, helm, "template", chart, "-f", scenario, "--kube-version", kubeVersion)
		if strings.HasPrefix(filepath.Base(scenario), "sidecar-") {
			assert.Error(t, err, "%s: 1.30 has no MutatingAdmissionPolicy", scenario)
			assert.Contains(t, stderr, "MutatingAdmissionPolicy", scenario)

			continue
		}
		require.NoError(t, err, "%s: %s", scenario, stderr)
		for _, manifest := range strings.Split("\n"+stdout, "\n---\n") {
			if empty(t, manifest) || custom(manifest) {
				continue
			}
			_, _, err := strict.Decode([]byte(manifest), nil, nil)
			require.NoError(t, err, "%s:\n%s", scenario, manifest)
			objects++
		}
	}
	assert.Greater(t, objects, 100)
	t.Logf("%d objects of %d scenarios", objects, len(scenarios))
}

func TestAFieldThatTheOldestTypesLackIsSeen(t *testing.T) {
	_, _, err := decoder().Decode([]byte("apiVersion: v1\nkind: Pod\nspec: {containers: [], hostnameOverride: a}\n"), nil, nil)
	assert.ErrorContains(t, err, "hostnameOverride")
}

// decoder refuses fields that its types do not have.
func decoder() runtime.Decoder {
	return serializer.NewCodecFactory(scheme.Scheme, serializer.EnableStrict).UniversalDeserializer()
}

// custom tells kinds that Kubernetes does not define.
func custom(manifest string) bool {
	return slices.ContainsFunc([]string{
		"ServiceMonitor", "PodMonitor", "PrometheusRule", "HTTPRoute", "GRPCRoute", "ScaledObject", "VerticalPodAutoscaler", "Certificate",
	}, func(kind string) bool {
		return strings.Contains(manifest, "\nkind: "+kind+"\n")
	})
}

func empty(t *testing.T, manifest string) bool {
	t.Helper()
	var content map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(manifest), &content), manifest)

	return len(content) == 0
}

// helm3 is the path of the real Helm 3, built where it is not in the cache.
func helm3(t *testing.T) string {
	t.Helper()
	build := exec.CommandContext(t.Context(), "go", "run", "./tests/binaries/build", "helm3")
	build.Dir, build.Stderr = checkout, os.Stderr
	path, err := build.Output()
	require.NoError(t, err)

	return strings.TrimSpace(string(path))
}

func run(t *testing.T, name string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	var out, chatter bytes.Buffer
	command.Stdout, command.Stderr = &out, &chatter
	err = command.Run()

	return out.String(), chatter.String(), err
}

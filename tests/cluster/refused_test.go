package cluster_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
)

// What object-refused finds in its own cases, and nothing else of them, a real API server refuses at the same fields.
func TestWhatLintSaysIsRefusedIsRefusedThere(t *testing.T) {
	t.Parallel()
	withPlugin(t, 4)
	namespace := shared.Namespace(t, "")
	folder := filepath.Join("..", "..", "pkg", "lint", "rules", "object-refused", "testdata")
	files, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		if bytes.Contains(content, []byte("opentelemetry.io/")) || bytes.Contains(content, []byte("kustomize.config")) {
			continue // What the operator or kustomize makes of it is not known.
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			refused := refusedFields(t, namespace, settled(content))
			said := saidToBeRefused(t, file)
			for _, one := range said {
				assert.True(t, slices.ContainsFunc(refused, one.same), "lint: %v, the API server: %v", one, refused)
			}
			for _, one := range refused {
				assert.True(t, slices.ContainsFunc(said, one.same), "the API server: %v, lint: %v", one, said)
			}
		})
	}
}

// settled is a manifest whose variables have a value.
func settled(content []byte) []byte { return substituted.ReplaceAll(content, []byte("agent")) }

var substituted = regexp.MustCompile(`\$\{[A-Z]+\}`)

// A fieldOf is a field of an object.
type fieldOf struct{ kind, path string }

// twoKeys are places whose keys don't go together: the API server names either of the two, or the place.
var twoKeys = regexp.MustCompile(`(rollingUpdate|[sS]trategy|Probe|volumes\[\d+\]|env\[\d+\])$`)

// same tells whether two fields are one, or those of two keys that don't go together.
func (f fieldOf) same(other fieldOf) bool {
	if f.kind != other.kind {
		return false
	}
	around := func(path string) string { return path[:max(strings.LastIndex(path, "."), 0)] }
	near := func(a, b string) bool {
		place := around(a)

		return a == b || twoKeys.MatchString(place) && (b == place || around(b) == place) ||
			f.kind == "PodDisruptionBudget" && b == "spec" || // Its two bounds.
			strings.HasPrefix(a, "spec.ports[") && b == place // A port that is there twice, as a whole.
	}

	return near(f.path, other.path) || near(other.path, f.path)
}

// saidToBeRefused is where the rule finds something in a file.
func saidToBeRefused(t *testing.T, file string) []fieldOf {
	t.Helper()
	stdout, stderr, _ := program(t, nil, "lint", "--output", "json", file)
	var report struct {
		Findings []struct {
			Rule, Path string
			Object     struct{ Kind string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &report), stderr)
	var paths []fieldOf
	for _, finding := range report.Findings {
		if finding.Rule == "object-refused" {
			paths = append(paths, fieldOf{finding.Object.Kind, finding.Path})
		}
	}

	return paths
}

// refusedFields are those of a stream's objects for which the API server does not create them.
func refusedFields(t *testing.T, namespace string, manifests []byte) []fieldOf {
	t.Helper()
	var fields []fieldOf
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifests), 4096)
	for {
		object := &unstructured.Unstructured{}
		if err := documents.Decode(object); errors.Is(err, io.EOF) {
			return fields
		} else {
			require.NoError(t, err)
		}
		resource, err := shared.ResourceOf(object)
		require.NoError(t, err)
		_, err = shared.Dynamic.Resource(resource).Namespace(namespace).Create(t.Context(), object, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		var status apierrors.APIStatus
		if err == nil {
			continue
		}
		require.True(t, errors.As(err, &status) && apierrors.IsInvalid(err), "%v", err)
		for _, cause := range status.Status().Details.Causes {
			fields = append(fields, fieldOf{object.GetKind(), cause.Field})
		}
	}
}

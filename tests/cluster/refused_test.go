package cluster_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
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
		if bytes.Contains(content, []byte("opentelemetry.io/")) {
			continue // It is the operator that makes its Pods.
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			refused := refusedFields(t, namespace, bytes.ReplaceAll(content, []byte("${CLUSTER}"), []byte("one")))
			said := saidToBeRefused(t, file)
			for _, path := range said {
				assert.True(t, slices.ContainsFunc(refused, func(field string) bool { return sameField(path, field) }),
					"lint: %s, the API server: %v", path, refused)
			}
			for _, field := range refused {
				assert.True(t, slices.ContainsFunc(said, func(path string) bool { return sameField(path, field) }),
					"the API server: %s, lint: %v", field, said)
			}
		})
	}
}

// sameField tells whether one of two fields is the other, or is within or beside it: of two keys that don't go together
// the API server names either.
func sameField(path, field string) bool {
	around := func(a, b string) bool { return a == b || strings.HasPrefix(a, b+".") || strings.HasPrefix(a, b+"[") }
	parent := func(text string) string { return text[:max(strings.LastIndexAny(text, ".["), 0)] }

	return around(path, field) || around(field, path) || parent(path) == parent(field)
}

// saidToBeRefused are the paths of what the rule finds in a file.
func saidToBeRefused(t *testing.T, file string) []string {
	t.Helper()
	stdout, stderr, _ := program(t, nil, "lint", "--output", "json", file)
	var report struct {
		Findings []struct{ Rule, Path string }
	}
	require.NoError(t, json.Unmarshal([]byte(stdout), &report), stderr)
	var paths []string
	for _, finding := range report.Findings {
		if finding.Rule == "object-refused" {
			paths = append(paths, finding.Path)
		}
	}

	return paths
}

// refusedFields are those of a stream's objects for which the API server does not create them.
func refusedFields(t *testing.T, namespace string, manifests []byte) []string {
	t.Helper()
	var fields []string
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
			fields = append(fields, cause.Field)
		}
	}
}

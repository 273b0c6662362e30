package render_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// everythingOn makes every template render what it can.
const everythingOn = `
ingress: {enabled: true, hosts: [{host: a.example}]}
serviceMonitor: {enabled: true}
prometheusRule: {enabled: true}
dashboards: {enabled: true}
networkPolicy: {egress: {enabled: true}}
autoscaling: {enabled: true}
persistence: {enabled: true}
`

// A key without a value is easily left behind in a values file: `ingress:` with all below it in comments.
func TestNullAtAnyKeyRendersOrIsRefusedInWords(t *testing.T) {
	chart, err := render.Embedded()
	require.NoError(t, err)
	refused, rendered := 0, 0
	for _, mode := range []string{"daemonset", "gateway", "sidecar"} {
		base := "mode: " + mode + "\n" + everythingOn
		for _, path := range settingsOf(t, chart, mode) {
			values := map[string]any{}
			require.NoError(t, yaml.Unmarshal([]byte(base), &values))
			setNull(values, path)
			data, err := yaml.Marshal(values)
			require.NoError(t, err)
			file := filepath.Join(t.TempDir(), "values.yaml")
			require.NoError(t, os.WriteFile(file, data, 0o600))
			problem, refusal := renderNull(t, chart, file)
			if refusal != nil {
				refused++
				assert.Contains(t, refusal.Error(), path[len(path)-1])

				continue
			}
			rendered++
			assert.Empty(t, problem, "%s: %s: null", mode, strings.Join(path, "."))
		}
	}
	assert.Greater(t, refused, 20)
	assert.Greater(t, rendered, 100)
	t.Logf("%d keys set to null: %d refused, the rest rendered", refused+rendered, refused)
}

// renderNull returns a refusal that names a value, or what is wrong with the render.
func renderNull(t *testing.T, chart *render.Chart, file string) (problem string, refusal error) {
	t.Helper()
	stack, err := render.ReadStack(context.Background(), render.Arguments{Files: []string{file}}, nil)
	require.NoError(t, err)
	rendering, err := chart.Render(context.Background(), stack, render.Release{Name: "r", Namespace: "n", APIVersions: []string{"monitoring.coreos.com/v1"}})
	var wrong *render.ValuesError
	if errors.As(err, &wrong) {
		return "", wrong
	}
	require.NoError(t, err)
	for _, m := range rendering.Manifests {
		for _, document := range strings.Split(string(m.Data), "\n---") {
			var object map[string]any
			require.NoError(t, yaml.Unmarshal([]byte(document), &object), m.File)
			if at := nullIn(object); at != "" {
				return m.File + at + " is null", nil
			}
		}
	}

	return "", nil
}

func nullIn(v any) string {
	switch v := v.(type) {
	case map[string]any:
		for key, below := range v {
			if below == nil {
				return "." + key
			}
			if at := nullIn(below); at != "" {
				return "." + key + at
			}
		}
	case []any:
		for i, below := range v {
			if at := nullIn(below); at != "" || below == nil {
				return fmt.Sprintf("[%d]%s", i, at)
			}
		}
	}
	return ""
}

func settingsOf(t *testing.T, chart *render.Chart, mode string) [][]string {
	t.Helper()
	data, ok := chart.File("values.yaml")
	require.True(t, ok)
	var defaults struct{ Modes map[string]map[string]any }
	require.NoError(t, yaml.Unmarshal(data, &defaults))
	seen := map[string]bool{}
	var walk func(at string, v map[string]any)
	walk = func(at string, v map[string]any) {
		for key, below := range v {
			seen[at+key] = true
			if m, ok := below.(map[string]any); ok {
				walk(at+key+".", m)
			}
		}
	}
	// What the modes share is tried in the one with most objects.
	if mode == "gateway" {
		walk("", defaults.Modes["all"])
	}
	walk("", defaults.Modes[mode])
	var paths [][]string
	for at := range seen {
		paths = append(paths, strings.Split(at, "."))
	}
	sort.Slice(paths, func(i, j int) bool { return strings.Join(paths[i], ".") < strings.Join(paths[j], ".") })
	return paths
}

func setNull(values map[string]any, path []string) {
	for _, key := range path[:len(path)-1] {
		below, ok := values[key].(map[string]any)
		if !ok {
			below = map[string]any{}
			values[key] = below
		}
		values = below
	}
	values[path[len(path)-1]] = nil
}

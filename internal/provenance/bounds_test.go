package provenance

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// tracerOf is a tracer of a chart of testdata with its defaults, and a finding on a field that a value feeds.
func tracerOf(t *testing.T) (*Tracer, lint.Finding) {
	t.Helper()
	chart, err := render.Load(t.Context(), filepath.Join("testdata", "merged", "chart"), render.Pull{})
	require.NoError(t, err)
	stack, err := render.ReadStack(t.Context(), render.Arguments{}, nil)
	require.NoError(t, err)
	rendering, err := chart.Render(t.Context(), stack, render.Release{Name: "merged", Namespace: "observability"})
	require.NoError(t, err)
	var manifests []lint.Manifest
	for _, m := range rendering.Manifests {
		manifests = append(manifests, lint.Manifest{File: m.File, Data: m.Data})
	}
	result, err := lint.Run(t.Context(), manifests, rules.All())
	require.NoError(t, err)
	for _, f := range result.Findings {
		if f.Rule == "gateway-single-replica" {
			return New(rendering, rules.All()), f
		}
	}
	require.Fail(t, "the finding is gone")

	return nil, lint.Finding{}
}

func TestASearchEnds(t *testing.T) {
	t.Parallel()
	tracer, finding := tracerOf(t)
	at, ok := tracer.Locate(t.Context(), finding)
	require.True(t, ok)
	assert.Contains(t, at.File, "values.yaml")
	assert.False(t, tracer.GaveUp())

	for name, end := range map[string]func(*Tracer){
		"after many renderings": func(t *Tracer) { t.renders = mostRenders },
		"after a long time":     func(t *Tracer) { t.spent = mostTime },
	} {
		tracer, finding := tracerOf(t)
		end(tracer)
		at, ok := tracer.Locate(t.Context(), finding)
		require.True(t, ok, name)
		assert.Contains(t, at.File, "templates/workload.yaml", name)
		assert.True(t, tracer.GaveUp(), name)
	}
}

// A helper that finds a comment in what it includes, and then goes on for hours.
const neverEnds = `{{- define "word" -}}
word
{{- end }}
{{- if contains "#" (include "word" .) }}
{{- range until 3000 }}{{ range until 3000 }}{{ range until 3000 }}{{ end }}{{ end }}{{ end }}
{{- end }}
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
`

func TestATemplateThatNeverEndsWithMarksIsLeftAlone(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "templates"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Chart.yaml"), []byte("apiVersion: v2\nname: c\nversion: 1.0.0\n"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "templates", "a.yaml"), []byte(neverEnds), 0o600))
	chart, err := render.Load(t.Context(), folder, render.Pull{})
	require.NoError(t, err)
	stack, err := render.ReadStack(t.Context(), render.Arguments{}, nil)
	require.NoError(t, err)
	rendering, err := chart.Render(t.Context(), stack, render.Release{Name: "c", Namespace: "n"})
	require.NoError(t, err)

	tracer := New(rendering, nil)
	tracer.patience = 200 * time.Millisecond
	finding := lint.Finding{Position: source.Position{File: "c/templates/a.yaml", Line: 2}}
	for range 2 {
		_, ok := tracer.Locate(t.Context(), finding)
		assert.False(t, ok)
		assert.True(t, tracer.GaveUp())
	}
	line, ok := rendering.Line("c/templates/a.yaml", 2)
	require.True(t, ok)
	assert.Equal(t, "apiVersion: v1", line)
}

func TestValuesOfAnyKindAreChanged(t *testing.T) {
	t.Parallel()
	for _, value := range []any{
		nil, true, "", "512Mi", "a", json.Number("1"), json.Number("0.5"), int64(1), 1, uint64(1) << 63, 0.5,
		map[string]any{}, map[string]any{"a": 1}, []any{}, []any{1},
	} {
		changes := changesOf(value)
		require.NotEmpty(t, changes, "%T", value)
		for _, other := range changes {
			assert.NotEqual(t, value, other)
		}
	}
	text, ok := textChanged("a: 18446744073709551615\nb: 1\n", source.Keys("a"))
	require.True(t, ok)
	assert.Contains(t, text, "18446744073709551614")
}

func TestAChartOfVeryManyValuesIsNotSearched(t *testing.T) {
	t.Parallel()
	many := map[string]any{}
	for i := range mostValues {
		many[jsonOf(i)] = i
	}
	assert.Len(t, entriesOf(many), mostValues)
	many["one more"] = true
	assert.Empty(t, entriesOf(many))
}

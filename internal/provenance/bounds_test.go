package provenance

import (
	"encoding/json"
	"path/filepath"
	"testing"

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

package render

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"helm.sh/helm/v3/pkg/chart"
)

// kept is a chart as Helm reads it from a release.
func kept(t *testing.T, c *chart.Chart) *chart.Chart {
	t.Helper()
	text, err := json.Marshal(c)
	require.NoError(t, err)
	var out chart.Chart
	require.NoError(t, json.Unmarshal(text, &out))

	return &out
}

func TestAStoredChartOfOursHasItsOwnLines(t *testing.T) {
	t.Parallel()
	carried, err := Embedded()
	require.NoError(t, err)
	stored, err := Stored(kept(t, carried.chart))
	require.NoError(t, err)
	assert.Equal(t, "otlp-collector/values.yaml", stored.ValuesFile())
	want, _ := carried.File("values.yaml")
	values, _ := stored.File("values.yaml")
	assert.Equal(t, string(want), string(values))

	// Of another version nobody knows how its defaults were written.
	other := kept(t, carried.chart)
	other.Values["replicas"], other.Metadata.Version = 17, "0.0.9"
	stored, err = Stored(other)
	require.NoError(t, err)
	assert.Equal(t, "<default values of otlp-collector 0.0.9>", stored.ValuesFile())
	values, _ = stored.File("values.yaml")
	assert.Contains(t, string(values), "\nreplicas: 17\n")
}

func TestAStoredChartRendersAsItDid(t *testing.T) {
	t.Parallel()
	stored, err := Stored(kept(t, &chart.Chart{
		Metadata: &chart.Metadata{APIVersion: "v2", Name: "c", Version: "1.0.0", Dependencies: []*chart.Dependency{{Name: "below"}}},
		Values:   map[string]any{"large": json.Number("10000000")},
		Templates: []*chart.File{{Name: "templates/a.yaml", Data: []byte(
			`{large: {{ .Values.large }}, upgrade: {{ .Release.IsUpgrade }}, revision: {{ .Release.Revision }}, apps: {{ .Capabilities.APIVersions.Has "apps/v1" }}, own: {{ .Capabilities.APIVersions.Has "example.com/v1" }}}`)}},
	}))
	require.NoError(t, err)
	for _, c := range []struct {
		release Release
		want    string
	}{
		{Release{Name: "r"}, "{large: 10000000, upgrade: false, revision: 1, apps: true, own: false}"},
		{Release{Name: "r", Revision: 4, APIVersions: []string{"example.com/v1"}}, "{large: 10000000, upgrade: true, revision: 4, apps: true, own: true}"},
		{Release{Name: "r", APIVersions: []string{"example.com/v1"}, AllAPIs: true}, "{large: 10000000, upgrade: false, revision: 1, apps: false, own: true}"},
	} {
		rendering, err := stored.Render(t.Context(), &Stack{}, c.release)
		require.NoError(t, err)
		require.Len(t, rendering.Manifests, 1)
		assert.Equal(t, c.want, string(rendering.Manifests[0].Data))
		line, ok := rendering.Line("<default values of c 1.0.0>", 1)
		assert.True(t, ok)
		assert.Equal(t, "large: 10000000", line)
	}
	_, err = Stored(nil)
	require.Error(t, err)
}

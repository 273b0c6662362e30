package docs

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// What Artifact Hub shows of the chart is so: its image, its icon, and where its links lead.
func TestTheChartSaysWhatIsSo(t *testing.T) {
	atRoot(t)
	var chart struct {
		AppVersion, Icon string
		Annotations      map[string]string
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "charts/otlp-collector/Chart.yaml")), &chart))
	var values struct {
		Modes struct {
			All struct {
				Image struct{ Registry, Repository string }
			}
		}
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "charts/otlp-collector/values.yaml")), &values))
	image := values.Modes.All.Image
	var images []struct{ Image string }
	require.NoError(t, yaml.Unmarshal([]byte(chart.Annotations["artifacthub.io/images"]), &images))
	require.Len(t, images, 1)
	assert.Equal(t, image.Registry+"/"+image.Repository+":"+chart.AppVersion, images[0].Image)

	const raw, home = "https://raw.githubusercontent.com/helm-otlp/helm-otlp/main/", "https://github.com/helm-otlp/helm-otlp/blob/main/"
	assert.FileExists(t, trimmed(t, chart.Icon, raw))
	var links []struct{ URL string }
	require.NoError(t, yaml.Unmarshal([]byte(chart.Annotations["artifacthub.io/links"]), &links))
	require.NotEmpty(t, links)
	for _, link := range links[:len(links)-1] {
		assert.FileExists(t, trimmed(t, link.URL, home))
	}
}

func trimmed(t *testing.T, url, prefix string) string {
	t.Helper()
	require.Contains(t, url, prefix)

	return url[len(prefix):]
}

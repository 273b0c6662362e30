package cli

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// ofTwoCharts has a line in a text that looks like Helm's comment.
const ofTwoCharts = `---
# Source: parent/charts/gateway/templates/a.yaml
kind: ConfigMap
data:
  text: |
    # Source: other/templates/no.yaml
---
# Source: parent/templates/b.yaml
kind: Service
---
# Source: parent/charts/gateway/templates/c.yaml
kind: Deployment
`

func TestAManifestIsPartedByChartsAndKeepsItsLines(t *testing.T) {
	t.Parallel()
	parts := chartsOf(lint.Manifest{File: "<manifest of r>", Data: []byte(ofTwoCharts)})
	require.Len(t, parts, 2)
	lines := strings.Split(ofTwoCharts, "\n")
	for i, want := range []struct {
		chart string
		lines []int
	}{{"gateway", []int{0, 1, 2, 3, 4, 5, 9, 10, 11, 12}}, {"parent", []int{6, 7, 8}}} {
		expected := make([]string, len(lines))
		for _, n := range want.lines {
			expected[n] = lines[n]
		}
		assert.Equal(t, want.chart, parts[i].Chart)
		assert.Equal(t, "<manifest of r>", parts[i].File)
		assert.Equal(t, strings.Join(expected, "\n"), string(parts[i].Data))
	}
}

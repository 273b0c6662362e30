package render

import (
	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A Use is this project's chart in a rendering: the chart itself, or a subchart that is
// enabled.
type Use struct {
	// Chart is what it is, under the name or alias that it goes by there.
	Chart Info
	// Values are what its templates see.
	Values map[string]any
	// Written are the values that somebody wrote for it: the user's, and those of the charts
	// around it. The chart's own defaults are not among them.
	Written map[string]any

	rendering *Rendering
	prefix    []string
}

// Locate says where a key of the values is written, or else the nearest place around it.
func (u Use) Locate(key string) source.Position {
	at, _ := u.rendering.locate(u.prefix, key)

	return at
}

// Uses are the uses of this project's chart, in the order of the dependencies.
func (r *Rendering) Uses() []Use {
	var uses []Use
	for _, prefix := range r.enabled {
		owner := r.chart.chart
		written := []map[string]any{r.stack.values}
		for i, name := range prefix {
			written = append(written, valuesAt(owner.Values, prefix[i:]))
			owner = dependency(owner, name)
			written[0] = valuesAt(written[0], []string{name})
		}
		if owner.Metadata.Name != collectorChart {
			continue
		}
		info := (&Chart{chart: owner}).Info()
		if len(prefix) > 0 {
			info.Name = prefix[len(prefix)-1]
		}
		laid := map[string]any{}
		for i := len(written) - 1; i >= 0; i-- {
			laid = merge(laid, written[i])
		}
		uses = append(uses, Use{
			Chart: info, Values: valuesAt(r.Values, prefix), Written: laid,
			rendering: r, prefix: prefix,
		})
	}

	return uses
}

// enabledCharts are where the values of a chart and its enabled subcharts stand, once Helm
// has processed the dependencies.
func enabledCharts(of *chart.Chart, prefix []string) [][]string {
	found := [][]string{prefix}
	for _, d := range of.Dependencies() {
		found = append(found, enabledCharts(d, join(prefix, []string{d.Name()}))...)
	}

	return found
}

// valuesAt are the values of a subchart among those of a chart; nil without any.
func valuesAt(values map[string]any, prefix []string) map[string]any {
	found, ok := valueAt(values, prefix)
	if !ok {
		return nil
	}
	below, _ := found.(map[string]any)

	return below
}

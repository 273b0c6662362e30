package valuewithouteffect

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// selecting are the labels by which the chart's selectors find its Pods. It gives them to each of its objects last.
func selecting() []string {
	return []string{"app.kubernetes.io/component", "app.kubernetes.io/instance", "app.kubernetes.io/name"}
}

// labelled are the maps of labels in the values.
func labelled() [][]string {
	return [][]string{
		{"commonLabels"}, {"podLabels"}, {"service", "labels"}, {"httpRoute", "labels"}, {"grpcRoute", "labels"},
		{"serviceMonitor", "labels"}, {"prometheusRule", "labels"}, {"dashboards", "labels"},
	}
}

// labelsOfSelectors finds labels that the chart has a value of its own for. One that says what the chart says is there.
func labelsOfSelectors(p *lint.Pass, release *lint.Release, layers []map[string]any) {
	for _, block := range labelled() {
		if slices.Contains(Idle(release.Input.Mode), block[0]) {
			continue
		}
		for _, label := range selecting() {
			path := append(slices.Clone(block), label)
			said := slices.IndexFunc(layers, func(layer map[string]any) bool { return asks(layer, path) })
			if said < 0 || given(p, label, at(layers[said], path...)) {
				continue
			}
			p.ReportValue(release.Position(lint.ValueKey(path...)), "%s does nothing: selectors find the Pods by it, so that the chart gives it to all of its objects itself; "+
				"remove it, or use a label of another name", lint.ValueKey(path...))
		}
	}
}

// given tells whether an object of the chart has a label with that value.
func given(p *lint.Pass, label string, value any) bool {
	return slices.ContainsFunc(p.Objects, func(o *lint.Object) bool {
		return o.Own && o.Labels()[label] == value
	})
}

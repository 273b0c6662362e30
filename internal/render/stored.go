package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"helm.sh/helm/v3/pkg/chart"
	sigsyaml "sigs.k8s.io/yaml"
)

// Stored is a chart as Helm keeps it with a release: without its subcharts, and with the defaults of its values as data
// alone. Where it is the one that this program carries, positions in the defaults are those of its values.yaml; elsewhere
// those of the data as YAML, since nobody knows how it was written.
func Stored(kept *chart.Chart) (*Chart, error) {
	if kept == nil || kept.Metadata == nil {
		return nil, errors.New("the release has no chart")
	}
	defaults, err := json.Marshal(kept.Values)
	if err != nil {
		return nil, fmt.Errorf("read the chart's values: %w", err)
	}
	metadata := *kept.Metadata
	metadata.Dependencies = nil
	own := &chart.Chart{Metadata: &metadata, Templates: kept.Templates, Schema: kept.Schema, Files: kept.Files}
	// As a chart is loaded: whole numbers stay whole.
	decoder := json.NewDecoder(bytes.NewReader(defaults))
	decoder.UseNumber()
	if err := decoder.Decode(&own.Values); err != nil {
		return nil, fmt.Errorf("read the chart's values: %w", err)
	}
	values, known, err := carriedValues(own, defaults)
	if err != nil {
		return nil, err
	}
	c := newChart(own, own.Name())
	if !known {
		c.valuesName = fmt.Sprintf("<default values of %s %s>", own.Name(), metadata.Version)
		if values, err = sigsyaml.JSONToYAML(defaults); err != nil {
			return nil, fmt.Errorf("read the chart's values: %w", err)
		}
	}
	own.Raw = append([]*chart.File{{Name: valuesFile, Data: values}}, own.Templates...)

	return c, nil
}

// carriedValues is the values.yaml of the chart that this program carries, where a chart has the same defaults.
func carriedValues(kept *chart.Chart, defaults []byte) ([]byte, bool, error) {
	if kept.Name() != collectorChart {
		return nil, false, nil
	}
	carried, err := Embedded()
	if err != nil {
		return nil, false, err
	}
	same, err := json.Marshal(carried.chart.Values)
	if err != nil {
		return nil, false, fmt.Errorf("read the values of the chart %s: %w", collectorChart, err)
	}
	values, found := carried.File(valuesFile)

	return values, found && bytes.Equal(same, defaults), nil
}

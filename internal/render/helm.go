package render

import (
	"fmt"

	"helm.sh/helm/v3/pkg/chart"
	sigsyaml "sigs.k8s.io/yaml"
)

// Helm is the chart as Helm's SDK takes it. It is the caller's own.
func (c *Chart) Helm() *chart.Chart { return deepCopy(c.chart) }

// Files are those of the chart as they stand in its folder, under names such as templates/service.yaml: enough for Helm to
// install it from there. What a release keeps of a chart has no comments.
func (c *Chart) Files() ([]Manifest, error) {
	metadata, err := sigsyaml.Marshal(c.chart.Metadata)
	if err != nil {
		return nil, fmt.Errorf("write the metadata of chart %s: %w", c.chart.Name(), err)
	}
	values, err := sigsyaml.Marshal(c.chart.Values)
	if err != nil {
		return nil, fmt.Errorf("write the values of chart %s: %w", c.chart.Name(), err)
	}
	files := []Manifest{{File: "Chart.yaml", Data: metadata}, {File: valuesFile, Data: values}}
	if len(c.chart.Schema) > 0 {
		files = append(files, Manifest{File: "values.schema.json", Data: c.chart.Schema})
	}
	for _, list := range [][]*chart.File{c.chart.Templates, c.chart.Files} {
		for _, f := range list {
			files = append(files, Manifest{File: f.Name, Data: f.Data})
		}
	}

	return files, nil
}

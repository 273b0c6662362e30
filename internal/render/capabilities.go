package render

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"

	"github.com/helm-otlp/helm-otlp/charts"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// collectorChart is the name of this project's chart, whose values findings speak of.
const collectorChart = charts.Collector

// capabilities are those of a cluster of the wanted version. Helm's own default is that of
// the release it was built for, or Kubernetes 1.20.
func capabilities(release Release) (*chartutil.Capabilities, error) {
	version := release.KubeVersion
	if version == "" {
		version = DefaultKubeVersion
	}
	parsed, err := chartutil.ParseKubeVersion(version)
	if err != nil {
		return nil, fmt.Errorf("parse the Kubernetes version %q (want one such as %s): %w", version, DefaultKubeVersion, err)
	}
	// A cluster always has a patch release, and says so.
	if strings.Count(parsed.Version, ".") == 1 {
		parsed.Version += ".0"
	}
	out := chartutil.DefaultCapabilities.Copy()
	out.KubeVersion = *parsed
	if release.AllAPIs {
		out.APIVersions = nil
	}
	out.APIVersions = append(append(chartutil.VersionSet{}, out.APIVersions...), release.APIVersions...)

	return out, nil
}

// installable says why Helm would refuse the chart before it renders it.
func (c *Chart) installable(capabilities *chartutil.Capabilities) error {
	m := c.chart.Metadata
	if m.Type != "" && m.Type != "application" {
		return fmt.Errorf("chart %s is of type %s and can't be installed", m.Name, m.Type)
	}
	if m.KubeVersion != "" && !chartutil.IsCompatibleRange(m.KubeVersion, capabilities.KubeVersion.String()) {
		return fmt.Errorf("chart %s wants Kubernetes %s, not %s: choose another with --kube-version",
			m.Name, m.KubeVersion, capabilities.KubeVersion.String())
	}
	var missing []string
	for _, required := range m.Dependencies {
		if !has(c.chart, required.Name) {
			missing = append(missing, required.Name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("chart %s lacks its dependencies %s: run `helm dependency build`", m.Name, strings.Join(missing, ", "))
	}

	return nil
}

func has(c *chart.Chart, name string) bool {
	for _, d := range c.Dependencies() {
		if d.Name() == name {
			return true
		}
	}

	return false
}

// readDefaults reads the chart's values.yaml.
func (c *Chart) readDefaults() layer {
	data, _ := c.File(valuesFile)
	root := &yaml.Node{}
	if err := yaml.Unmarshal(data, root); err != nil {
		root = &yaml.Node{}
	}

	file := c.ValuesFile()

	return layer{file: file, data: data, root: root, line: 1, parsed: &source.File{Name: file, Data: data}}
}

// deepCopy copies what rendering changes: the metadata, the values and the dependencies.
func deepCopy(c *chart.Chart) *chart.Chart {
	out := &chart.Chart{
		Raw: c.Raw, Lock: c.Lock, Templates: c.Templates, Schema: c.Schema, Files: c.Files,
		Values: copyMap(c.Values),
	}
	metadata := *c.Metadata
	metadata.Dependencies = nil
	for _, d := range c.Metadata.Dependencies {
		dependency := *d
		metadata.Dependencies = append(metadata.Dependencies, &dependency)
	}
	out.Metadata = &metadata
	for _, d := range c.Dependencies() {
		out.AddDependency(deepCopy(d))
	}

	return out
}

func copyMap(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for k, v := range m {
		out[k] = copyValue(v)
	}

	return out
}

func copyValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return copyMap(v)
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = copyValue(element)
		}

		return out
	default:
		return v
	}
}

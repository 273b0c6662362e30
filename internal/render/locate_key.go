package render

import (
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Locate says where the user must edit to change what a manifest's field shows. The paths
// are keys of the values of this project's chart, most telling first, such as
// "resources.limits.memory"; file is the manifest's, which may be a subchart's. It is false
// for templates of another chart.
func (r *Rendering) Locate(file string, paths ...string) (source.Position, bool) {
	owner, prefix := r.owner(file)
	if owner == nil || owner.Metadata.Name != collectorChart || len(paths) == 0 {
		return source.Position{}, false
	}

	return r.locate(prefix, paths...)
}

// ChartOf is what this project's chart is called where it rendered the file: its name or the
// alias that a parent chart gives it. It is false for templates of another chart.
func (r *Rendering) ChartOf(file string) (string, bool) {
	owner, prefix := r.owner(file)
	if owner == nil || owner.Metadata.Name != collectorChart {
		return "", false
	}
	if len(prefix) == 0 {
		return collectorChart, true
	}

	return prefix[len(prefix)-1], true
}

// locate is Locate for the chart whose values stand at the prefix.
func (r *Rendering) locate(prefix []string, paths ...string) (source.Position, bool) {
	modes := r.modes(prefix)
	keys := make([]wanted, 0, len(paths))
	for _, path := range paths {
		keys = append(keys, wanted{places: spellings(prefix, modes, splitPath(path)), prefix: len(prefix)})
	}

	return r.stack.locate(r.chart.defaults(), keys)
}

// spellings are the places where a value of this project's chart may stand, strongest first.
func spellings(prefix []string, modes []string, path []string) [][]string {
	out := [][]string{join(prefix, path)}
	if len(path) == 0 || path[0] == "modes" {
		return out
	}
	for _, mode := range modes {
		out = append(out, join(prefix, []string{"modes", mode}, path))
	}

	return out
}

func join(parts ...[]string) []string {
	var out []string
	for _, part := range parts {
		out = append(out, part...)
	}

	return out
}

// modes are the keys below `modes` that hold, if the chart has them.
func (r *Rendering) modes(prefix []string) []string {
	values := r.Values
	for _, name := range prefix {
		values, _ = values[name].(map[string]any)
	}
	all, ok := values["modes"].(map[string]any)
	if !ok {
		return nil
	}
	mode, _ := values["mode"].(string)
	if _, known := all[mode]; !known {
		return []string{"all"}
	}

	return []string{mode, "all"}
}

// owner is the chart that a template belongs to, and where its values stand.
func (r *Rendering) owner(file string) (*chart.Chart, []string) {
	parts := strings.Split(file, "/charts/")
	owner := r.chart.chart
	if name, _, _ := strings.Cut(parts[0], "/"); name != owner.Name() {
		return nil, nil
	}
	var prefix []string
	for _, part := range parts[1:] {
		name, _, _ := strings.Cut(part, "/")
		owner = dependency(owner, name)
		if owner == nil {
			return nil, nil
		}
		prefix = append(prefix, name)
	}

	return owner, prefix
}

// dependency is the subchart that the chart has under the name or alias.
func dependency(c *chart.Chart, name string) *chart.Chart {
	for _, required := range c.Metadata.Dependencies {
		if required.Alias == name {
			name = required.Name
		}
	}
	for _, d := range c.Dependencies() {
		if d.Name() == name {
			return d
		}
	}

	return nil
}

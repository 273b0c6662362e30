package render

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	sigsyaml "sigs.k8s.io/yaml"
)

// A Placed value stands in a values file that the user can edit, or would stand there.
type Placed struct {
	File string
	Path []string
	// Written says that it stands there.
	Written bool
}

// Placed is where one of some keys of this project's chart, as in Locate, is to be edited in a file: in the one that sets
// it or, where none does, in that which has the most around it. It is false where an argument sets it, and where the user
// has no file.
func (r *Rendering) Placed(file string, keys ...string) (Placed, bool) {
	owner, prefix := r.owner(file)
	if owner == nil || owner.Metadata.Name != collectorChart || len(keys) == 0 {
		return Placed{}, false
	}
	best, left := Placed{}, -1
	modes, layers := r.modes(prefix), r.valuesLayers()
	for i := len(layers) - 1; i >= 0; i-- {
		for _, key := range keys {
			for _, place := range spellings(prefix, modes, splitPath(key)) {
				_, depth := layers[i].find(place)
				if depth == len(place) {
					return Placed{File: layers[i].file, Path: place, Written: true}, editable(layers[i])
				}
				if depth <= shallow(place, len(prefix)) {
					depth = 0
				}
				if missing := len(place) - depth; editable(layers[i]) && (left < 0 || missing < left) {
					best, left = Placed{File: layers[i].file, Path: place}, missing
				}
			}
		}
	}

	return best, left >= 0
}

// valuesLayers are those of the user: of who gives no values but the chart's own, these too.
func (r *Rendering) valuesLayers() []layer {
	if !r.chart.inFolder || slices.ContainsFunc(r.stack.layers, func(l layer) bool { return editable(l) && !r.chart.brings(l.file) }) {
		return r.stack.layers
	}

	return append([]layer{r.chart.defaults()}, r.stack.layers...)
}

// brings tells whether a values file is of those that chart-testing installs the chart with.
func (c *Chart) brings(file string) bool {
	return path.Dir(filepath.ToSlash(filepath.Clean(file))) == path.Join(c.prefix, "ci")
}

// Default tells whether a file is the chart's own values.yaml.
func (r *Rendering) Default(file string) bool { return file == r.chart.ValuesFile() }

// editable tells a file from arguments, standard input and what was downloaded.
func editable(l layer) bool {
	return l.root != nil && l.file != "<stdin>" && !strings.Contains(l.file, "://")
}

// Editable are the values files of the user, by the names that positions use. The last one is the strongest.
func (r *Rendering) Editable() []Manifest {
	var files []Manifest
	for _, l := range r.valuesLayers() {
		if editable(l) {
			files = append(files, Manifest{File: l.file, Data: l.data})
		}
	}

	return files
}

// Edits tells whether a file is one of the user's.
func (r *Rendering) Edits(file string) bool {
	return slices.ContainsFunc(r.Editable(), func(m Manifest) bool { return m.File == file })
}

// ValuesFile is the name of the chart's own values, as positions use it.
func (c *Chart) ValuesFile() string {
	return cmp.Or(c.valuesName, path.Join(c.prefix, valuesFile))
}

const valuesFile = "values.yaml"

// WithValues is the chart with other values of its own.
func (c *Chart) WithValues(data []byte) (*Chart, error) {
	values := map[string]any{}
	if err := sigsyaml.Unmarshal(data, &values); err != nil {
		return nil, fmt.Errorf("read %s: %w", c.ValuesFile(), err)
	}
	changed := deepCopy(c.chart)
	changed.Values = values
	changed.Raw = append([]*chart.File(nil), changed.Raw...)
	for i, file := range changed.Raw {
		if file.Name == valuesFile {
			changed.Raw[i] = &chart.File{Name: file.Name, Data: data}
		}
	}

	made := newChart(changed, c.prefix)
	made.inFolder, made.valuesName = c.inFolder, c.valuesName

	return made, nil
}

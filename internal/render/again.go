package render

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A Change is another value at a path of a chart's values, or of those of a chart below it; indexes of lists are numbers.
type Change struct {
	Path  []string
	Value any
}

// Again renders the chart with other values, whatever its schema says of them. Of its templates it renders the one that is
// named, or all of them.
func (r *Rendering) Again(ctx context.Context, changes []Change, only string) (*Rendering, error) {
	if err := ctx.Err(); err != nil {
		return nil, err //nolint:wrapcheck // It is the caller's.
	}
	values, laid := r.Values, r.stack.values
	for _, change := range changes {
		piece, _ := with(values, change.Path, change.Value).(map[string]any)
		values, laid = merge(values, piece), merge(laid, piece)
	}
	rendering, own, top, err := r.chart.merged(&Stack{values: laid, layers: r.stack.layers}, r.Release)
	if err != nil {
		return nil, err
	}
	if only != "" {
		narrow(own, only)
	}

	return rendering.execute(own, top)
}

// narrow leaves a chart, and those below it, the template that is named and all that it may include: what defines
// something, and files that one of these names.
func narrow(c *chart.Chart, only string) {
	var kept []byte
	eachTemplate(c, c.Name(), func(name string, t *chart.File) bool {
		if name == only || defines(t) {
			kept = append(kept, t.Data...)
		}

		return true
	})
	eachTemplate(c, c.Name(), func(name string, t *chart.File) bool {
		return name == only || defines(t) || bytes.Contains(kept, []byte(path.Base(t.Name)))
	})
}

func defines(t *chart.File) bool {
	return strings.HasPrefix(path.Base(t.Name), "_") || bytes.Contains(t.Data, []byte("define"))
}

// eachTemplate shows the templates of a chart and of those below it, under the names that Helm gives them, and drops those
// that are not to be kept.
func eachTemplate(c *chart.Chart, name string, keep func(name string, t *chart.File) bool) {
	c.Templates = slices.DeleteFunc(slices.Clone(c.Templates), func(t *chart.File) bool { return !keep(name+"/"+t.Name, t) })
	for _, below := range c.Dependencies() {
		eachTemplate(below, name+"/charts/"+below.Name(), keep)
	}
}

// with is the least that, laid over the values, changes one of them: lists are whole.
func with(values any, path []string, value any) any {
	if len(path) == 0 {
		return value
	}
	switch values := values.(type) {
	case []any:
		i, ok := index(path[0])
		if !ok || i >= len(values) {
			return values
		}
		changed := append([]any(nil), values...)
		item, isMap := values[i].(map[string]any)
		changed[i] = with(values[i], path[1:], value)
		if fresh, still := changed[i].(map[string]any); isMap && still {
			changed[i] = merge(item, fresh)
		}

		return changed
	case map[string]any:
		return map[string]any{path[0]: with(values[path[0]], path[1:], value)}
	default:
		return map[string]any{path[0]: with(nil, path[1:], value)}
	}
}

// ValuesOf are the values that a template's chart sees, and where they stand among the whole chart's. It is false for what
// is no template.
func (r *Rendering) ValuesOf(file string) (values map[string]any, prefix []string, ok bool) {
	owner, prefix := r.owner(file)
	if owner == nil {
		return nil, nil, false
	}
	found, ok := valueAt(r.Values, prefix)
	values, _ = found.(map[string]any)

	return values, prefix, ok
}

// Given tells whether the user's own values set the value at the path.
func (r *Rendering) Given(path []string) bool {
	for _, l := range r.stack.layers {
		if _, ok := l.exact(wanted{places: [][]string{path}}); ok {
			return true
		}
	}

	return false
}

// Edit says where the user must edit to change the value at the path, of which the first elements are the template's
// chart: the prefix of ValuesOf. Where nobody but that chart sets it, it is in the chart's own defaults. Where the value is
// a text that holds YAML, inside leads on from there.
func (r *Rendering) Edit(path []string, prefix int, inside source.Path) (source.Position, bool) {
	layers := r.stack.layers
	if prefix > 0 {
		layers = append([]layer{r.chart.defaults()}, layers...)
	}
	for i := len(layers) - 1; i >= 0; i-- {
		if at, ok := layers[i].edit(path, inside); ok {
			return at, true
		}
	}
	if below := r.chart.below(path[:prefix]); below != nil {
		if at, ok := below.defaults().edit(path[prefix:], inside); ok {
			return at, true
		}
	}

	return r.stack.locate(r.chart.defaults(), []wanted{{places: [][]string{path}, prefix: prefix}})
}

// edit is where a layer has the value at the path, or what is inside of it.
func (l layer) edit(path []string, inside source.Path) (source.Position, bool) {
	at, ok := l.exact(wanted{places: [][]string{path}})
	if !ok || len(inside) == 0 || l.root == nil {
		return at, ok
	}
	documents, err := source.Parse(l.file, l.data)
	if err != nil || len(documents) == 0 {
		return at, true
	}
	holder := documents[0].Lookup(source.Keys(path...))
	if holder == nil {
		return at, true
	}
	// A text that a template completes may be no YAML yet.
	if text, err := holder.Embedded(); err == nil && len(text) > 0 {
		return text[0].Position(inside), true
	}

	return at, true
}

// below is the chart below this one that the names lead to; nil for none.
func (c *Chart) below(names []string) *Chart {
	found, prefix := c.chart, c.prefix
	for _, name := range names {
		found = dependency(found, name)
		if found == nil {
			return nil
		}
		prefix += "/charts/" + found.Name()
	}

	made := newChart(found, prefix)
	made.valuesName = c.valuesName

	return made
}

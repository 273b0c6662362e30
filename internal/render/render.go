package render

import (
	"context"
	"fmt"
	"sort"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/releaseutil"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// DefaultKubeVersion is the cluster that a chart is rendered for where no other is named.
const DefaultKubeVersion = "1.36"

// Release says for which release and cluster a chart is rendered.
type Release struct {
	Name, Namespace string
	// KubeVersion is the cluster's; empty: DefaultKubeVersion.
	KubeVersion string
	// APIVersions that the cluster has beside Kubernetes' own, as group/version or
	// group/version/Kind.
	APIVersions []string
	// AllAPIs says that the cluster has no other APIs than these.
	AllAPIs bool
	// Revision is that of an upgrade; 0 and 1: the release is installed.
	Revision int
	// Lookup answers the templates' lookup; nil: it finds nothing, as without a cluster.
	Lookup Lookup
}

// A Lookup has clients for the kinds that templates look up.
type Lookup = engine.ClientProvider

// Manifest is one rendered template, or another file of YAML.
type Manifest struct {
	// File is <chart>/templates/<name>.yaml for a template.
	File string
	Data []byte
	// Parsed is the same for those who want its documents, where it may be shared; nil where it isn't.
	Parsed *source.File
}

// A Rendering is a chart, rendered.
type Rendering struct {
	// Manifests of every template that rendered to something, sorted by file.
	Manifests []Manifest
	// Notes is what `helm install` prints.
	Notes string
	// Values are the user's over the chart's defaults.
	Values map[string]any
	// Release that it is rendered for.
	Release Release
	// Unread are the schemas outside of the chart that its values.schema.json refers to.
	// Nothing outside is read, so no value was checked against them.
	Unread []string

	chart *Chart
	stack *Stack
	// enabled is where the values of the chart and of its enabled subcharts stand.
	enabled [][]string
	// marks are the manifests that TemplateLine has looked at.
	marks marks
}

// Render renders the chart as `helm install` of the release would, hooks included. Errors
// are of type *Error or *ValuesError where Helm says where they are.
func (c *Chart) Render(ctx context.Context, stack *Stack, release Release) (*Rendering, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("render chart %s: %w", c.chart.Name(), err)
	}
	rendering, own, top, err := c.merged(stack, release)
	if err != nil {
		return nil, err
	}
	if !c.embedded {
		if err := rendering.check(own, rendering.Values); err != nil {
			return nil, err
		}

		return rendering.execute(own, top)
	}
	// To compile the schema takes longer than the templates, and these are known to end whatever the values are.
	values, checked := copyMap(rendering.Values), make(chan error, 1)
	go func() { checked <- rendering.check(own, values) }()
	rendered, broken := rendering.execute(own, top)
	if err := <-checked; err != nil {
		return nil, err
	}

	return rendered, broken
}

// check asks the schemas of the chart and of those below it about their values.
func (r *Rendering) check(own *chart.Chart, values map[string]any) error {
	schemas := schemas{known: &r.chart.schemas}
	if err := schemas.check(own, values); err != nil {
		return r.schemaError(err)
	}
	r.Unread = schemas.unread

	return nil
}

// execute runs the templates.
func (r *Rendering) execute(own *chart.Chart, top chartutil.Values) (*Rendering, error) {
	asks := engine.Render
	if r.Release.Lookup != nil {
		asks = func(own *chart.Chart, top chartutil.Values) (map[string]string, error) {
			return engine.RenderWithClientProvider(own, top, r.Release.Lookup)
		}
	}
	files, err := asks(own, top)
	if err != nil {
		return nil, r.inTemplate(r.refusal(templateError(err)))
	}
	r.collect(files)

	return r, nil
}

// Values are the user's values over the chart's defaults, as the chart's templates would see
// them, checked against its schema.
func (c *Chart) Values(stack *Stack, release Release) (map[string]any, error) {
	rendering, own, _, err := c.merged(stack, release)
	if err != nil {
		return nil, err
	}

	return rendering.Values, rendering.check(own, rendering.Values)
}

// merged does what comes before the templates, without asking the schema. It returns a rendering without manifests, a
// chart of its own, and what the templates see.
func (c *Chart) merged(stack *Stack, release Release) (*Rendering, *chart.Chart, chartutil.Values, error) {
	cluster, err := capabilities(release)
	if err != nil {
		return nil, nil, nil, err
	}
	if err := c.installable(cluster); err != nil {
		return nil, nil, nil, err
	}
	// Processing dependencies changes the chart.
	own, values := deepCopy(c.chart), copyMap(stack.values)
	if err := chartutil.ProcessDependenciesWithMerge(own, values); err != nil {
		return nil, nil, nil, fmt.Errorf("process the dependencies of chart %s: %w", c.chart.Name(), err)
	}
	options := chartutil.ReleaseOptions{Name: release.Name, Namespace: release.Namespace, Revision: max(1, release.Revision)}
	options.IsInstall, options.IsUpgrade = options.Revision == 1, options.Revision > 1
	// The schema is asked by check, where its answer can be located.
	top, err := chartutil.ToRenderValuesWithSchemaValidation(own, values, options, cluster, true)
	if err != nil {
		return nil, nil, nil, fmt.Errorf("merge the values of chart %s: %w", c.chart.Name(), err)
	}
	merged, err := top.Table("Values")
	if err != nil {
		return nil, nil, nil, fmt.Errorf("merge the values of chart %s: %w", c.chart.Name(), err)
	}

	return &Rendering{Values: merged, Release: release, chart: c, stack: stack, enabled: enabledCharts(own, nil)}, own, top, nil
}

func (r *Rendering) collect(files map[string]string) {
	for file, text := range files {
		switch {
		case strings.HasSuffix(file, "NOTES.txt"):
			if file == r.chart.chart.Name()+"/templates/NOTES.txt" {
				r.Notes = text
			}
		case strings.TrimSpace(text) != "":
			data := []byte(text)
			r.Manifests = append(r.Manifests, Manifest{File: file, Data: data, Parsed: &source.File{Name: file, Data: data}})
		}
	}
	sort.Slice(r.Manifests, func(i, j int) bool { return r.Manifests[i].File < r.Manifests[j].File })
}

// InstallOrder is one object a manifest, in the order in which Helm sends them; hooks follow.
func (r *Rendering) InstallOrder() ([]Manifest, error) {
	files := map[string]string{}
	for _, m := range r.Manifests {
		files[m.File] = string(m.Data)
	}
	hooks, manifests, err := releaseutil.SortManifests(files, nil, releaseutil.InstallOrder)
	if err != nil {
		return nil, templateError(err)
	}
	out := make([]Manifest, 0, len(manifests)+len(hooks))
	for _, m := range manifests {
		out = append(out, Manifest{File: m.Name, Data: []byte(m.Content)})
	}
	for _, h := range hooks {
		out = append(out, Manifest{File: h.Path, Data: []byte(h.Manifest)})
	}

	return out, nil
}

// Written are the values files that went into the rendering, the chart's own among them,
// under the names that positions use.
func (r *Rendering) Written() []Manifest {
	defaults := r.chart.defaults()

	return append(r.stack.Files(), Manifest{File: defaults.file, Data: defaults.data, Parsed: defaults.parsed})
}

// Line is a line of what a position of Locate, or of a manifest, names.
func (r *Rendering) Line(file string, line int) (string, bool) {
	if text, ok := r.stack.Line(file, line); ok {
		return text, true
	}
	// A template may be named as what it renders to. Once TemplateLine has found its lines, it is those that are meant.
	if data, ok := r.manifest(file); ok && r.marks.of(file).text == nil {
		return lineOf(data, line)
	}
	if data, ok := r.chart.open(file); ok {
		return lineOf(data, line)
	}

	return "", false
}

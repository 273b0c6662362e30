// Package migratevalues turns what others deploy a collector by into values of this chart: a values file of the official chart
// opentelemetry-collector, or an OpenTelemetryCollector of the operator. The values keep what the deployment does. What they
// can't say is told, key by key, at its place in the file.
package migratevalues

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Kind is what a file is of.
type Kind string

// The kinds.
const (
	// Official is a values file of the chart opentelemetry-collector.
	Official Kind = "official"
	// Operator is an OpenTelemetryCollector of opentelemetry.io/v1beta1 or v1alpha1.
	Operator Kind = "operator"
)

// Kinds are all, for flags.
func Kinds() []string { return []string{string(Official), string(Operator)} }

// Result is a converted file.
type Result struct {
	// Kind is what the file was of.
	Kind Kind
	// Values are those of this chart.
	Values map[string]any
	// Text is Values as YAML.
	Text []byte
	// Notes are in the order of the file.
	Notes []Note
}

// Note says of a key what became of it, where that is not the same under another name.
type Note struct {
	Position source.Position
	// Path is the key's in the file.
	Path    string
	Message string
	// Left says that the values do without it, and that there is something for a person to do.
	Left bool
}

// Left counts the notes with something to do.
func (r *Result) Left() int {
	n := 0
	for _, note := range r.Notes {
		if note.Left {
			n++
		}
	}

	return n
}

// ErrKind is in the chain of an error that says that a file is of neither kind.
var ErrKind = errors.New("write --from official or --from operator where it is one nevertheless")

// Convert converts a file. An empty kind is told by the content. The version of the collector is what is assumed where
// neither an image's tag nor a key says it. An error means that nothing could be made of the file.
func Convert(file string, data []byte, kind Kind, version string) (*Result, error) {
	documents, err := source.Parse(file, data)
	if err != nil {
		return nil, err
	}
	root, kind, err := choose(file, documents, kind)
	if err != nil {
		return nil, err
	}
	c := &conversion{root: root, version: version, out: map[string]any{}}
	switch kind {
	case Official:
		c.official()
	case Operator:
		c.operator()
	}
	text, err := written(c.out)
	if err != nil {
		return nil, fmt.Errorf("%s: write the values: %w", file, err)
	}
	slices.SortStableFunc(c.notes, func(a, b Note) int {
		return cmp.Or(a.Position.Compare(b.Position), strings.Compare(a.Message, b.Message))
	})

	return &Result{Kind: kind, Values: c.out, Text: text, Notes: slices.Compact(c.notes)}, nil
}

// choose is the document to convert, and what it is of.
func choose(file string, documents []*source.Document, kind Kind) (*source.Node, Kind, error) {
	var resources, others []*source.Node
	for _, document := range documents {
		if isCollector(document.Root) {
			resources = append(resources, document.Root)
		} else {
			others = append(others, document.Root)
		}
	}
	switch {
	case len(documents) == 0:
		return nil, "", fmt.Errorf("%s is empty: want values of the chart opentelemetry-collector, or an OpenTelemetryCollector", file)
	case len(resources) == 1 && kind != Official:
		return resources[0], Operator, nil
	case len(resources) > 1 || len(others) > 1:
		return nil, "", fmt.Errorf("%s has %d documents: convert each by itself, as each is a release", file, len(documents))
	case kind == Operator:
		return nil, "", fmt.Errorf("%s: there is no OpenTelemetryCollector of opentelemetry.io in it", others[0].Position())
	case len(others) == 0:
		return nil, "", fmt.Errorf("%s: it is an OpenTelemetryCollector, not values of a chart: leave out --from", resources[0].Position())
	}
	root := others[0]
	if root.Kind != source.Mapping {
		return nil, "", fmt.Errorf("%s: it is a %s, want a mapping: values of the chart opentelemetry-collector, or an OpenTelemetryCollector", root.Position(), root.Kind)
	}
	if sub := root.Get(officialName); sub != nil && sub.Kind == source.Mapping {
		root = sub
	}
	if kind == "" {
		if err := looksOfficial(root); err != nil {
			return nil, "", err
		}
	}

	return root, Official, nil
}

// officialName is the official chart's, under which a parent chart has its values.
const officialName = "opentelemetry-collector"

func isCollector(root *source.Node) bool {
	kind, version := root.Get("kind"), root.Get("apiVersion")

	return kind != nil && version != nil && kind.Value == "OpenTelemetryCollector" && strings.HasPrefix(version.Value, "opentelemetry.io/")
}

// looksOfficial refuses what is known to be something else, or of which nothing is known.
func looksOfficial(root *source.Node) error {
	if kind := root.Get("kind"); kind != nil && root.Get("apiVersion") != nil {
		return fmt.Errorf("%s: it is a %s: want values of the chart opentelemetry-collector, or an OpenTelemetryCollector", kind.Position(), kind.Value)
	}
	mode := root.Get("mode")
	if root.Get("modes") != nil || mode != nil && (mode.Value == "gateway" || mode.Value == "sidecar") {
		return fmt.Errorf("%s: these are values of this chart already: `helm otlp lint -f` them (%w)", root.Position(), ErrKind)
	}
	if mode == nil && (root.Get("receivers") != nil || root.Get("exporters") != nil) {
		return fmt.Errorf("%s: this is a collector's config: put it below `config` in the values of this chart, or `helm otlp migrate` it", root.Position())
	}
	known := officialKeys()
	for _, pair := range root.Pairs {
		if _, ok := known[pair.Key.Value]; ok {
			return nil
		}
	}

	return fmt.Errorf("%s: none of its keys is one of the chart opentelemetry-collector (%w)", root.Position(), ErrKind)
}

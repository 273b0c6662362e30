package render

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"helm.sh/helm/v3/pkg/chart"
)

const (
	// injectionTemplate is the template of this project's chart that says what is put into a Pod.
	injectionTemplate = "otlp-collector.injection"
	// injectionFile includes it.
	injectionFile = "templates/injection.json"
	sidecarMode   = "sidecar"
)

// Injected is what a chart puts into Pods.
type Injected struct {
	// Data is JSON.
	Data []byte
	// File is the template that gave it, as Locate takes it.
	File string
	// Rendering is that of this template alone.
	Rendering *Rendering
}

// Injection is what this project's chart, or the one below a chart that has mode sidecar, puts into Pods. No other
// template is rendered, so that no cluster is too old for the policy.
func (c *Chart) Injection(ctx context.Context, stack *Stack, release Release) (*Injected, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("render chart %s: %w", c.chart.Name(), err)
	}
	rendering, own, top, err := c.merged(stack, release)
	if err != nil {
		return nil, err
	}
	prefix, err := rendering.sidecar()
	if err != nil {
		return nil, err
	}
	if err := addInjection(own, prefix); err != nil {
		return nil, err
	}
	values, checked := copyMap(rendering.Values), make(chan error, 1)
	go func() { checked <- rendering.check(own, values) }()
	rendered, broken := rendering.execute(own, top)
	if err := <-checked; err != nil {
		return nil, err
	}
	if broken != nil {
		return nil, broken
	}
	for _, m := range rendered.Manifests {
		if path.Base(m.File) == path.Base(injectionFile) {
			return &Injected{Data: m.Data, File: m.File, Rendering: rendered}, nil
		}
	}

	return nil, fmt.Errorf("chart %s: the template %s gives nothing", own.Name(), injectionTemplate)
}

// AsSidecar are the values with mode sidecar where the user's say none, if they are for this project's chart.
func (s *Stack) AsSidecar(of *Chart) *Stack {
	if of.chart.Metadata.Name != collectorChart {
		return s
	}

	return &Stack{values: merge(map[string]any{"mode": sidecarMode}, s.values), layers: s.layers}
}

// sidecar is where the values of the chart with mode sidecar stand.
func (r *Rendering) sidecar() ([]string, error) {
	uses := r.Uses()
	var found [][]string
	var at []string
	for _, use := range uses {
		if use.Values["mode"] == sidecarMode {
			found = append(found, use.prefix)
			at = append(at, strings.Join(use.prefix, "."))
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return nil, fmt.Errorf("chart %s has several sidecars, of %s: give --chart one that has one, or the values of one to the chart %s alone",
			r.chart.chart.Name(), strings.Join(at, " and "), collectorChart)
	case len(uses) == 0:
		return nil, fmt.Errorf("chart %s is not %s, nor has it that as a subchart: what is injected comes from there", r.chart.chart.Name(), collectorChart)
	}
	err := &Error{
		Message: fmt.Sprintf("mode is %v, and what is injected is a sidecar: leave `mode` out, or set it to sidecar", uses[0].Values["mode"]),
		Err:     errors.New("mode is not sidecar"),
	}
	err.Position, _ = r.locate(uses[0].prefix, "mode")

	return nil, err
}

// addInjection leaves a chart, and those below it, what defines something, and adds a file with what is injected.
func addInjection(own *chart.Chart, prefix []string) error {
	known := false
	eachTemplate(own, own.Name(), func(_ string, t *chart.File) bool {
		known = known || bytes.Contains(t.Data, []byte(`"`+injectionTemplate+`"`))

		return strings.HasPrefix(path.Base(t.Name), "_")
	})
	if !known {
		return fmt.Errorf("chart %s %s has no template %s, since it is older: take a newer one, or leave --chart out",
			own.Name(), own.Metadata.Version, injectionTemplate)
	}
	for _, name := range prefix {
		own = dependency(own, name)
	}
	own.Templates = append(own.Templates, &chart.File{Name: injectionFile, Data: []byte(`{{ include "` + injectionTemplate + `" . }}`)})

	return nil
}

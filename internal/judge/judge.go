// Package judge hands to lint what a chart has rendered to.
package judge

import (
	"context"
	"fmt"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// Linted is the API by which the embedded chart knows that lint judges it: it then leaves to
// the rules what it would refuse at once.
const Linted = "helm-otlp.github.io/lint"

// Manifests are what was rendered, with the charts that made it.
func Manifests(rendering *render.Rendering) []lint.Manifest {
	var manifests []lint.Manifest
	for _, m := range rendering.Manifests {
		name, _ := rendering.ChartOf(m.File)
		manifests = append(manifests, lint.Manifest{File: m.File, Data: m.Data, Chart: name, Parsed: m.Parsed})
	}

	return manifests
}

// Written are the values files that went into it.
func Written(rendering *render.Rendering) []lint.Manifest {
	var written []lint.Manifest
	for _, m := range rendering.Written() {
		written = append(written, lint.Manifest{File: m.File, Data: m.Data, Parsed: m.Parsed})
	}

	return written
}

// Releases are the uses of this project's chart with what their config is compiled from.
func Releases(rendering *render.Rendering) ([]*lint.Release, error) {
	var releases []*lint.Release
	for _, use := range rendering.Uses() {
		in, err := values.Input(use.Values, Release(use.Chart, rendering.Release))
		if err != nil {
			return nil, fmt.Errorf("read the values of %s: %w", use.Chart.Name, err)
		}
		releases = append(releases, &lint.Release{Input: in, Written: use.Written, Position: use.Locate})
	}

	return releases, nil
}

// Release is the release as the chart's templates know it.
func Release(chart render.Info, release render.Release) values.Release {
	return values.Release{
		Name: release.Name, Namespace: release.Namespace,
		Chart: chart.Name, ChartVersion: chart.Version, AppVersion: chart.AppVersion,
		KubeVersion: release.KubeVersion,
	}
}

// Locate says where the user must edit for a finding on what this project's chart rendered: at the item of a list where the
// list is as a values file has it, else at the key that is known to feed the field.
func Locate(rendering *render.Rendering, f lint.Finding) (source.Position, bool) {
	if list, below := f.Field.InList(); list != nil {
		if at, ok := rendering.LocateItem(f.Position.File, list, below, f.Values...); ok {
			return at, true
		}
	}

	return rendering.Locate(f.Position.File, f.Values...)
}

// Errors are the findings of severity error on what was rendered, at the values that a user must edit where these are known.
func Errors(ctx context.Context, rendering *render.Rendering) ([]lint.Finding, error) {
	return ErrorsIn(ctx, rendering, Manifests(rendering)...)
}

// ErrorsIn are the findings of severity error on manifests that come of a rendering.
func ErrorsIn(ctx context.Context, rendering *render.Rendering, manifests ...lint.Manifest) ([]lint.Finding, error) {
	releases, err := Releases(rendering)
	if err != nil {
		return nil, err
	}
	result, err := lint.Run(ctx, manifests, rules.All(), lint.ForKubernetes(rendering.Release.KubeVersion),
		lint.ForReleases(releases...), lint.ForValuesFiles(Written(rendering)...))
	if err != nil {
		return nil, fmt.Errorf("judge what the chart renders to: %w", err)
	}
	var found []lint.Finding
	for _, f := range result.Findings {
		if f.Severity != lint.Error {
			continue
		}
		if at, ok := Locate(rendering, f); ok {
			f.Position = at
		}
		found = append(found, f)
	}

	return found, nil
}

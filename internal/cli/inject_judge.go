package cli

import (
	"context"
	"fmt"

	"github.com/helm-otlp/helm-otlp/internal/judge"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/internal/report"
	"github.com/helm-otlp/helm-otlp/pkg/inject"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// barePod is an application of which nothing is known: neither what its account may do, nor what else it mounts.
const barePod = "apiVersion: v1\nkind: Pod\nmetadata: {name: application}\nspec: {serviceAccountName: application, containers: [{name: application, image: application}]}\n"

// judgeSidecar refuses a sidecar in which lint finds an error, as it stands in a Pod.
func (p *program) judgeSidecar(ctx context.Context, injected *render.Injected, sidecar inject.Sidecar) error {
	injector, err := inject.New(sidecar, inject.Options{All: true})
	if err != nil {
		return internalError{err}
	}
	pod, _, err := injector.Document(injected.File, []byte(barePod))
	if err != nil {
		return internalError{err}
	}
	found, err := judge.ErrorsIn(ctx, injected.Rendering, lint.Manifest{File: injected.File, Data: pod})
	if err != nil {
		return internalError{err}
	}
	if len(found) == 0 {
		return nil
	}
	for i := range found {
		found[i].Fix = nil // `lint --fix` mends it, and this command does not.
	}
	format, err := report.Named("text", false)
	if err != nil {
		return internalError{err}
	}
	if err := format.Write(p.stderr, reportOf(&verdict{findings: found, collectors: 1, objects: 1}, lint.Error)); err != nil {
		return internalError{fmt.Errorf("write what was found: %w", err)}
	}
	fmt.Fprintln(p.stderr, "nothing was injected: mend that first (--no-lint injects it all the same)")

	return errFindings
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// wrong is an error at a place.
func wrong(at source.Position, format string, args ...any) error {
	return &source.Error{Position: at, Message: fmt.Sprintf(format, args...)}
}

// A manifestError is what is wrong with the manifests of a chart, which are edited in its templates.
type manifestError struct {
	error

	// template is the line of a template that made a line of a manifest.
	template func(source.Position) (source.Position, bool)
}

// Unwrap is the error itself.
func (e manifestError) Unwrap() error { return e.error }

// unreadable are the findings on an input that can't be read, one for each place that the error names; one without a place
// where it names none. What is no fault of the input is none. An empty release is none.
func unreadable(err error, release string) []lint.Finding {
	var internal internalError
	if err == nil || errors.As(err, &internal) || errors.Is(err, context.Canceled) {
		return nil
	}
	rule := rules.UnreadableInput()
	var findings []lint.Finding
	for _, e := range placed(err) {
		f := lint.Finding{Rule: rule.Name, Severity: rule.Severity, Message: e.Message, Position: e.Position}
		if release != "" {
			f.Releases = []string{release}
		}
		findings = append(findings, f)
	}
	var made manifestError
	if errors.As(err, &made) {
		for i, f := range findings {
			if at, ok := made.template(f.Position); ok {
				findings[i].Position = at
			}
		}
	}

	return findings
}

// placed are the errors of which an error is made, each with its place and its words.
func placed(whole error) []source.Error {
	for err := whole; err != nil; err = errors.Unwrap(err) {
		switch e := err.(type) { //nolint:errorlint // It is unwrapped here, step by step.
		case *render.ValuesError:
			var all []source.Error
			for _, problem := range e.Problems {
				all = append(all, source.Error{Position: problem.Position, Message: problem.Message})
			}

			return all
		case *render.Error:
			return []source.Error{{Position: e.Position, Message: e.Message}}
		case *source.Error:
			if e.Hint == "" {
				return []source.Error{*e}
			}

			return []source.Error{{Position: e.Position, Message: e.Message + " (" + e.Hint + ")"}}
		case interface{ Unwrap() []error }:
			var all []source.Error
			for _, part := range e.Unwrap() {
				all = append(all, placed(part)...)
			}

			return all
		}
	}

	return []source.Error{{Message: whole.Error()}}
}

// reported says whether a report is written of inputs some of which can't be read: in text of the others, and elsewhere with
// what is wrong as findings.
func (f *lintFlags) reported(v *verdict) bool {
	switch {
	case f.updateBaseline:
		return false
	case f.output == "text":
		return v.judged > 0
	default:
		return v.judged > 0 || len(v.unread) > 0
	}
}

// withUnread are the findings with those on what can't be read.
func withUnread(v *verdict) []lint.Finding {
	all := slices.Concat(v.findings, v.unread)
	slices.SortStableFunc(all, compareFindings)

	return all
}

package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/lint/rules"
)

// offersFor are the fixes of findings of which all changes are of files that the user can edit.
func offersFor(findings []lint.Finding, in *input) []fix.Offer {
	var offers []fix.Offer
	for _, f := range findings {
		if f.Fix == nil || len(in.editable) == 0 {
			continue
		}
		var step []fix.Change
		for _, c := range f.Fix.Changes {
			change, ok := in.place(c)
			if _, editable := in.editable[change.File]; !ok || !editable {
				step = nil

				break
			}
			step = append(step, change)
		}
		if len(step) > 0 {
			offers = append(offers, fix.Offer{Finding: f, Steps: [][]fix.Change{step}})
		}
	}

	return offers
}

// mostRounds is how often fixes are looked for: one may show what another finding is due to.
const mostRounds = 3

// mend looks for fixes of what the inputs are found guilty of, and that is not known from a baseline. It gives what was
// changed, and the files as they were.
func (p *program) mend(ctx context.Context, inputs []pending, flags lintFlags) (after, before fix.Files, refused []fix.Refusal, err error) {
	how := judging{image: flags.input.image, fixes: true}
	quiet := *p
	quiet.stderr = io.Discard
	quiet.edited = fix.Files{}
	before = fix.Files{}
	var first []lint.Finding
	seen := newMemo()
	for range mostRounds {
		found, err := quiet.judgeAll(ctx, inputs, how)
		if err != nil {
			return nil, nil, nil, err
		}
		if first == nil {
			first = found.findings
		}
		for name, data := range found.editable {
			if _, known := before[name]; !known {
				before[name] = data
			}
		}
		open := found.findings
		if flags.baseline != "" {
			if open, err = quiet.without(flags.baseline, open); err != nil {
				return nil, nil, nil, err
			}
		}
		var changed fix.Files
		changed, refused, err = fix.Choose(ctx, ofThese(found.offers, open), found.editable, found.counts, trials{&quiet, inputs, how.image, seen})
		if err != nil {
			return nil, nil, nil, err
		}
		if len(changed) == 0 {
			break
		}
		maps.Copy(quiet.edited, changed)
	}

	// Lines are those of the files as they are.
	for i, r := range refused {
		if j := slices.IndexFunc(first, func(f lint.Finding) bool { return fix.Same(f, r.Finding) }); j >= 0 {
			refused[i].Finding.Position = first[j].Position
		}
	}

	return quiet.edited, before, refused, nil
}

// ofThese are the offers for findings that are reported.
func ofThese(offers []fix.Offer, findings []lint.Finding) []fix.Offer {
	reported := map[*lint.Fix]bool{}
	for _, f := range findings {
		reported[f.Fix] = true
	}

	offers = slices.DeleteFunc(offers, func(o fix.Offer) bool { return !reported[o.Finding.Fix] })
	// What hurts most goes first where not all can be had.
	order := []lint.Severity{lint.Error, lint.Warning, lint.Info}
	slices.SortStableFunc(offers, func(a, b fix.Offer) int {
		return cmp.Compare(slices.Index(order, a.Finding.Severity), slices.Index(order, b.Finding.Severity))
	})

	return offers
}

// run judges the input by all rules.
func (in *input) run(ctx context.Context, image string) (*lint.Result, error) {
	result, err := lint.Run(ctx, in.manifests, rules.All(), lint.ForImage(image), lint.ForKubernetes(in.kubernetes),
		lint.ForReleases(in.releases...), lint.ForValuesFiles(in.values...))

	return result, lintError(err)
}

// fix shows what would mend the inputs, as a diff, or writes it; then what is read after is the same with it.
func (p *program) fix(ctx context.Context, inputs []pending, flags lintFlags) error {
	after, before, refused, err := p.mend(ctx, inputs, flags)
	if err != nil {
		fmt.Fprintln(p.stderr, "note: nothing is mended where something can't be read")

		return nil //nolint:nilerr // The report says what.
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		switch {
		case !flags.write:
			fmt.Fprint(p.stdout, p.secrets.Text(unified(name, string(before[name]), string(after[name]))))
		default:
			if err := replaceFile(name, after[name]); err != nil {
				return err
			}
			fmt.Fprintf(p.stderr, "mended %s\n", name)
		}
	}
	for _, r := range refused {
		brings := r.Instead[0]
		if more := len(r.Instead) - 1; more > 0 {
			brings += fmt.Sprintf(" (and %d more)", more)
		}
		text := fmt.Sprintf("%s: %s [%s]: not done, since it would bring %s", r.Finding.Position, r.Finding.Fix.Says, r.Finding.Rule, brings)
		fmt.Fprintln(p.stderr, p.secrets.Text(text))
	}
	if len(after) == 0 {
		fmt.Fprintln(p.stderr, "note: nothing here can be mended without a person")
	}
	p.edited = after

	return nil
}

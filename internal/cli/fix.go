package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/internal/render"
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

// offered are findings without the fixes that can't be made in files of the user.
func offered(findings []lint.Finding, offers []fix.Offer) []lint.Finding {
	made := map[*lint.Fix]bool{}
	for _, offer := range offers {
		made[offer.Finding.Fix] = true
	}
	for i, f := range findings {
		if !made[f.Fix] {
			findings[i].Fix = nil
		}
	}

	return findings
}

// mostRounds is how often fixes are looked for: one may show what another finding is due to.
const mostRounds = 3

// A mending is what was found to mend inputs.
type mending struct {
	// after are the files that change, and before all that might, as they are.
	after, before fix.Files
	// open is what is found without it.
	open    []lint.Finding
	refused []fix.Refusal
	untried int
}

// mend looks for fixes of what the inputs are found guilty of, and that is not known from a baseline.
func (p *program) mend(ctx context.Context, inputs []pending, flags lintFlags) (*mending, error) {
	how := judging{image: flags.input.image, fixes: true}
	quiet := *p
	quiet.stderr = io.Discard
	quiet.edited = maps.Clone(p.edited)
	inputs = quiet.readable(ctx, inputs)
	project, err := readProject()
	if err != nil {
		return nil, err
	}
	m := &mending{after: fix.Files{}, before: fix.Files{}}
	seen := newMemo()
	for round := range mostRounds {
		found, err := quiet.judgeAll(ctx, inputs, how)
		if err != nil {
			return nil, err
		}
		for name, data := range found.editable {
			if _, known := m.before[name]; !known {
				m.before[name] = data
			}
		}
		if err := namedOnce(m.before); err != nil {
			return nil, err
		}
		open := found.findings
		if flags.baseline != "" {
			if open, err = quiet.without(flags.baseline, open); err != nil {
				return nil, err
			}
		}
		if round == 0 {
			m.open = open
		}
		choice, err := fix.Choose(ctx, ofThese(found.offers, open), found.editable, found.counts, trials{&quiet, inputs, how.image, project, seen})
		if seen.broken != nil {
			return nil, seen.broken
		}
		if err != nil {
			return nil, err
		}
		m.refused, m.untried = choice.Refused, choice.Untried
		if len(choice.Changed) == 0 {
			break
		}
		maps.Copy(quiet.edited, choice.Changed)
		maps.Copy(m.after, choice.Changed)
	}
	m.placeRefused()

	return m, nil
}

// placeRefused gives what was refused the lines of the files as they are.
func (m *mending) placeRefused() {
	for i, r := range m.refused {
		if j := slices.IndexFunc(m.open, func(f lint.Finding) bool { return fix.Same(f, r.Finding) }); j >= 0 {
			m.refused[i].Finding.Position = m.open[j].Position
		}
	}
}

// readable are the inputs without a chart's defaults that it refuses: what can be read has to be after each change too.
func (p *program) readable(ctx context.Context, inputs []pending) []pending {
	var kept []pending
	for _, in := range inputs {
		if in.optional {
			if _, err := in.read(ctx, p); err != nil {
				continue
			}
			in.optional = false
		}
		kept = append(kept, in)
	}

	return kept
}

// namedOnce refuses files that are one under two names, of which each would be changed without the other.
func namedOnce(files fix.Files) error {
	names := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path, err := filepath.EvalSymlinks(name)
		if err != nil {
			continue // It can't be written either.
		}
		if path, err = filepath.Abs(path); err != nil {
			continue
		}
		if other, twice := names[path]; twice {
			return fmt.Errorf("%s and %s are one file: name it in one way for --fix", other, name)
		}
		names[path] = name
	}

	return nil
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

// fix shows what would mend the inputs, as a diff, or writes it; what is read after is the same with it. It gives what is
// found without it.
func (p *program) fix(ctx context.Context, inputs []pending, flags lintFlags) ([]lint.Finding, error) {
	m, err := p.mend(ctx, inputs, flags)
	if err != nil && len(unreadable(err, "")) > 0 {
		// The report says what.
		fmt.Fprintln(p.stderr, "note: nothing is mended where something can't be read")

		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if flags.write {
		err = p.writeFixes(m)
	} else {
		for _, name := range slices.Sorted(maps.Keys(m.after)) {
			fmt.Fprint(p.stdout, p.secrets.Text(unified(name, string(m.before[name]), string(m.after[name]))))
		}
	}
	p.noteFixes(m)
	p.edited = maps.Clone(p.edited)
	if p.edited == nil {
		p.edited = fix.Files{}
	}
	maps.Copy(p.edited, m.after)

	return m.open, err
}

// writeFixes writes all files that change, or none where one can't be.
func (p *program) writeFixes(m *mending) error {
	names := slices.Sorted(maps.Keys(m.after))
	for _, name := range names {
		if info, err := os.Stat(name); err != nil {
			return err //nolint:wrapcheck // It names the file.
		} else if info.Mode().Perm()&0o200 == 0 {
			return fmt.Errorf("%s may not be written: nothing is", name)
		}
	}
	for _, name := range names {
		if err := replaceFile(name, m.after[name]); err != nil {
			return err
		}
		fmt.Fprintf(p.stderr, "mended %s\n", name)
	}

	return nil
}

// noteFixes says what was not mended, and why.
func (p *program) noteFixes(m *mending) {
	for _, r := range m.refused {
		brings := r.Instead[0]
		if more := len(r.Instead) - 1; more > 0 {
			brings += fmt.Sprintf(" (and %d more)", more)
		}
		text := fmt.Sprintf("%s: %s [%s]: not done, since it would bring %s", r.Finding.Position, r.Finding.Fix.Says, r.Finding.Rule, brings)
		fmt.Fprintln(p.stderr, p.secrets.Text(text))
	}
	if m.untried > 0 {
		fmt.Fprintf(p.stderr, "note: %d more were not tried, since others of their rules were refused, or too many are\n", m.untried)
	}
	if len(m.after) == 0 {
		fmt.Fprintln(p.stderr, "note: nothing here can be mended without a person")
	}
}

// readOnce reads what can be read only once, or may be another the next time: standard input, pipes, and what is fetched.
func (p *program) readOnce(ctx context.Context, refs []string, flags inputFlags) error {
	p.edited = fix.Files{}
	for _, name := range slices.Concat(refs, flags.chart.values.Files) {
		if info, err := os.Stat(name); name != "-" && (err != nil && !render.IsURL(name) || err == nil && (info.Mode().IsRegular() || info.IsDir())) {
			continue
		}
		data, err := render.Read(ctx, name, p.stdin)
		if err != nil {
			return fmt.Errorf("read the input: %w", err)
		}
		p.edited[name] = data
	}

	return nil
}

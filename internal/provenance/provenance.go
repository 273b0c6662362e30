// Package provenance finds which value of a chart feeds a field of what it renders, so that a finding on any chart points
// at what its user must edit. It guesses from the names and texts of values, and proves each guess: the chart is rendered
// again with that value changed, and the field must be another then, or the finding gone.
package provenance

import (
	"cmp"
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/helm-otlp/helm-otlp/internal/guard"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

const (
	// mostGuesses bounds how many values are tried for one field.
	mostGuesses = 24
	// mostRenders and mostTime bound how often a chart is rendered for all of them: it is its author's program, and may be
	// slow, or never end with another value. The number is what ends a search: the time is for charts that are broken.
	mostRenders = 240
	mostTime    = time.Minute
	// trialTime is for one rendering.
	trialTime = 10 * time.Second
)

// A Tracer finds what feeds the fields of one rendering.
type Tracer struct {
	rendering *render.Rendering
	rules     []*lint.Rule
	documents documents
	trials    map[string]*trial
	// entries are the values of each chart of the rendering, by where they stand.
	entries map[string][]entry
	renders int
	spent   time.Duration
	gaveUp  bool
	// patience is for the renderings that find a template's line, and stuck says that one of them did not end.
	patience time.Duration
	stuck    bool
}

// GaveUp says that the search ended before all was tried, so that a finding may stand at a template though a value feeds it.
func (t *Tracer) GaveUp() bool { return t.gaveUp }

// New is a tracer of a rendering, in which the rules have found something.
func New(r *render.Rendering, rules []*lint.Rule) *Tracer {
	return &Tracer{
		rendering: r, rules: rules, documents: documentsOf(r), trials: map[string]*trial{}, entries: map[string][]entry{}, patience: mostTime,
	}
}

// Locate says where the user must edit for a finding on the rendering, the first of these that is known:
//   - the value that feeds its field,
//   - the switch without which nothing is found,
//   - the line of the template that made the field.
func (t *Tracer) Locate(ctx context.Context, f lint.Finding) (source.Position, bool) {
	values, prefix, ok := t.rendering.ValuesOf(f.Position.File)
	if !ok {
		return source.Position{}, false
	}
	search := search{Tracer: t, finding: f, prefix: prefix, entries: t.entriesAt(prefix, values)}
	if at, ok := search.feeder(ctx); ok {
		return at, true
	}
	if at, ok := search.switched(ctx); ok {
		return at, true
	}

	return t.Template(ctx, f.Position)
}

// Fed says where the value stands that feeds a field on which a finding is, or would be.
func (t *Tracer) Fed(ctx context.Context, f lint.Finding) (source.Position, bool) {
	values, prefix, ok := t.rendering.ValuesOf(f.Position.File)
	if !ok {
		return source.Position{}, false
	}

	return search{Tracer: t, finding: f, prefix: prefix, entries: t.entriesAt(prefix, values)}.feeder(ctx)
}

// Template is the line of the template that made a line of a manifest. Marks may keep a template from ending, too.
func (t *Tracer) Template(ctx context.Context, made source.Position) (source.Position, bool) {
	if t.stuck {
		return source.Position{}, false
	}
	type line struct {
		at source.Position
		ok bool
	}
	found := make(chan line, 1)
	err := guard.Run(ctx, guard.Limits{Time: t.patience}, func(context.Context) error {
		at, ok := t.rendering.TemplateLine(made.File, made.Line)
		found <- line{at, ok}

		return nil
	})
	if err != nil {
		t.stuck, t.gaveUp = true, true

		return source.Position{}, false
	}
	l := <-found

	return l.at, l.ok
}

func (t *Tracer) entriesAt(prefix []string, values map[string]any) []entry {
	key := strings.Join(prefix, "\x00")
	if _, done := t.entries[key]; !done {
		t.entries[key] = entriesOf(values)
	}

	return t.entries[key]
}

// A search is for what one finding is due to.
type search struct {
	*Tracer
	finding lint.Finding
	// entries are the values of the template's chart.
	entries []entry
	// prefix is where the values of the template's chart stand.
	prefix []string
}

// feeder is where the value stands that feeds the finding's field.
func (s search) feeder(ctx context.Context) (source.Position, bool) {
	field, ok := s.documents.find(s.finding)
	if !ok {
		return source.Position{}, false
	}
	was, existed := s.documents.read(field)
	all := guesses(s.entries, field, was)
	all = all[:min(len(all), mostGuesses)]
	if s.none(ctx, field, all, was, existed) {
		return source.Position{}, false
	}
	for _, guess := range all {
		path, prefix := s.whole(guess.path)
		for _, changed := range guess.changes {
			trial := s.trial(ctx, field.file, render.Change{Path: path, Value: changed})
			if trial == nil {
				continue
			}
			if trial.documents.differs(field, was, existed) {
				return s.rendering.Edit(path, prefix, guess.inside)
			}

			break // Another change is for where this one can't be rendered.
		}
	}

	return source.Position{}, false
}

// none tells that no guess feeds the field: it stays as it is when all of them are changed at once. It is false where that
// shows nothing, since the chart can't be rendered so, or the field is gone.
func (s search) none(ctx context.Context, field place, all []guess, was any, existed bool) bool {
	if len(all) < 3 {
		return false
	}
	var changes []render.Change
	for _, guess := range all {
		path, _ := s.whole(guess.path)
		changes = append(changes, render.Change{Path: path, Value: guess.changes[0]})
	}
	// A value goes before what stands below it.
	slices.SortStableFunc(changes, func(a, b render.Change) int { return cmp.Compare(len(a.Path), len(b.Path)) })
	trial := s.trial(ctx, field.file, changes...)
	if trial == nil || !trial.documents.has(field) {
		return false
	}
	is, exists := trial.documents.read(field)

	return exists == existed && reflect.DeepEqual(is, was)
}

// switched is where a boolean stands whose other value makes the finding go, and not the object that it is on: one that
// the user has set, or of which the rule knows the name.
func (s search) switched(ctx context.Context) (source.Position, bool) {
	field, ok := s.documents.find(s.finding)
	if !ok {
		return source.Position{}, false
	}
	for _, e := range s.switches() {
		value, _ := e.value.(bool)
		path, prefix := s.whole(e.path)
		trial := s.trial(ctx, "", render.Change{Path: path, Value: !value})
		if trial != nil && trial.documents.has(field) && s.gone(ctx, trial) {
			return s.rendering.Edit(path, prefix, nil)
		}
	}

	return source.Position{}, false
}

func (s search) switches() []entry {
	var found []entry
	for _, e := range s.entries {
		if _, isBool := e.value.(bool); !isBool || len(found) == mostGuesses {
			continue
		}
		whole, _ := s.whole(e.path)
		if s.rendering.Given(whole) || slices.ContainsFunc(s.finding.Values, func(key string) bool { return endsWith(e.path, key) }) {
			found = append(found, e)
		}
	}

	return found
}

// gone tells whether the finding's rule no longer finds it.
func (s search) gone(ctx context.Context, trial *trial) bool {
	i := slices.IndexFunc(s.rules, func(rule *lint.Rule) bool { return rule.Name == s.finding.Rule })
	if i < 0 {
		return false
	}
	result, err := lint.Run(ctx, trial.manifests, s.rules[i:i+1])

	return err == nil && !slices.ContainsFunc(result.Findings, func(f lint.Finding) bool {
		return f.Object == s.finding.Object && f.Path == s.finding.Path && f.Message == s.finding.Message
	})
}

// whole is the path from the values of the whole chart, and how many of its keys name charts. Global values stand at the
// top for all of them.
func (s search) whole(path []string) (whole []string, prefix int) {
	if path[0] == "global" {
		return path, 0
	}

	return append(slices.Clone(s.prefix), path...), len(s.prefix)
}

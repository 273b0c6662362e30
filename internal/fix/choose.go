package fix

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// Files are contents by name.
type Files map[string][]byte

// A Change is one of a file.
type Change struct {
	File string
	yamledit.Change
}

// An Offer is a fix of a finding as changes of files.
type Offer struct {
	Finding lint.Finding
	// Steps are made one after another, the changes of each together.
	Steps [][]Change
}

// Counts are how often things are found.
type Counts struct {
	all int
	// rules counts by rule and object, and exact by path and words too.
	rules, exact map[string]int
}

// Count counts findings.
func Count(findings []lint.Finding) Counts {
	c := Counts{rules: map[string]int{}, exact: map[string]int{}}
	c.Add(findings)

	return c
}

// Add counts more.
func (c *Counts) Add(findings []lint.Finding) {
	c.all += len(findings)
	for _, f := range findings {
		c.rules[onObject(f)]++
		c.exact[exactly(f)]++
	}
}

// Merge adds the counts of others.
func (c *Counts) Merge(other Counts) {
	c.all += other.all
	for key, n := range other.rules {
		c.rules[key] += n
	}
	for key, n := range other.exact {
		c.exact[key] += n
	}
}

// Has tells whether a finding is among those that were counted.
func (c *Counts) Has(f lint.Finding) bool { return c.exact[exactly(f)] > 0 }

func onObject(f lint.Finding) string {
	name := f.Object.Name
	// What is in a ConfigMap may be part of its name.
	if f.Object.Kind == "ConfigMap" {
		name = ""
	}

	return strings.Join([]string{f.Rule, f.Object.Kind, f.Object.Namespace, name}, "\x00")
}

// Same tells whether two findings say the same of the same field, wherever in a file.
func Same(a, b lint.Finding) bool { return exactly(a) == exactly(b) }

func exactly(f lint.Finding) string {
	return strings.Join([]string{onObject(f), f.Path, f.Message}, "\x00")
}

// mended tells whether the findings of offers are gone, and no others have come. Of one offer, what is found on the same
// object by the same rule may be in another place and in other words, since a component may have another name; of several,
// one may hide what another brings, so that nothing may be new.
func mended(before, after Counts, offers []Offer) bool {
	if after.all >= before.all || len(offers) > 1 && len(after.beside(before)) > 0 {
		return false
	}
	for key, n := range after.rules {
		if n > before.rules[key] {
			return false
		}
	}
	gone := map[string]int{}
	for _, o := range offers {
		gone[exactly(o.Finding)]++
	}
	for key, n := range gone {
		if after.exact[key] > before.exact[key]-n {
			return false
		}
	}

	return true
}

// A Refusal is an offer that was not taken, since something else would be found then.
type Refusal struct {
	Offer
	// Instead are what would, as rule and words.
	Instead []string
}

// A Judge says what is found where files have another content.
type Judge interface {
	// Count counts it.
	Count(context.Context, Files) (Counts, error)
	// Offers are fixes of what was not found before.
	Offers(ctx context.Context, edited Files, before Counts) ([]Offer, error)
}

// mostTrials is how often offers are tried in one round. Where most are good, one trial is enough.
const mostTrials = 60

// mostRefused is how many offers of one rule are refused before the others of it are left alone: they are likely to be
// refused for the same, and others have their turn.
const mostRefused = 3

// A Choice is what came of offers.
type Choice struct {
	// Changed are the files that differ.
	Changed Files
	Refused []Refusal
	// Untried counts the offers that had no turn.
	Untried int
}

// Choose makes the changes of the offers that mend what they are for, and no harm: all at once, or where that fails, of
// halves of them.
func Choose(ctx context.Context, offers []Offer, files Files, before Counts, judge Judge) (*Choice, error) {
	c := chooser{files: maps.Clone(files), changed: Files{}, before: before, judge: judge, trials: mostTrials, refusals: map[string]int{}}
	if err := c.choose(ctx, offers); err != nil {
		return nil, err
	}

	return &Choice{Changed: c.changed, Refused: c.refused, Untried: c.untried}, nil
}

type chooser struct {
	files, changed Files
	before         Counts
	judge          Judge
	trials         int
	refused        []Refusal
	// refusals counts them by rule.
	refusals map[string]int
	untried  int
	// news is what the last trial would have found beside what there was.
	news []string
}

func (c *chooser) choose(ctx context.Context, offers []Offer) error {
	tried := slices.DeleteFunc(slices.Clone(offers), func(o Offer) bool { return c.refusals[o.Finding.Rule] >= mostRefused })
	c.untried += len(offers) - len(tried)
	if offers = tried; len(offers) == 0 {
		return nil
	}
	if c.trials <= 0 {
		c.untried += len(offers)

		return nil
	}
	left := c.trials
	done, err := c.try(ctx, offers)
	if done || err != nil {
		return err
	}
	if len(offers) == 1 {
		news := c.news
		if c.trials == left {
			return nil // How the file is written says nothing of others.
		}
		if done, err := c.goOn(ctx, offers[0]); done || err != nil {
			return err
		}
		c.refusals[offers[0].Finding.Rule]++
		if len(news) > 0 {
			c.refused = append(c.refused, Refusal{offers[0], news})
		}

		return nil
	}
	half := len(offers) / 2
	if err := c.choose(ctx, offers[:half]); err != nil {
		return err
	}

	return c.choose(ctx, offers[half:])
}

// try makes the changes of offers, and keeps them where they are good.
func (c *chooser) try(ctx context.Context, offers []Offer) (bool, error) {
	c.news = nil
	tried, ok := c.edit(offers)
	if !ok {
		return false, nil
	}
	if err := ctx.Err(); err != nil {
		return false, fmt.Errorf("look for fixes: %w", err)
	}
	c.trials--
	after, err := c.judge.Count(ctx, tried)
	// What can't be read any more is not mended.
	if err != nil {
		return false, nil //nolint:nilerr // It is an answer.
	}
	if !mended(c.before, after, offers) {
		c.news = after.beside(c.before)

		return false, nil
	}
	maps.Copy(c.files, tried)
	c.changed, c.before = tried, after

	return true, nil
}

// beside are what was found that was not before.
func (c *Counts) beside(before Counts) []string {
	var news []string
	for key, n := range c.exact {
		if parts := strings.Split(key, "\x00"); n > before.exact[key] {
			news = append(news, parts[0]+": "+parts[len(parts)-1])
		}
	}
	slices.Sort(news)

	return news
}

// mostSteps is how many steps a fix may have.
const mostSteps = 3

// goOn takes an offer one step further: a component whose name was mistyped shows what else is wrong with it only once it
// has its name.
func (c *chooser) goOn(ctx context.Context, offer Offer) (bool, error) {
	for len(offer.Steps) < mostSteps && c.trials > 0 {
		tried, ok := c.edit([]Offer{offer})
		if !ok {
			return false, nil
		}
		c.trials--
		more, err := c.judge.Offers(ctx, tried, c.before)
		if err != nil {
			return false, nil //nolint:nilerr // What can't be read any more is not mended.
		}
		var step []Change
		for _, o := range more {
			step = append(step, o.Steps[0]...)
		}
		if len(step) == 0 {
			return false, nil
		}
		offer.Steps = append(slices.Clone(offer.Steps), step)
		if done, err := c.try(ctx, []Offer{offer}); done || err != nil {
			return done, err
		}
	}

	return false, nil
}

// edit is all files that are changed, as the offers would have them.
func (c *chooser) edit(offers []Offer) (Files, bool) {
	edited := maps.Clone(c.changed)
	for step := range mostSteps {
		byFile := map[string][]yamledit.Change{}
		for _, o := range offers {
			if step < len(o.Steps) {
				for _, change := range o.Steps[step] {
					byFile[change.File] = append(byFile[change.File], change.Change)
				}
			}
		}
		for file, changes := range byFile {
			data, known := edited[file]
			if !known {
				data = c.files[file]
			}
			after, err := yamledit.Make(file, data, distinct(changes))
			if err != nil {
				return nil, false
			}
			edited[file] = after
		}
	}

	return edited, true
}

// distinct are changes without those that are the same as one before: two findings may be mended by one.
func distinct(changes []yamledit.Change) []yamledit.Change {
	var kept []yamledit.Change
	seen := map[string]bool{}
	for _, c := range changes {
		key := fmt.Sprintf("%d %s %v %s %t %s %#v", c.Document, c.Path, c.Inside != nil, c.Inside, c.Remove, c.Rename, c.Value)
		if !seen[key] {
			seen[key] = true
			kept = append(kept, c)
		}
	}

	return kept
}

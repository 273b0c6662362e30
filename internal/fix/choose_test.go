package fix_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// words is a judge that finds a thing for each line `key: bad`, under the rule of the key's name without its number, and
// what else it is told.
type words struct {
	also   func(text string) []lint.Finding
	judged int
}

func (w *words) findings(files fix.Files) ([]lint.Finding, error) {
	w.judged++
	text := string(files["f.yaml"])
	if strings.Contains(text, "unreadable") {
		return nil, errors.New("it can't be read")
	}
	var found []lint.Finding
	for line := range strings.Lines(text) {
		if key, isBad := strings.CutSuffix(strings.TrimSpace(line), ": bad"); isBad {
			found = append(found, finding(key))
		}
	}
	if w.also != nil {
		found = append(found, w.also(text)...)
	}

	return found, nil
}

func finding(key string) lint.Finding {
	return lint.Finding{Rule: strings.TrimRight(key, "0123456789"), Path: key, Message: key + " is bad", Severity: lint.Warning}
}

func (w *words) Count(_ context.Context, files fix.Files) (fix.Counts, error) {
	found, err := w.findings(files)

	return fix.Count(found), err
}

func (w *words) Offers(_ context.Context, files fix.Files, before fix.Counts) ([]fix.Offer, error) {
	found, err := w.findings(files)
	var offers []fix.Offer
	for _, f := range found {
		if !before.Has(f) {
			offers = append(offers, offer(f.Path, "good"))
		}
	}

	return offers, err
}

// offer is that a key gets a value.
func offer(key, value string) fix.Offer {
	return fix.Offer{Finding: finding(key), Steps: [][]fix.Change{{{
		File: "f.yaml", Change: yamledit.Change{Place: yamledit.Place{Path: source.Keys(key)}, Value: value},
	}}}}
}

func choose(t *testing.T, text string, judge *words, offers ...fix.Offer) (after string, choice *fix.Choice) {
	t.Helper()
	files := fix.Files{"f.yaml": []byte(text)}
	before, err := judge.Count(t.Context(), files)
	require.NoError(t, err)
	choice, err = fix.Choose(t.Context(), offers, files, before, judge)
	require.NoError(t, err)
	if changed, ok := choice.Changed["f.yaml"]; ok {
		return string(changed), choice
	}

	return text, choice
}

func TestAllThatIsGoodIsMadeAtOnce(t *testing.T) {
	t.Parallel()
	judge := &words{}
	after, choice := choose(t, "a: bad\nb: bad\n", judge, offer("a", "good"), offer("b", "good"))
	assert.Equal(t, "a: good\nb: good\n", after)
	assert.Empty(t, choice.Refused)
	assert.Equal(t, 2, judge.judged)
}

func TestAChangeAfterWhichTheFindingIsThereIsNotMade(t *testing.T) {
	t.Parallel()
	// b goes with a, whose own finding stays: there is less than before, and a is not mended.
	judge := &words{also: func(text string) []lint.Finding {
		if strings.Contains(text, "a: same") {
			return []lint.Finding{finding("a")}
		}

		return []lint.Finding{finding("hidden")}
	}}
	after, _ := choose(t, "a: bad\n", judge, offer("a", "same"))
	assert.Equal(t, "a: bad\n", after)
}

func TestAChangeThatBringsAnotherIsRefusedAndTheRestMade(t *testing.T) {
	t.Parallel()
	judge := &words{also: func(text string) []lint.Finding {
		if strings.Contains(text, "b: good") {
			return []lint.Finding{{Rule: "other", Message: "b was better", Path: "x"}}
		}

		return nil
	}}
	after, choice := choose(t, "a: bad\nb: bad\nc: bad\n", judge, offer("a", "good"), offer("b", "good"), offer("c", "good"))
	assert.Equal(t, "a: good\nb: bad\nc: good\n", after)
	require.Len(t, choice.Refused, 1)
	assert.Equal(t, []string{"other: b was better"}, choice.Refused[0].Instead)
}

func TestOneChangeDoesNotHideWhatAnotherBrings(t *testing.T) {
	t.Parallel()
	// Of the rule other there is one before and one after.
	judge := &words{also: func(text string) []lint.Finding {
		if strings.Contains(text, "a: good") {
			return []lint.Finding{{Rule: "b", Path: "new", Message: "new"}}
		}

		return nil
	}}
	after, _ := choose(t, "a: bad\nb: bad\n", judge, offer("a", "good"), offer("b", "good"))
	assert.Equal(t, "a: bad\nb: good\n", after)
}

func TestWhatAChangeBringsToLightIsMendedWithIt(t *testing.T) {
	t.Parallel()
	judge := &words{also: func(text string) []lint.Finding {
		if strings.Contains(text, "a: good") && strings.Contains(text, "hidden: wrong") {
			return []lint.Finding{finding("hidden")}
		}

		return nil
	}}
	after, choice := choose(t, "a: bad\nhidden: wrong\n", judge, offer("a", "good"))
	assert.Equal(t, "a: good\nhidden: good\n", after)
	assert.Empty(t, choice.Refused)
}

func TestWhatCanNotBeReadAfterwardsIsNotMade(t *testing.T) {
	t.Parallel()
	after, _ := choose(t, "a: bad\nb: bad\n", &words{}, offer("a", "unreadable"), offer("b", "good"))
	assert.Equal(t, "a: bad\nb: good\n", after)
}

func TestWhatCanNotBeWrittenSaysNothingOfOthersOfItsRule(t *testing.T) {
	t.Parallel()
	text, offers := "", []fix.Offer(nil)
	for i := range 4 {
		key := fmt.Sprintf("x%d", i)
		text += "shared" + key + ": &" + key + " {a: 1}\n" + key + ": bad\n"
		o := offer(key, "good")
		// What an anchor shares can't be changed in one place.
		o.Steps[0] = append(o.Steps[0], fix.Change{File: "f.yaml", Change: yamledit.Change{Place: yamledit.Place{Path: source.Keys("alias"+key, "a")}, Value: 2}})
		text += "alias" + key + ": *" + key + "\n"
		offers = append(offers, o)
	}
	text += "x9: bad\n"
	after, choice := choose(t, text, &words{}, append(offers, offer("x9", "good"))...)
	assert.Contains(t, after, "x9: good\n")
	assert.Zero(t, choice.Untried)
}

func TestManyOfOneRuleThatAreRefusedLeaveOthersTheirTurn(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	var offers []fix.Offer
	for i := range 60 {
		fmt.Fprintf(&text, "stubborn%d: bad\n", i)
		offers = append(offers, offer(fmt.Sprintf("stubborn%d", i), "worse"))
	}
	text.WriteString("easy: bad\n")
	offers = append(offers, offer("easy", "good"))
	judge := &words{also: func(text string) []lint.Finding {
		var found []lint.Finding
		for i := range strings.Count(text, "worse") {
			found = append(found, lint.Finding{Rule: "other", Path: fmt.Sprint(i), Message: "worse"}, lint.Finding{Rule: "another", Path: fmt.Sprint(i)})
		}

		return found
	}}
	after, choice := choose(t, text.String(), judge, offers...)
	assert.Contains(t, after, "easy: good\n")
	assert.Equal(t, 60, strings.Count(after, ": bad"))
	assert.Equal(t, 57, choice.Untried)
	assert.Less(t, judge.judged, 40)
}

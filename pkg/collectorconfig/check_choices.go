package collectorconfig

import (
	"slices"
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// checkChoices reports words of which the component takes others. Of images that are newer than what is known, the
// problem is uncertain.
func (c *checker) checkChoices(d Definition, canonical string) {
	if d.Body == nil || len(d.Body.Pairs) == 0 {
		return
	}
	body := sync.OnceValue(d.Body.Any)
	for _, choice := range c.choices {
		if choice.Kind != d.Kind || len(choice.Types) > 0 && !contains(choice.Types, canonical) {
			continue
		}
		for _, found := range locate(choice.Path, body()) {
			c.checkChoice(d, choice, found)
		}
	}
}

func (c *checker) checkChoice(d Definition, choice component.Choice, found located) {
	word, is := found.value.(string)
	// The collector splits a text at commas where a list is wanted.
	if !is || taken(choice, word) || strings.Contains(word, ",") {
		return
	}
	path := found.path()
	node := d.Body.Lookup(path)
	if node == nil || isOpaque(node) {
		return
	}
	if holder := d.Body.Lookup(path[:len(path)-1]); choice.Beside && len(holder.Pairs) < 2 || choice.With != "" && holder.Get(choice.With) == nil {
		return
	}
	hint := "it takes " + strings.Join(slices.DeleteFunc(slices.Clone(choice.Words), func(w string) bool { return w == "" }), ", ")
	best := choice.Meant[word]
	if best == "" {
		best = nearest(word, choice.Words)
	}
	if best != "" {
		hint = didYouMean(best)
	}
	at := d.Path.Join(path...)
	if slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Code == CodeInvalidValue && p.Path == at.String() }) {
		return // The catalogue has the words too.
	}
	c.problems = append(c.problems, Problem{
		Code: CodeInvalidValue, Path: at.String(), Position: node.Position(), Hint: hint, TextInstead: best, Ignored: choice.Passed || c.after(component.ChoicesOf),
		Message: path.String() + " of " + d.called() + " takes no " + written(node),
	})
}

func taken(choice component.Choice, word string) bool {
	return slices.ContainsFunc(choice.Words, func(known string) bool {
		return known == word || choice.AnyCase && strings.EqualFold(known, word)
	})
}

// called is how messages call a component, or a section that is none.
func (d Definition) called() string {
	if d.Kind == "" {
		return d.ID
	}

	return theOne(d.Kind) + " " + d.ID
}

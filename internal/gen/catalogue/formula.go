package main

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// A formula is a condition of Go code, as far as it is understood.
type formula struct {
	kind  formulaKind
	parts []formula // of all and any
	term  component.Term
}

type formulaKind int

const (
	unknown formulaKind = iota // what it depends on is not known
	all                        // all parts hold; without parts: always
	some                       // one of the parts holds; without parts: never
	atom                       // its term holds
)

func always() formula { return formula{kind: all} }
func never() formula  { return formula{kind: some} }

func isTerm(path string, op component.Op, values ...any) formula {
	return formula{kind: atom, term: component.Term{Path: path, Op: op, Values: values}}
}

func (f formula) isAlways() bool { return f.kind == all && len(f.parts) == 0 }
func (f formula) isNever() bool  { return f.kind == some && len(f.parts) == 0 }

func and(parts ...formula) formula {
	parts = slices.DeleteFunc(parts, formula.isAlways)
	switch {
	case slices.ContainsFunc(parts, formula.isNever):
		return never()
	case len(parts) == 1:
		return parts[0]
	default:
		return formula{kind: all, parts: parts}
	}
}

func or(parts ...formula) formula {
	parts = slices.DeleteFunc(parts, formula.isNever)
	switch {
	case slices.ContainsFunc(parts, formula.isAlways):
		return always()
	case len(parts) == 1:
		return parts[0]
	default:
		return formula{kind: some, parts: parts}
	}
}

func not(f formula) formula {
	parts := make([]formula, len(f.parts))
	for i, part := range f.parts {
		parts[i] = not(part)
	}
	switch f.kind {
	case all:
		return or(parts...)
	case some:
		return and(parts...)
	case atom:
		f.term.Op = f.term.Op.Not()

		return f
	default:
		return f
	}
}

// mostCases is how many cases of a condition are told apart; one with more is not understood.
const mostCases = 24

// cases are the ways in which a formula can hold, each a list of terms that all do. Those that depend on what is not known
// are left out, and so is one that can't be.
func (f formula) cases() [][]component.Term {
	var found [][]component.Term
	for _, c := range f.ways() {
		if c.understood && !contradicts(c.terms) {
			found = append(found, c.terms)
		}
	}

	return found
}

type way struct {
	terms      []component.Term
	understood bool
}

func (f formula) ways() []way {
	switch f.kind {
	case atom:
		return []way{{terms: []component.Term{f.term}, understood: true}}
	case some:
		var ways []way
		for _, part := range f.parts {
			ways = append(ways, part.ways()...)
		}

		return capped(ways)
	case all:
		ways := []way{{understood: true}}
		for _, part := range f.parts {
			var longer []way
			for _, before := range ways {
				for _, next := range part.ways() {
					longer = append(longer, way{
						terms: join(before.terms, next.terms), understood: before.understood && next.understood,
					})
				}
			}
			ways = capped(longer)
		}

		return ways
	default:
		return []way{{}}
	}
}

func capped(ways []way) []way {
	if len(ways) > mostCases {
		return []way{{}}
	}

	return ways
}

// join puts terms together, each once.
func join(a, b []component.Term) []component.Term {
	joined := slices.Clone(a)
	for _, term := range b {
		// None of these and none of those is none of all.
		if i := slices.IndexFunc(joined, func(t component.Term) bool {
			return t.Op == component.IsNot && term.Op == t.Op && t.Path == term.Path
		}); i >= 0 {
			for _, value := range term.Values {
				if !slices.Contains(joined[i].Values, value) {
					joined[i].Values = append(slices.Clone(joined[i].Values), value)
				}
			}

			continue
		}
		if !slices.ContainsFunc(joined, func(t component.Term) bool { return t.String() == term.String() }) {
			joined = append(joined, term)
		}
	}

	// What is one word is none of others.
	return slices.DeleteFunc(joined, func(t component.Term) bool {
		return t.Op == component.IsNot && slices.ContainsFunc(joined, func(is component.Term) bool {
			return is.Op == component.Is && is.Path == t.Path && !slices.ContainsFunc(is.Values, func(value any) bool { return slices.Contains(t.Values, value) })
		})
	})
}

// excluded tells whether one term asks for words of which another wants none.
func excluded(one, other component.Term) bool {
	return one.Op == component.Is && other.Op == component.IsNot && one.Path == other.Path &&
		!slices.ContainsFunc(one.Values, func(value any) bool { return !slices.Contains(other.Values, value) })
}

// contradicts tells whether one term is the opposite of another.
func contradicts(terms []component.Term) bool {
	for i, term := range terms {
		opposite := term
		opposite.Op = term.Op.Not()
		for _, other := range terms[i+1:] {
			if other.String() == opposite.String() || excluded(term, other) || excluded(other, term) {
				return true
			}
		}
	}

	return false
}

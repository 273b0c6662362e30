package collectorconfig

import (
	"fmt"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// explain says what is wrong in a case that is refused, and how to mend it.
func (p part) explain(refusal component.Refusal) (code, message, hint string) {
	lacks := slices.ContainsFunc(refusal.If, func(term component.Term) bool { return isLack(term) || p.isMissing(term) })
	faulty := slices.IndexFunc(refusal.If, func(term component.Term) bool {
		return p.isFault(term) && !isCondition(term, refusal) && (!lacks || !isWord(term))
	})
	var lacking, having []string
	for _, term := range refusal.If {
		switch {
		case isLack(term), p.isMissing(term):
			lacking = append(lacking, p.name(term.Path))
		case isLimit(term), isGate(term):
		case isWord(term) && (!lacks || p.setting(term.Path).node == nil):
		case faulty < 0 || term.Path != refusal.If[faulty].Path:
			having = append(having, p.named(term))
		}
	}
	slices.Sort(lacking)
	slices.Sort(having)
	lacking = slices.Compact(lacking)
	having = slices.DeleteFunc(slices.Compact(having), func(name string) bool { return slices.Contains(lacking, name) })
	if faulty >= 0 {
		message = p.fault(refusal.If[faulty])
		if len(having) > 0 {
			message += ", beside " + strings.Join(having, " and ")
		}

		return CodeInvalidValue, message, p.mend(refusal.If[faulty])
	}

	return p.explainKeys(lacking, having)
}

// explainKeys says that keys lack, or that some are there which may not be.
func (p part) explainKeys(lacking, having []string) (code, message, hint string) {
	here := p.checker.place(p.path)
	had, lacked := strings.Join(having, " and "), strings.Join(lacking, " or ")
	switch {
	case len(lacking) > 0 && len(having) > 0:
		return CodeMissingKey, here + " has " + had + " without " + lacked, "write " + lacked
	case len(lacking) == 1 && lacking[0] == p.name(""):
		return CodeMissingKey, here + " is empty", ""
	case len(lacking) == 1 && p.isThere(lacking[0]):
		return CodeMissingKey, lacked + " of " + here + " is empty", ""
	case len(lacking) > 0:
		return CodeMissingKey, here + " has no " + lacked, "write " + lacked
	case len(having) > 1:
		return CodeConflictingKeys, here + " has " + had + ", which exclude one another", "leave one of them out"
	default:
		return CodeInvalidValue, here + " takes no " + had, "leave it out"
	}
}

// isThere tells whether a key of the map is written, by its name.
func (p part) isThere(name string) bool {
	path, err := source.ParsePath(name)

	return err == nil && p.node.Lookup(path) != nil
}

func isWord(term component.Term) bool {
	return term.Op == component.IsNot || term.Op == component.IsNotAnyCase
}

// isMissing tells whether a limit is about what is not written.
func (p part) isMissing(term component.Term) bool {
	return isLimit(term) && term.Other == "" && p.setting(term.Path).node == nil
}

func isGate(term component.Term) bool {
	_, _, is := term.Gate()

	return is
}

func isLimit(term component.Term) bool {
	return slices.Contains([]component.Op{component.Less, component.AtMost, component.More, component.AtLeast}, term.Op)
}

// isFault tells whether a term is about one value that is written and wrong.
func (p part) isFault(term component.Term) bool {
	switch term.Op {
	case component.NoRegexp, component.Longer, component.NotBegins:
		return true
	case component.IsNot, component.IsNotAnyCase:
		return p.setting(term.Path).node != nil
	default:
		return isLimit(term) && !p.isMissing(term)
	}
}

// fault says what is wrong with one value.
func (p part) fault(term component.Term) string {
	at := p.checker.place(p.path.Join(keysOf(term.Path)...))
	switch term.Op {
	case component.NoRegexp:
		return fmt.Sprintf("%s is no regular expression: %s", at, p.written(term.Path))
	case component.Longer:
		return fmt.Sprintf("%s has more than %s", at, component.Plain(term.Values[0]))
	case component.IsNot, component.IsNotAnyCase:
		return at + " takes no " + p.written(term.Path)
	case component.NotBegins:
		return fmt.Sprintf("%s is %s and has to begin with %s", at, p.written(term.Path), component.Plain(term.Values[0]))
	default:
		return p.limit(term)
	}
}

// mend says which words are taken.
func (p part) mend(term component.Term) string {
	if !isWord(term) {
		return ""
	}
	best, words := p.meant(term)
	switch {
	case best != "":
		return didYouMean(best)
	case len(words) <= mostListed:
		return "it takes " + strings.Join(words, ", ")
	default:
		return ""
	}
}

// meant is the word that was probably meant, and all that are taken.
func (p part) meant(term component.Term) (best string, words []string) {
	words = make([]string, 0, len(term.Values))
	for _, value := range term.Values {
		if value != "" {
			words = append(words, component.Plain(value))
		}
	}
	if node := p.node.Lookup(keysOf(term.Path)); node != nil {
		best = nearest(node.Value, words)
	}

	return best, words
}

// isCondition tells whether a comparison only says when another one of the same value counts, such as more than 0.
func isCondition(term component.Term, refusal component.Refusal) bool {
	return (term.Op == component.More || term.Op == component.AtLeast) && term.Other == "" &&
		slices.ContainsFunc(refusal.If, func(other component.Term) bool {
			return other.Path == term.Path && other.String() != term.String() || other.Other == term.Path
		})
}

// name is a path in words; the element itself where it is empty.
func (p part) name(path string) string {
	if path == "" {
		return "value"
	}

	return keysOf(path).String()
}

func (p part) named(term component.Term) string {
	if len(term.Values) == 0 || p.setting(term.Path).node == nil && p.setting(term.Path).value == nil {
		return p.name(term.Path)
	}

	return p.name(term.Path) + " " + p.written(term.Path)
}

func (p part) written(path string) string {
	s := p.setting(path)
	switch {
	case s.node != nil:
		return written(s.node)
	case s.value == nil:
		return "0"
	default:
		return component.Plain(s.value)
	}
}

// limit says that a value is beyond one.
func (p part) limit(term component.Term) string {
	words := map[component.Op]string{
		component.Less: "less than", component.AtMost: "not more than", component.More: "more than", component.AtLeast: "not less than",
	}
	value := ""
	if len(term.Values) == 1 {
		value = component.Plain(term.Values[0])
	}
	if term.Other != "" {
		value = term.Other + ", " + p.written(term.Other)
	}

	return fmt.Sprintf("%s is %s, %s %s", p.checker.place(p.path.Join(keysOf(term.Path)...)), p.written(term.Path), words[term.Op], value)
}

package collectorconfig

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// verdict is what is known of a term.
type verdict int

const (
	maybe verdict = iota
	yes
	no
)

func verdictOf(holds bool) verdict {
	if holds {
		return yes
	}

	return no
}

func (v verdict) not() verdict {
	switch v {
	case yes:
		return no
	case no:
		return yes
	default:
		return maybe
	}
}

// A part is a map, or an element of a list, that a refusal is about.
type part struct {
	checker   *structureChecker
	node      *source.Node
	structure *component.Structure
	path      source.Path
	element   bool
}

// A setting is what stands at a path, or the default where nothing does.
type setting struct {
	node *source.Node // nil where nothing stands there
	// value is a scalar: what is written, or the default; nil for nothing, "", 0 or false.
	value any
	// unknown tells that what stands there comes from elsewhere, or that the default is not known.
	unknown bool
}

func (p part) setting(path string) setting {
	node, structure, known := p.at(path)
	switch {
	case !known:
		return setting{unknown: true}
	case node == nil, node.IsNull() && (structure == nil || !structure.Optional):
		return p.defaultAt(path)
	case node.IsNull(), isOpaque(node), disabled(node):
		return setting{unknown: true}
	case node.Kind != source.Scalar:
		return setting{node: node}
	case isText(p.checker.catalogue.Resolve(structure)) && node.Value != "":
		return setting{node: node, value: node.Value}
	default:
		return setting{node: node, value: scalarOf(node)}
	}
}

// at returns what stands at a path, and its structure, each nil where there is none; known is false where that comes from
// elsewhere.
func (p part) at(path string) (node *source.Node, structure *component.Structure, known bool) {
	node = p.node
	for _, step := range keysOf(path) {
		if node == nil {
			break
		}
		if isOpaque(node) || hasJoinedKeys(node) {
			return nil, nil, false
		}
		key, _ := step.Key()
		node = node.Get(key)
	}

	return node, structureAt(p.checker.catalogue, p.structure, path), true
}

// isText tells whether a number or a boolean stands for its text.
func isText(structure *component.Structure) bool {
	return structure != nil && structure.Type == component.Text
}

// hasJoinedKeys tells whether a map has keys such as a::b, which the collector takes apart.
func hasJoinedKeys(node *source.Node) bool {
	return slices.ContainsFunc(node.Pairs, func(pair source.Pair) bool { return strings.Contains(pair.Key.Value, "::") })
}

// disabled tells whether a map is switched off, as what is optional can be.
func disabled(node *source.Node) bool {
	enabled := node.Get("enabled")

	return enabled != nil && (strings.EqualFold(enabled.Value, "false") || isOpaque(enabled))
}

func (p part) defaultAt(path string) setting {
	if p.element || p.checker.elements > 0 {
		return setting{}
	}
	for _, step := range p.path[2:] {
		if _, isKey := step.Key(); !isKey {
			return setting{}
		}
	}
	whole := strings.Trim(dotted(p.path[2:])+"."+path, ".")
	for at := whole; ; at = at[:max(0, strings.LastIndexByte(at, '.'))] {
		value, has := p.checker.entry.Default(p.checker.version, at)
		if len(at) < len(whole) {
			_, below := p.checker.entry.Default(p.checker.version, at+".*")
			_, known := p.checker.entry.Default(p.checker.version, at+".{}")
			has = below || has && !known
		}
		switch {
		case has && len(at) == len(whole) && value != nil:
			return setting{value: value}
		case has:
			return setting{unknown: true}
		case at == "":
			return setting{}
		}
	}
}

func dotted(path source.Path) string {
	keys := make([]string, len(path))
	for i, step := range path {
		key, _ := step.Key()
		keys[i] = strings.ReplaceAll(key, ".", "~")
	}

	return strings.Join(keys, ".")
}

// scalarOf is a scalar's value; nil where it is "", 0 or false.
func scalarOf(node *source.Node) any {
	if node.Tag == "!!bool" {
		if strings.EqualFold(node.Value, "true") {
			return true
		}

		return nil
	}
	if number, err := strconv.ParseFloat(node.Value, 64); err == nil && (node.Tag == "!!int" || node.Tag == "!!float") {
		if number == 0 {
			return nil
		}

		return number
	}
	if d, err := time.ParseDuration(node.Value); node.Value == "" || err == nil && d == 0 && node.Tag == "!!str" && node.Value != "0" {
		return nil
	}

	return node.Value
}

// holds tells whether a term does. Alone, a term about words or limits is about what is written only.
func (p part) holds(term component.Term, alone bool) verdict {
	if _, byDefault, isGate := term.Gate(); isGate {
		return verdictOf(byDefault)
	}
	s := p.setting(term.Path)
	if s.unknown {
		return maybe
	}
	if positive, negated := positiveOf(term); negated {
		return p.positive(s, positive, alone).not()
	}

	return p.positive(s, term, alone)
}

// positiveOf is the term that a term is the opposite of, where it is one.
func positiveOf(term component.Term) (positive component.Term, negated bool) {
	switch term.Op {
	case component.Given, component.Set, component.NotEmpty, component.Regexp, component.NotLonger, component.IsNot, component.IsNotAnyCase,
		component.NotBegins:
		term.Op = term.Op.Not()

		return term, true
	default:
		return term, false
	}
}

func (p part) positive(s setting, term component.Term, alone bool) verdict {
	switch term.Op {
	case component.NotGiven:
		return verdictOf(s.node == nil && s.value == nil)
	case component.Unset:
		return verdictOf(s.unset())
	case component.Empty:
		return verdictOf(s.empty())
	case component.NoRegexp:
		return verdictOf(s.noRegexp())
	case component.Longer:
		return s.longer(term)
	case component.Begins:
		return s.begins(term)
	case component.Is, component.IsAnyCase:
		if s.node == nil && s.value == nil && alone || s.node != nil && s.node.Kind != source.Scalar {
			return maybe
		}

		return verdictOf(s.isOne(term))
	default:
		return p.compares(s, term)
	}
}

func (s setting) unset() bool {
	return s.value == nil && (s.node == nil || s.node.Kind == source.Scalar)
}

func (s setting) empty() bool {
	return s.unset() || s.node != nil && s.node.Kind != source.Scalar && len(s.node.Items)+len(s.node.Pairs) == 0
}

func (s setting) noRegexp() bool {
	text, isText := s.value.(string)
	_, err := regexp.Compile(text)

	return isText && err != nil
}

func (s setting) longer(term component.Term) verdict {
	limit, ok := term.Values[0].(float64)
	if !ok || s.value != nil && s.node == nil {
		return maybe
	}
	length := 0
	switch {
	case s.node == nil:
	case s.node.Kind == source.Scalar:
		length = len(s.node.Value)
	default:
		length = len(s.node.Items) + len(s.node.Pairs)
	}

	return verdictOf(float64(length) > limit)
}

func (s setting) begins(term component.Term) verdict {
	with, ok := term.Values[0].(string)
	text, isText := s.value.(string)
	if !ok || s.node == nil || !isText && !s.unset() {
		return maybe
	}

	return verdictOf(strings.HasPrefix(text, with))
}

func (s setting) isOne(term component.Term) bool {
	text := ""
	if s.value != nil {
		text = component.Plain(s.value)
	}
	if s.node != nil {
		text = s.node.Value
	}

	return slices.ContainsFunc(term.Values, func(value any) bool {
		word := component.Plain(value)

		return word == text || term.Op == component.IsAnyCase && strings.EqualFold(word, text)
	})
}

// compares holds a number or a duration against another one.
func (p part) compares(s setting, term component.Term) verdict {
	if s.node == nil && s.value == nil && (p.element || p.checker.elements > 0) {
		return maybe // An element may have defaults too.
	}
	other := setting{}
	if term.Other != "" {
		if other = p.setting(term.Other); other.unknown {
			return maybe
		}
	} else if len(term.Values) == 1 {
		other.value = term.Values[0]
	}
	a, known := quantity(s)
	b, alsoKnown := quantity(other)
	if !known || !alsoKnown {
		return maybe
	}
	switch term.Op {
	case component.Less:
		return verdictOf(a < b)
	case component.AtMost:
		return verdictOf(a <= b)
	case component.More:
		return verdictOf(a > b)
	case component.AtLeast:
		return verdictOf(a >= b)
	default:
		return maybe
	}
}

// quantity is a number, or a duration in nanoseconds, as Go has it.
func quantity(s setting) (float64, bool) {
	switch v := s.value.(type) {
	case nil:
		return 0, s.node == nil || s.node.Kind == source.Scalar
	case float64:
		return v, true
	case string:
		if number, err := strconv.ParseFloat(v, 64); err == nil {
			return number, true
		}
		d, err := time.ParseDuration(v)

		return float64(d), err == nil
	default:
		return 0, false
	}
}

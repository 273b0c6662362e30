package collectorconfig

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// strictTypes is the first version that takes a number or a boolean for no string, and no string for a number.
const strictTypes = "0.105.0"

// checkStructure judges a component's body by what the catalogue knows of its configuration. Of versions before its oldest
// the catalogue knows nothing; those after its newest are taken to be like that.
func (c *checker) checkStructure(d Definition, canonical string) {
	entry := c.catalogue.Entry(d.Kind, d.Type())
	if entry == nil || entry.Structure == nil || c.version != "" && c.before(c.catalogue.Oldest+".0") {
		return
	}
	s := structureChecker{
		checker: c, kind: d.Kind, canonical: canonical, subject: theOne(d.Kind) + " " + d.ID, strict: component.Strict(d.Kind, canonical),
		entry: entry, position: d.Position,
	}
	body := d.Body
	if body == nil || body.IsNull() {
		body = &source.Node{Kind: source.Mapping}
	}
	s.check(body, entry.Structure, d.Path)
}

// structureChecker walks a body beside its structure.
type structureChecker struct {
	*checker
	kind               component.Kind
	canonical, subject string
	// strict tells that an open body takes no further keys at its top.
	strict bool
	// open is how many of the maps around are open: what stands in their lists may have another shape, which their
	// components turn into the one that is known.
	open int
	// elements is how many of the maps around have free keys, so that defaults are not known.
	elements int
	// entry has the component's defaults.
	entry *component.Entry
	// position is where the component stands.
	position source.Position
}

func (s *structureChecker) problem(code, hint string, at *source.Node, path source.Path, format string, args ...any) {
	s.problems = append(s.problems, Problem{
		Code: code, Message: fmt.Sprintf(format, args...), Path: path.String(), Position: at.Position(), Hint: hint,
	})
}

func (s *structureChecker) check(node *source.Node, structure *component.Structure, path source.Path) {
	optional := structure.Optional
	if structure.Bare && node.Kind == source.Scalar && node.Tag == "!!str" {
		return
	}
	structure = s.catalogue.Resolve(structure)
	if structure == nil || structure.Type == component.Any || node.IsNull() || isOpaque(node) {
		return
	}
	if structure.Type != component.Map || node.Kind == source.Mapping && (!optional || !disabled(node)) {
		s.checkRefusals(node, structure, path)
	}
	switch structure.Type {
	case component.Map:
		s.checkMap(node, structure, optional, path)
	case component.List:
		s.checkList(node, structure, path)
	default:
		s.checkScalar(node, structure, path)
	}
}

func (s *structureChecker) checkMap(node *source.Node, structure *component.Structure, optional bool, path source.Path) {
	if s.isOpen(structure) {
		s.open++
		defer func() { s.open-- }()
	}
	if node.Kind != source.Mapping {
		s.wrongType(node, path, "a map"+keysHint(s.keys(structure)))

		return
	}
	for _, pair := range node.Pairs {
		name := pair.Key.Value
		below := path.Join(source.Key(name))
		key, known := structure.Keys[name]
		switch {
		case optional && name == "enabled":
			s.check(pair.Value, &component.Structure{Type: component.Bool}, below)
		case known:
			s.checkKey(pair, key, below)
		case structure.Of != nil:
			s.elements++
			s.check(pair.Value, structure.Of, below)
			s.elements--
		case !isOpaque(pair.Key) && !strings.Contains(name, "::"):
			s.unknownKey(pair.Key, structure, below)
		}
	}
}

// isOpen tells whether a map is open in the image's version; without one, in the newest.
func (s *structureChecker) isOpen(structure *component.Structure) bool {
	return structure.Open && (structure.OpenBefore == "" || s.version != "" && s.before(structure.OpenBefore+".0"))
}

// checkKey reports a key that the version does not have, and else checks what stands there.
func (s *structureChecker) checkKey(pair source.Pair, key *component.Structure, path source.Path) {
	name := pair.Key.Value
	switch {
	case s.version != "" && key.Without != "" && !s.after(key.Without):
		s.problem(CodeKeyNotInVersion, "use an image of "+key.Since+" or later, or leave it out", pair.Key, path,
			"%s has %s since %s, and the image is %s", s.place(path[:len(path)-1]), name, key.Since, s.version)
	case s.version != "" && key.Before != "" && !s.before(key.Before+".0"):
		s.problem(CodeKeyNotInVersion, s.instead(path), pair.Key, path,
			"%s has %s no longer in %s, and the image is %s", s.place(path[:len(path)-1]), name, key.Before, s.version)
	default:
		s.check(pair.Value, key, path)
	}
}

// instead says what to do about a key that the version has no longer.
func (s *structureChecker) instead(path source.Path) string {
	below := dotted(path[2:])
	for _, move := range component.Moves() {
		if move.Kind == s.kind && (move.Type == "" || move.Type == s.canonical) && move.Path == below {
			return move.Instead
		}
	}

	return "leave it out"
}

// after tells whether the image's minor version is newer than one such as 0.161.
func (c *checker) after(minor string) bool {
	return semver.Compare(semver.MajorMinor("v"+c.version), "v"+minor) > 0
}

// unread tells whether the image is newer than the last version of the component that was read: it may have keys since
// that nobody knows here.
func (c *checker) unread(entry *component.Entry) bool {
	if c.version == "" {
		return entry.Seen != c.catalogue.Newest
	}

	return c.after(entry.Seen)
}

// unknownKey reports a key that nobody reads; of an open map, only one that is all but a known one: the collector may
// ignore it without a word. Of a component that is newer than what was read of it, such a one alone is refused for sure.
func (s *structureChecker) unknownKey(key *source.Node, structure *component.Structure, path source.Path) {
	names := s.keys(structure)
	best := ""
	if s.compared++; s.compared <= mostHinted {
		best = nearest(key.Value, names)
	}
	atTop := len(path) == len(source.Keys("receivers", "otlp", "key"))
	slips := best != "" && slip(key.Value, best)
	ignored := s.isOpen(structure) && (!s.strict || !atTop)
	if ignored && !slips {
		return
	}
	asOf := ""
	if !slips && s.entry != nil && (s.entry.LongUnread(s.version) || s.version == "" && s.entry.LongUnread(s.catalogue.Newest)) {
		ignored, asOf = true, " in "+s.entry.Seen+", the last version that is known here"
	}
	hint := ""
	switch {
	case best != "":
		hint = didYouMean(best)
	case len(names) > 0 && len(names) <= mostListed:
		hint = "it has " + strings.Join(names, ", ")
	}
	s.problem(CodeUnknownKey, hint, key, path, "%s has no key %s%s", s.place(path[:len(path)-1]), key.Value, asOf)
	s.problems[len(s.problems)-1].Ignored = ignored
	s.named(best)
}

// keys are those that a map may have in the image's version, sorted.
func (s *structureChecker) keys(structure *component.Structure) []string {
	var names []string
	for name, of := range structure.Keys {
		if s.version == "" || (of.Before == "" || s.before(of.Before+".0")) && (of.Without == "" || s.after(of.Without)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)

	return names
}

// mostListed is how many keys a hint lists.
const mostListed = 12

// place names the component, and the part of its body.
func (s *structureChecker) place(path source.Path) string {
	if len(path) <= len(source.Keys("receivers", "otlp")) {
		return s.subject
	}

	return path[2:].String() + " of " + s.subject
}

func (s *structureChecker) checkList(node *source.Node, structure *component.Structure, path source.Path) {
	of := s.catalogue.Resolve(structure.Of)
	if node.Kind == source.Scalar && node.Tag == "!!str" && of != nil && of.Type != component.Map && of.Type != component.List {
		return // The collector splits it at commas.
	}
	if node.Kind != source.Sequence {
		s.wrongType(node, path, "a list")

		return
	}
	if of == nil {
		return
	}
	for i, item := range node.Items {
		if s.open == 0 || sameShape(item, of) {
			s.check(item, structure.Of, path.Join(source.Index(i)))
		}
	}
}

func (s *structureChecker) checkScalar(node *source.Node, structure *component.Structure, path source.Path) {
	if node.Kind != source.Scalar {
		s.wrongType(node, path, article(structure.Type))

		return
	}
	if s.version != "" && s.before(strictTypes) && structure.Type != component.Duration {
		return
	}
	if !fits(node, structure.Type) {
		s.wrongType(node, path, article(structure.Type))

		return
	}
	if number, err := strconv.Atoi(node.Value); structure.Type == component.Duration && err == nil && number > 0 && time.Duration(number) < time.Millisecond {
		s.problem(CodeDurationWithoutUnit, "write "+node.Value+"s, or "+node.Value+"ms", node, path,
			"%s is %s, and a number without a unit counts nanoseconds", s.place(path), node.Value)
		s.problems[len(s.problems)-1].TextInstead = node.Value + "s"
	}
}

func (s *structureChecker) wrongType(node *source.Node, path source.Path, want string) {
	s.problem(CodeWrongType, "write "+want, node, path, "%s wants %s, and %s stands there", s.place(path), want, written(node))
}

// sameShape tells whether a map, list or scalar stands where one is wanted.
func sameShape(node *source.Node, structure *component.Structure) bool {
	switch structure.Type {
	case component.Map:
		return node.Kind == source.Mapping
	case component.List:
		return node.Kind == source.Sequence
	default:
		return node.Kind == source.Scalar
	}
}

// written says what a node is.
func written(node *source.Node) string {
	switch {
	case node.Kind == source.Mapping:
		return "a map"
	case node.Kind == source.Sequence:
		return "a list"
	case len(node.Value) > longestComparedName:
		return "a text"
	case node.Tag == "!!str":
		return strconv.Quote(node.Value)
	default:
		return node.Value
	}
}

func fits(node *source.Node, want component.Type) bool {
	switch want {
	case component.Text:
		return node.Kind == source.Scalar
	case component.String, component.ID:
		return node.Tag == "!!str" || node.Tag == "!!timestamp"
	case component.Bool:
		return node.Tag == "!!bool"
	case component.Int, component.Float:
		return node.Tag == "!!int" || node.Tag == "!!float"
	case component.Uint:
		return (node.Tag == "!!int" || node.Tag == "!!float") && !strings.HasPrefix(node.Value, "-")
	case component.PrometheusDuration:
		return prometheusDuration.MatchString(node.Value) && node.Value != ""
	case component.Duration:
		return isDuration(node)
	default:
		return true
	}
}

func isDuration(node *source.Node) bool {
	if node.Tag != "!!str" {
		return node.Tag == "!!int" || node.Tag == "!!float"
	}
	_, err := time.ParseDuration(node.Value)

	return err == nil
}

// prometheusDuration is what model.ParseDuration of github.com/prometheus/common takes, but for nothing at all.
var prometheusDuration = regexp.MustCompile(`^(0|([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?)$`)

func article(want component.Type) string {
	switch want {
	case component.Int:
		return "a whole number"
	case component.Uint:
		return "a whole number that is not negative"
	case component.Float:
		return "a number"
	case component.Bool:
		return "true or false"
	case component.Duration, component.PrometheusDuration:
		return "a duration such as 30s"
	case component.ID:
		return "a component's name"
	default:
		return "a string"
	}
}

func keysHint(names []string) string {
	if len(names) == 0 || len(names) > mostListed {
		return ""
	}

	return " of " + strings.Join(names, ", ")
}

// isOpaque tells whether a value comes from elsewhere, so that nobody knows what it is: `${env:NAME}`, or what Helm's
// tpl makes of `{{ … }}`.
func isOpaque(node *source.Node) bool {
	return node.Kind == source.Scalar && (strings.Contains(node.Value, "${") || strings.Contains(node.Value, "{{"))
}

package collectorconfig

import (
	"slices"
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkRefusals reports the cases in which the component's own validation refuses what stands at a path. What comes from a
// variable, or has a default that is not known, refuses nothing.
func (s *structureChecker) checkRefusals(node *source.Node, structure *component.Structure, path source.Path) {
	for _, refusal := range structure.Refuse {
		if !s.applies(refusal) && !s.appliesBetween(refusal, structure.Refuse) {
			continue
		}
		if refusal.Each == "" {
			s.checkRefusal(refusal, part{checker: s, node: node, structure: structure, path: path})

			continue
		}
		list := node.Lookup(keysOf(refusal.Each))
		if list == nil || list.Kind != source.Sequence {
			continue
		}
		of := s.catalogue.Resolve(structureAt(s.catalogue, structure, refusal.Each))
		if of != nil {
			of = s.catalogue.Resolve(of.Of)
		}
		for i, item := range list.Items {
			at := path.Join(keysOf(refusal.Each)...).Join(source.Index(i))
			s.checkRefusal(refusal, part{checker: s, node: item, structure: of, path: at, element: true})
		}
	}
}

// applies tells whether the image's version refuses it; without one, the newest.
func (s *structureChecker) applies(refusal component.Refusal) bool {
	if s.version == "" {
		return refusal.Last == ""
	}

	return (refusal.Since == "" || !s.before(refusal.Since+".0")) && (refusal.Last == "" || !s.after(refusal.Last))
}

// appliesBetween tells whether the image's version is one that was not seen, between two of which one takes more words than
// the other, and the refusal is of the one that takes more: what it refuses, both do.
func (s *structureChecker) appliesBetween(refusal component.Refusal, all []component.Refusal) bool {
	return s.version != "" && slices.ContainsFunc(all, func(other component.Refusal) bool {
		first, second := refusal, other
		if refusal.Before == "" || refusal.Before != other.Since {
			first, second = other, refusal
		}

		return first.Before != "" && first.Before == second.Since && s.after(first.Last) && s.before(second.Since+".0") && refusal.Widens(other)
	})
}

func (s *structureChecker) checkRefusal(refusal component.Refusal, at part) {
	alone := len(refusal.If) == 1
	for _, term := range refusal.If {
		if at.holds(term, alone) != yes {
			return
		}
	}
	code, message, hint := at.explain(refusal)
	problem := Problem{
		Code: code, Message: message, Hint: hint, Path: at.path.String(), Position: s.position, Ignored: s.after(s.catalogue.Newest),
	}
	if len(at.path) > len(source.Keys("receivers", "otlp")) {
		problem.Position = at.node.Position()
	}
	for _, term := range refusal.If {
		if name, byDefault, isGate := term.Gate(); isGate {
			problem.Gate = switched(name, byDefault == (term.Op == component.GateOff))
			start := "start the collector with --feature-gates=" + problem.Gate
			if problem.Hint != "" {
				start = problem.Hint + ", or " + start
			}
			problem.Hint = start
		}
	}
	for _, term := range refusal.If {
		if found := at.node.Lookup(keysOf(term.Path)); found != nil && !isLack(term) && !isGate(term) {
			problem.Path, problem.Position = at.path.Join(keysOf(term.Path)...).String(), found.Position()
			if isWord(term) {
				problem.TextInstead, _ = at.meant(term)
			}

			break
		}
	}
	s.problems = append(s.problems, problem)
}

// switched is a feature gate as the collector's arguments switch it.
func switched(gate string, on bool) string {
	if on {
		return "+" + gate
	}

	return "-" + gate
}

// isLack tells whether a term is about what is not there.
func isLack(term component.Term) bool {
	return slices.Contains([]component.Op{component.Unset, component.Empty, component.NotGiven}, term.Op)
}

// paths are those of the catalogue, by their text.
var paths sync.Map //nolint:gochecknoglobals // They are few, and always the same.

func keysOf(path string) source.Path {
	if path == "" {
		return nil
	}
	if known, ok := paths.Load(path); ok {
		return known.(source.Path) //nolint:forcetypeassert // Nothing else is kept.
	}
	keys := strings.Split(path, ".")
	for i, key := range keys {
		keys[i] = strings.ReplaceAll(key, "~", ".")
	}
	read := source.Keys(keys...)
	paths.Store(path, read)

	return read
}

// structureAt is the structure at a path of keys; nil where there is none.
func structureAt(catalogue *component.Catalogue, structure *component.Structure, path string) *component.Structure {
	for _, step := range keysOf(path) {
		key, _ := step.Key()
		if structure = catalogue.Resolve(structure); structure == nil {
			return nil
		}
		structure = structure.Keys[key]
	}

	return structure
}

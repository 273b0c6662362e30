package collectorconfig

import (
	"slices"
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/ottl"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// startStatements has the code of the filter and transform processors judge their bodies. It takes as long as all
// other checks together, and so is done beside them.
func (c *checker) startStatements(doc *Document) {
	c.verdicts = map[string]func() error{}
	for _, d := range doc.Components {
		canonical, _, _ := rowOf(c.table, d.Kind, d.Type())
		if d.Kind != component.Processor || d.Body == nil || canonical != "filter" && canonical != "transform" {
			continue
		}
		if body, ok := d.Body.Any().(map[string]any); ok {
			verdict := sync.OnceValue(func() error { return ottl.Check(canonical, body) })
			c.verdicts[d.Path.String()] = verdict
			go func() {
				defer func() { _ = recover() }() // Who asks for the verdict panics too.
				_ = verdict()
			}()
		}
	}
}

// checkStatements says which lists of statements and conditions of a filter or transform processor its code refuses.
// What another version than that code's may judge otherwise is uncertain.
func (c *checker) checkStatements(d Definition, canonical string) {
	verdict := c.verdicts[d.Path.String()]
	if verdict == nil {
		return
	}
	s := statementChecker{checker: c, processor: canonical, definition: d}
	whole := verdict()
	s.taken = whole == nil
	before := len(c.problems)
	s.checkBody()
	about := func(p Problem) bool { return strings.HasPrefix(p.Path+".", d.Path.String()+".") }
	// Statements and conditions may each be right, and not together. Another version may have other keys beside them.
	if whole != nil && !s.uncertain() && len(c.problems) == before && !slices.ContainsFunc(c.problems, about) && !varies(d.Body) {
		s.report(nil, d.Body, firstLine(whole))
	}
}

// checkBody judges every list of the body.
func (s *statementChecker) checkBody() {
	for _, pair := range s.definition.Body.Pairs {
		name := pair.Key.Value
		switch {
		case strings.HasSuffix(name, "_statements") || strings.HasSuffix(name, "_conditions"):
			s.checkList(source.Keys(name), pair.Value)
		case s.processor == "filter":
			for _, of := range pair.Value.Pairs {
				if of.Value.Kind == source.Sequence {
					s.checkList(source.Keys(name, of.Key.Value), of.Value)
				}
			}
		}
	}
}

type statementChecker struct {
	*checker
	processor  string
	definition Definition
	// taken tells that the processor takes all of the texts.
	taken bool
}

// checkList judges a list: of texts, of which all have one context, or of maps with lists of their own.
func (s *statementChecker) checkList(path source.Path, list *source.Node) {
	if list.Kind != source.Sequence {
		return
	}
	texts, groups := 0, 0
	for i, item := range list.Items {
		at := path.Join(source.Index(i))
		switch {
		case item.IsNull():
			s.report(at, item, "nothing stands there")
		case item.Kind == source.Scalar && item.Tag == "!!str":
			texts++
		case item.Kind == source.Mapping:
			groups++
			s.checkGroup(path, i, item)
		}
		// The transform processor takes texts behind maps.
		if texts > 0 && groups > 0 && (s.processor == "filter" || item.Kind == source.Mapping) {
			s.report(at, item, "texts and maps are mixed")

			return
		}
	}
	if texts == len(list.Items) {
		s.checkTexts(path, list, func(texts []any) any { return texts })
	}
}

// checkGroup judges the statements and the conditions of a map, with the context that it names.
func (s *statementChecker) checkGroup(path source.Path, index int, group *source.Node) {
	whole, _ := group.Any().(map[string]any)
	for _, key := range []string{"context", "error_mode", "action"} {
		at := s.definition.Path.Join(path...).Join(source.Index(index), source.Key(key)).String()
		wrong := slices.ContainsFunc(s.problems, func(p Problem) bool { return p.Path == at })
		if value := group.Get(key); value != nil && (isOpaque(value) || wrong) {
			return // All statements would be wrong with it.
		}
	}
	for _, name := range []string{"conditions", "statements"} {
		list := group.Get(name)
		if list == nil || list.Kind != source.Sequence || len(list.Items) == 0 {
			continue
		}
		s.checkTexts(path.Join(source.Index(index), source.Key(name)), list, func(texts []any) any {
			part := map[string]any{name: texts}
			for _, key := range []string{"context", "error_mode", "action"} {
				if value, has := whole[key]; has {
					part[key] = value
				}
			}

			return []any{part}
		})
	}
}

// checkTexts judges the texts of a list together, since all have one context, and where something is wrong each by itself.
func (s *statementChecker) checkTexts(path source.Path, list *source.Node, around func([]any) any) {
	if s.taken {
		return
	}
	var texts []any
	for _, item := range list.Items {
		if item.Kind != source.Scalar || isOpaque(item) || strings.Contains(item.Value, "$") {
			return // A variable may be anything.
		}
		texts = append(texts, item.Value)
	}
	whole := s.refusal(path, around(texts))
	if whole == "" {
		return
	}
	found := false
	for i, item := range list.Items {
		if refused := s.refusal(path, around(texts[i:i+1])); refused != "" {
			s.report(path.Join(source.Index(i)), item, refused)
			found = true
		}
	}
	if !found {
		s.report(path, list, whole)
	}
}

// varies tells whether a variable stands somewhere in the value.
func varies(node *source.Node) bool {
	switch node.Kind {
	case source.Mapping:
		return slices.ContainsFunc(node.Pairs, func(pair source.Pair) bool { return varies(pair.Value) })
	case source.Sequence:
		return slices.ContainsFunc(node.Items, varies)
	default:
		return isOpaque(node) || strings.Contains(node.Value, "$")
	}
}

// refusal is what the processor says against a list, empty where it takes it.
func (s *statementChecker) refusal(path source.Path, list any) string {
	body := list
	for i := len(path) - 1; i >= 0; i-- {
		if key, isKey := path[i].Key(); isKey && i < 2 {
			body = map[string]any{key: body}
		}
	}
	config, ok := body.(map[string]any)
	if !ok {
		return ""
	}
	if err := ottl.Check(s.processor, config); err != nil {
		return firstLine(err)
	}

	return ""
}

// firstLine is what an error says without the statements that it was found in, and without a second one behind it.
func firstLine(err error) string {
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "decode: "), "validate: ")
	text, _, _ = strings.Cut(text, "\n")
	if _, why, inferred := strings.Cut(text, "] and conditions ["); inferred {
		_, text, _ = strings.Cut(why, "]: ")
	}

	return text
}

// uncertain tells whether the image is of another version than the code that judges.
func (s *statementChecker) uncertain() bool {
	return s.version != "" && (s.after(ottl.Version) || s.before(ottl.Version+".0"))
}

func (s *statementChecker) report(path source.Path, at *source.Node, says string) {
	message := path.String() + " of " + theOne(s.definition.Kind) + " " + s.definition.ID + " is no OTTL that it takes: " + says
	if len(path) == 0 {
		message = theOne(s.definition.Kind) + " " + s.definition.ID + " does not take its statements and conditions together: " + says
	}
	s.problems = append(s.problems, Problem{
		Code: CodeInvalidStatement, Path: s.definition.Path.Join(path...).String(), Position: at.Position(),
		Message: message, Ignored: s.uncertain(),
	})
}

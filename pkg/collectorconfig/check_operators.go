package collectorconfig

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkOperators judges the operators of a log receiver, and how it parts and decodes its lines: the collector refuses them when
// it makes the receiver.
//
// It says nothing of types that are not registered, of expressions of the operators' own language, of layouts of times and the
// words of severities, of an operator that stands before an input, and of what only the operators of a header are refused for.
func (c *checker) checkOperators(doc *Document, d Definition, canonical string) {
	input, is := component.LogReceivers()[canonical]
	if d.Kind != component.Receiver || !is || d.Body == nil || d.Body.Kind != source.Mapping {
		return
	}
	s := c.subject(doc, d)
	s.checkLines(canonical)
	s.checkOperatorList(source.Keys("operators"), d.Body.Get("operators"), &step{node: d.Body, kind: input, id: input})
	if header := d.Body.Get("header"); canonical == "file_log" && header != nil && header.Kind == source.Mapping && !hasJoinedKeys(header) {
		s.checkOperatorList(source.Keys("header", "metadata_operators"), header.Get("metadata_operators"), nil)
	}
}

// checkOperatorList judges operators that hand entries to one another, behind the input of their receiver where it is among them.
func (s subject) checkOperatorList(path source.Path, operators *source.Node, input *step) {
	if given(operators) && operators.Kind != source.Sequence {
		return
	}
	o := operatorChecker{subject: s, places: map[string]int{}}
	if input != nil {
		o.unseen = hasJoinedKeys(input.node) || !blank(input.node, "type")
		o.add(*input)
	}
	if operators != nil {
		for i, operator := range operators.Items {
			o.addOperator(path.Join(source.Index(i)), operator)
		}
	}
	o.number()
	o.checkFlow()
	for _, step := range o.steps {
		if step.node != s.definition.Body {
			o.checkOperator(step)
		}
	}
}

// checkOperator judges an operator by what is known of its type.
func (o *operatorChecker) checkOperator(s step) {
	if component.FailsAtEntries(s.kind) {
		o.checkWord(s.path, s.node, component.OperatorWords{Key: "on_error", Words: component.OnError(), Needed: true})
	}
	o.checkFields(s)
	if s.kind == "router" {
		o.checkRoutes(s)
	}
	o.checkNeeds(s, component.OperatorOf(s.kind))
	if s.kind == "time_parser" {
		o.checkTime(s.path, s.node)
	} else if time := s.node.Get("timestamp"); time != nil && time.Kind == source.Mapping && !hasJoinedKeys(time) {
		o.checkTime(s.path.Join(source.Key("timestamp")), time)
	}
}

func (o *operatorChecker) checkNeeds(s step, known component.Operator) {
	for _, key := range known.Needs {
		if blank(s.node, key) {
			o.lacks(s.path, s.node, ", a "+s.kind+", has no ", key)
		}
	}
	if len(known.OneOf) > 0 {
		there := slices.DeleteFunc(slices.Clone(known.OneOf), func(key string) bool { return blank(s.node, key) })
		switch {
		case len(there) == 0:
			o.lacks(s.path, s.node, ", a "+s.kind+", has no ", strings.Join(known.OneOf, " or "))
		case len(there) > 1:
			o.refuse(whenMade, s.path, s.node, Problem{Code: CodeConflictingKeys, Hint: "leave one of them out",
				Message: " has " + strings.Join(there, " and ") + ", which exclude one another"})
		}
	}
	for _, words := range known.Words {
		o.checkWord(s.path, s.node, words)
	}
}

// lacks reports a key that is needed.
func (s subject) lacks(path source.Path, at *source.Node, says, key string) {
	s.refuse(whenMade, path, at, Problem{Code: CodeMissingKey, Message: says + key, Hint: "write " + key})
}

// blank tells whether nothing stands at a key, or nothing that counts.
func blank(operator *source.Node, key string) bool {
	node := operator.Get(key)

	return node == nil || node.IsNull() || len(node.Value)+len(node.Items)+len(node.Pairs) == 0
}

// checkWord reports a word that is none of those taken.
func (s subject) checkWord(path source.Path, holder *source.Node, words component.OperatorWords) {
	node := holder.Get(words.Key)
	if node == nil || node.Kind != source.Scalar || varies(node) || !words.Needed && blank(holder, words.Key) ||
		slices.ContainsFunc(words.Words, func(word string) bool {
			return word == node.Value || words.AnyCase && strings.EqualFold(word, node.Value)
		}) {
		return
	}
	best := nearest(strings.ToLower(node.Value), words.Words)
	hint := didYouMean(best)
	if best == "" && len(words.Words) <= mostListed {
		hint = "it takes " + strings.Join(words.Words, ", ")
	}
	s.refuse(whenMade, path.Join(source.Key(words.Key)), node,
		Problem{Code: CodeInvalidValue, Message: " takes no " + written(node), Hint: hint, TextInstead: best})
}

// checkRoutes judges by what a router chooses its routes.
func (o *operatorChecker) checkRoutes(s step) {
	routes := s.node.Get("routes")
	if routes == nil || routes.Kind != source.Sequence {
		return
	}
	for i, route := range routes.Items {
		if route.Kind == source.Mapping && !hasJoinedKeys(route) && blank(route, "expr") {
			o.lacks(s.path.Join(source.Key("routes"), source.Index(i)), route, " has no ", "expr")
		}
	}
}

// checkTime judges by which layout an operator reads a time.
func (o *operatorChecker) checkTime(path source.Path, time *source.Node) {
	kind := time.Get("layout_type")
	if kind != nil && (kind.Kind != source.Scalar || varies(kind)) {
		return
	}
	o.checkWord(path, time, component.OperatorWords{Key: "layout_type", Words: component.TimeLayouts()})
	switch {
	case kind != nil && kind.Value == "native":
	case blank(time, "layout"):
		o.lacks(path, time, " has no ", "layout")
	case kind != nil && kind.Value == "epoch":
		o.checkWord(path, time, component.OperatorWords{Key: "layout", Words: component.EpochLayouts()})
	}
}

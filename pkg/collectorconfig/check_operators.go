package collectorconfig

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkOperators judges the operators of a log receiver, and how it parts and decodes its lines: the collector refuses them when
// it makes the receiver.
func (c *checker) checkOperators(doc *Document, d Definition, canonical string) {
	logs := []string{"file_log", "journald", "syslog", "tcp_log", "udp_log", "windows_event_log", "namedpipe"}
	if d.Kind != component.Receiver || !contains(logs, canonical) || d.Body == nil || d.Body.Kind != source.Mapping {
		return
	}
	o := operatorChecker{checker: c, definition: d, idle: !doc.runs(d), ids: map[string]bool{}, types: map[string]int{}}
	o.checkLines(canonical)
	operators := d.Body.Get("operators")
	if operators == nil || operators.Kind != source.Sequence {
		return
	}
	o.checkIDs(operators)
	o.checkOutputs(nil, source.Keys("output"), d.Body.Get("output"))
	for i, operator := range operators.Items {
		if operator.Kind == source.Mapping && !hasJoinedKeys(operator) {
			o.checkOperator(source.Keys("operators").Join(source.Index(i)), operator)
		}
	}
}

type operatorChecker struct {
	*checker
	definition Definition
	// idle tells that no pipeline is known to have the receiver.
	idle bool
	// ids are what operators are called, and types how many are called by their type; unseen tells that not all are known.
	ids    map[string]bool
	types  map[string]int
	unseen bool
}

func (o *operatorChecker) report(code string, path source.Path, at *source.Node, says, hint string) {
	o.problems = append(o.problems, Problem{
		Code: code, Path: o.definition.Path.Join(path...).String(), Position: at.Position(), Hint: hint,
		Message: path.String() + " of " + o.definition.called() + says, Ignored: o.idle || o.after(component.ChoicesOf),
	})
}

// checkIDs reports operators that are called as another one is. Those that are called by their type get numbers where there are
// several of it.
func (o *operatorChecker) checkIDs(operators *source.Node) {
	for i, operator := range operators.Items {
		at := calledBy(operator)
		if at == nil || varies(at) || varies(operator.Get("type")) || hasJoinedKeys(operator) {
			o.unseen = true

			continue
		}
		name, path := at.Value, source.Keys("operators").Join(source.Index(i))
		byType := name == operator.Get("type").Value
		if o.ids[name] && (!byType || o.types[name] == 0) {
			if at == operator.Get("id") {
				path = path.Join(source.Key("id"))
			}
			o.report(CodeInvalidValue, path, at, " is called "+name+", as another operator is", "give one of them another id")
		}
		o.ids[name] = true
		if byType {
			o.types[name]++
		}
	}
}

// calledBy is what says how an operator is called: its id, or its type; nil where it has none.
func calledBy(operator *source.Node) *source.Node {
	kind := operator.Get("type")
	if kind == nil || blank(operator, "id") {
		return kind
	}

	return operator.Get("id")
}

// has tells whether an operator may be called so.
func (o *operatorChecker) has(name string) bool {
	kind := strings.TrimRight(name, "0123456789")
	// Where the entries go in the end has a name too, which is not written down.
	return o.unseen || o.ids[name] || o.types[kind] > 1 || strings.HasSuffix(name, "log_emitter")
}

// checkOutputs reports what sends entries to an operator that is not there, or to itself.
func (o *operatorChecker) checkOutputs(operator *source.Node, path source.Path, outputs *source.Node) {
	if outputs == nil || outputs.IsNull() || outputs.Value == "" && outputs.Kind == source.Scalar {
		return
	}
	if outputs.Kind == source.Sequence {
		for i, output := range outputs.Items {
			o.checkOutputs(operator, path.Join(source.Index(i)), output)
		}

		return
	}
	if outputs.Kind != source.Scalar || varies(outputs) {
		return
	}
	for name := range strings.SplitSeq(outputs.Value, ",") {
		switch {
		case !o.has(name):
			best := nearest(name, sortedKeys(o.ids))
			o.report(CodeInvalidValue, path, outputs, " is "+written(outputs)+", and no operator has that id", didYouMean(best))
		case operator != nil && o.callsItself(operator, name):
			o.report(CodeInvalidValue, path, outputs, " is "+written(outputs)+", the operator itself", "write the id of one that follows")
		}
	}
}

// callsItself tells whether a name is the operator's own.
func (o *operatorChecker) callsItself(operator *source.Node, name string) bool {
	at := calledBy(operator)

	return !o.unseen && at != nil && at.Value == name && o.types[name] < 2
}

// checkOperator judges an operator by what is known of its type.
func (o *operatorChecker) checkOperator(path source.Path, operator *source.Node) {
	kind := operator.Get("type")
	if kind == nil || kind.Kind != source.Scalar || varies(kind) {
		return
	}
	if component.FailsAtEntries(kind.Value) {
		o.checkWord(path, operator, component.OperatorWords{Key: "on_error", Words: component.OnError()})
		o.checkOutputs(operator, path.Join(source.Key("output")), operator.Get("output"))
	}
	o.checkFields(path, operator, kind.Value)
	if kind.Value == "router" {
		o.checkRoutes(path, operator)
	}
	for _, known := range component.Operators() {
		if known.Type == kind.Value {
			o.checkNeeds(path, operator, known)
		}
	}
	if kind.Value == "time_parser" {
		o.checkTime(path, operator)
	} else if time := operator.Get("timestamp"); time != nil && time.Kind == source.Mapping && !hasJoinedKeys(time) {
		o.checkTime(path.Join(source.Key("timestamp")), time)
	}
}

func (o *operatorChecker) checkNeeds(path source.Path, operator *source.Node, known component.Operator) {
	for _, key := range known.Needs {
		if blank(operator, key) {
			o.report(CodeMissingKey, path, operator, ", a "+known.Type+", has no "+key, "write "+key)
		}
	}
	if len(known.OneOf) > 0 {
		there := slices.DeleteFunc(slices.Clone(known.OneOf), func(key string) bool { return blank(operator, key) })
		switch {
		case len(there) == 0:
			o.report(CodeMissingKey, path, operator, ", a "+known.Type+", has no "+strings.Join(known.OneOf, " or "), "write "+strings.Join(known.OneOf, " or "))
		case len(there) > 1:
			o.report(CodeConflictingKeys, path, operator, " has "+strings.Join(there, " and ")+", which exclude one another", "leave one of them out")
		}
	}
	for _, words := range known.Words {
		o.checkWordIfAny(path, operator, words)
	}
}

// blank tells whether nothing stands at a key, or nothing that counts.
func blank(operator *source.Node, key string) bool {
	node := operator.Get(key)

	return node == nil || node.IsNull() || len(node.Value)+len(node.Items)+len(node.Pairs) == 0
}

// checkWordIfAny is checkWord for what has a default.
func (o *operatorChecker) checkWordIfAny(path source.Path, holder *source.Node, words component.OperatorWords) {
	if !blank(holder, words.Key) {
		o.checkWord(path, holder, words)
	}
}

// checkWord reports a word that is none of those taken.
func (o *operatorChecker) checkWord(path source.Path, holder *source.Node, words component.OperatorWords) {
	node := holder.Get(words.Key)
	if node == nil || node.Kind != source.Scalar || varies(node) ||
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
	o.report(CodeInvalidValue, path.Join(source.Key(words.Key)), node, " takes no "+written(node), hint)
	o.problems[len(o.problems)-1].TextInstead = best
}

// checkRoutes judges where a router sends what.
func (o *operatorChecker) checkRoutes(path source.Path, router *source.Node) {
	o.checkOutputs(router, path.Join(source.Key("default")), router.Get("default"))
	routes := router.Get("routes")
	if routes == nil || routes.Kind != source.Sequence {
		return
	}
	for i, route := range routes.Items {
		at := path.Join(source.Key("routes"), source.Index(i))
		if route.Kind != source.Mapping || hasJoinedKeys(route) {
			continue
		}
		if blank(route, "expr") {
			o.report(CodeMissingKey, at, route, " has no expr", "write expr")
		}
		o.checkOutputs(router, at.Join(source.Key("output")), route.Get("output"))
	}
}

// checkTime judges by which layout an operator reads a time.
func (o *operatorChecker) checkTime(path source.Path, time *source.Node) {
	kind := time.Get("layout_type")
	if kind != nil && (kind.Kind != source.Scalar || varies(kind)) {
		return
	}
	o.checkWordIfAny(path, time, component.OperatorWords{Key: "layout_type", Words: component.TimeLayouts()})
	switch {
	case kind != nil && kind.Value == "native":
	case blank(time, "layout"):
		o.report(CodeMissingKey, path, time, " has no layout", "write layout")
	case kind != nil && kind.Value == "epoch":
		o.checkWord(path, time, component.OperatorWords{Key: "layout", Words: component.EpochLayouts()})
	}
}

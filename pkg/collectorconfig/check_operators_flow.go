package collectorconfig

import (
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A step is an operator, or the input of the receiver before them all, whose keys are those of the receiver.
type step struct {
	path source.Path
	node *source.Node
	// kind is the operator's type, and id what it is called.
	kind, id string
}

type operatorChecker struct {
	subject
	// steps are those whose type is known, and places which of them has an id; unseen tells that not all are known.
	steps  []step
	places map[string]int
	unseen bool
}

// addOperator adds an operator of the list, if its type is known.
func (o *operatorChecker) addOperator(path source.Path, operator *source.Node) {
	if operator.Kind != source.Mapping || hasJoinedKeys(operator) || blank(operator, "type") ||
		operator.Get("type").Kind != source.Scalar || varies(operator.Get("type")) {
		o.unseen = true

		return
	}
	kind := operator.Get("type").Value
	o.add(step{path: path, node: operator, kind: kind, id: kind})
}

// add adds a step, called by its id where it has one.
func (o *operatorChecker) add(s step) {
	if !blank(s.node, "id") {
		id := s.node.Get("id")
		s.id = id.Value
		if id.Kind != source.Scalar || varies(id) {
			s.id, o.unseen = "", true
		}
	}
	o.steps = append(o.steps, s)
}

// number gives numbers to those that are called by their type behind another one, as upstream does (pkg/stanza/pipeline,
// dedeplucateIDs): it passes over ids that are taken. What is called as another one all the same is reported.
func (o *operatorChecker) number() {
	taken, types := map[string]bool{}, map[string]int{}
	for _, s := range o.steps {
		taken[s.id] = true
	}
	for i, s := range o.steps {
		if s.id == s.kind {
			if types[s.kind] > 0 {
				for s.id = s.kind; taken[s.id]; types[s.kind]++ {
					s.id = s.kind + strconv.Itoa(types[s.kind])
				}
				taken[s.id], o.steps[i].id = true, s.id
			} else {
				types[s.kind]++
			}
		}
		if first, is := o.places[s.id]; is {
			o.reportTwin(s, o.steps[first])
		} else if s.id != "" {
			o.places[s.id] = i
		}
	}
}

func (o *operatorChecker) reportTwin(s, other step) {
	path, at, whose := s.path, s.node.Get("type"), "another operator"
	if !blank(s.node, "id") {
		path, at = path.Join(source.Key("id")), s.node.Get("id")
	}
	if other.node == o.definition.Body {
		whose = "the receiver's own input"
	}
	o.refuse(whenMade, path, at, Problem{Code: CodeInvalidValue, Hint: "give one of them another id",
		Message: " is called " + s.id + ", as " + whose + " is"})
}

// An output is the name of the operator that a step sends entries to, and where it is written.
type output struct {
	name string
	path source.Path
	node *source.Node
}

// outputs are where a step sends entries to, as far as it says so; unknown tells that it may say more.
func (s step) outputs() (outputs []output, unknown bool) {
	if component.EndsEntries(s.kind) {
		return nil, false
	}
	add := func(path source.Path, node *source.Node) {
		more, varying := outputsIn(path, node)
		outputs, unknown = append(outputs, more...), unknown || varying
	}
	if s.kind != "router" {
		add(s.path.Join(source.Key("output")), s.node.Get("output"))

		return outputs, unknown
	}
	add(s.path.Join(source.Key("default")), s.node.Get("default"))
	if routes := s.node.Get("routes"); routes != nil && routes.Kind == source.Sequence {
		for i, route := range routes.Items {
			if route.Kind == source.Mapping && !hasJoinedKeys(route) {
				add(s.path.Join(source.Key("routes"), source.Index(i), source.Key("output")), route.Get("output"))
			}
		}
	}

	return outputs, unknown
}

// outputsIn are the names of a list, or of a text with commas between them.
func outputsIn(path source.Path, node *source.Node) (outputs []output, unknown bool) {
	switch {
	case node == nil || node.IsNull() || node.Kind == source.Scalar && node.Value == "":
		return nil, false
	case node.Kind == source.Sequence:
		for i, item := range node.Items {
			if item.Kind != source.Scalar || item.IsNull() || item.Value == "" || varies(item) {
				unknown = true
			} else {
				outputs = append(outputs, output{item.Value, path.Join(source.Index(i)), item})
			}
		}
	case node.Kind != source.Scalar || varies(node):
		return nil, true
	default:
		for name := range strings.SplitSeq(node.Value, ",") {
			outputs = append(outputs, output{name, path, node})
		}
	}

	return outputs, unknown
}

// checkFlow reports what sends entries to an operator that is not there, that takes none, or that had them before.
func (o *operatorChecker) checkFlow() {
	if o.unseen {
		return
	}
	var names []string
	for _, s := range o.steps {
		if !component.ReadsEntries(s.kind) {
			names = append(names, s.id)
		}
	}
	next := make([][]int, len(o.steps))
	for i, s := range o.steps {
		outputs, unknown := s.outputs()
		for _, output := range outputs {
			if o.checkOutput(i, output, names) {
				next[i] = append(next[i], o.places[output.name])
			}
		}
		// What names none sends to the one behind it, but for a router.
		if len(outputs) == 0 && !unknown && s.kind != "router" && !component.EndsEntries(s.kind) && i+1 < len(o.steps) {
			next[i] = []int{i + 1}
		}
	}
	o.checkCircle(next)
}

// checkOutput judges where the step at an index sends entries to, and tells whether another one gets them.
func (o *operatorChecker) checkOutput(index int, output output, names []string) bool {
	place, is := o.places[output.name]
	var says, hint string
	switch {
	case !is && strings.HasSuffix(output.name, "log_emitter"):
		// Where the entries go in the end has a name too, which is not written down.
		return false
	case !is:
		says, hint = "and no operator has that id", didYouMean(nearest(output.name, names))
	case component.ReadsEntries(o.steps[place].kind):
		says, hint = "which reads entries, and takes none from another", didYouMean(nearest(output.name, names))
	case place == index:
		says, hint = "the operator itself", "write the id of one that follows"
	default:
		return true
	}
	o.refuse(whenMade, output.path, output.node, Problem{Code: CodeInvalidValue, Hint: hint, Message: " is " + written(output.node) + ", " + says})

	return false
}

// checkCircle reports the first circle found in what sends entries to what.
func (o *operatorChecker) checkCircle(next [][]int) {
	circle := circleOf(next)
	for k, from := range circle {
		to := circle[(k+1)%len(circle)]
		if to > from {
			continue
		}
		// It goes back, and so says where to.
		outputs, _ := o.steps[from].outputs()
		i := slices.IndexFunc(outputs, func(output output) bool { return o.places[output.name] == to })
		o.refuse(whenMade, outputs[i].path, outputs[i].node, Problem{Code: CodeInvalidValue, Hint: "write the id of one that follows",
			Message: " is " + written(outputs[i].node) + ", which sends entries back to " + o.steps[from].id + ", in a circle"})

		return
	}
}

// circleOf is a circle of what leads to what, each by its index; nothing where there is none.
func circleOf(next [][]int) []int {
	const unknown, onTheWay, done = 0, 1, 2
	states := make([]int, len(next))
	var way []int
	var visit func(i int) []int
	visit = func(i int) []int {
		states[i], way = onTheWay, append(way, i)
		for _, to := range next[i] {
			if states[to] == onTheWay {
				return way[slices.Index(way, to):]
			}
			if states[to] == unknown {
				if circle := visit(to); circle != nil {
					return circle
				}
			}
		}
		states[i], way = done, way[:len(way)-1]

		return nil
	}
	for i := range next {
		if states[i] == unknown {
			if circle := visit(i); circle != nil {
				return circle
			}
		}
	}

	return nil
}

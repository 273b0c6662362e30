package collectorconfig

import (
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// rooted is a field of an entry, as operators name it: body, attributes or resource, and what is below it. What begins with a
// bracket is left to the collector, and so is whether quotes and brackets are closed.
var rooted = regexp.MustCompile(`^(\[|(body|attributes|resource)($|[.\[]))`)

// checkFields reports what an operator takes for a field of an entry, and is none: the collector refuses it when it reads its
// configuration.
func (o *operatorChecker) checkFields(s step) {
	for _, field := range component.FieldsOf(s.kind) {
		path := source.Keys(strings.Split(field.Path, ".")...)
		node := s.node.Lookup(path)
		switch {
		case node == nil:
		case node.Kind == source.Sequence:
			for i, item := range node.Items {
				o.checkField(s.path.Join(path...).Join(source.Index(i)), item, field.Whole)
			}
		default:
			o.checkField(s.path.Join(path...), node, field.Whole)
		}
	}
}

// checkField judges the name of a field, of which some keys take all attributes, or all of the resource.
func (o *operatorChecker) checkField(path source.Path, node *source.Node, whole bool) {
	if node.Kind != source.Scalar || node.Tag != "!!str" || node.Value == "" || varies(node) {
		return
	}
	switch {
	case !rooted.MatchString(node.Value):
		o.refuse(onReading, path, node, Problem{Code: CodeInvalidValue, Hint: "write attributes." + node.Value + ", or body." + node.Value,
			Message: " is " + written(node) + ", which is no field: it begins with none of body, attributes and resource"})
	case !whole && (node.Value == "attributes" || node.Value == "resource"):
		o.refuse(onReading, path, node, Problem{Code: CodeInvalidValue, Hint: "write which of them, as in " + node.Value + ".NAME",
			Message: " is " + written(node) + ", which is no field: it is all of them"})
	}
}

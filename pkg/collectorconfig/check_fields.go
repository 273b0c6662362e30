package collectorconfig

import (
	"regexp"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// rooted is a field of an entry, as operators name it: body, attributes or resource, and what is below it. What begins with a
// bracket is left to the collector.
var rooted = regexp.MustCompile(`^(\[|(body|attributes|resource)($|[.\[]))`)

// checkFields reports what an operator takes for a field of an entry, and is none: the collector refuses it when it reads its
// configuration.
func (o *operatorChecker) checkFields(path source.Path, operator *source.Node, kind string) {
	for _, key := range component.FieldsOf(kind) {
		node := operator.Get(key)
		if node == nil || node.Kind != source.Scalar || node.Tag != "!!str" || node.Value == "" || varies(node) || rooted.MatchString(node.Value) {
			continue
		}
		at := path.Join(source.Key(key))
		o.report(CodeInvalidValue, at, node, " is "+written(node)+", which is no field: it begins with none of body, attributes and resource",
			"write attributes."+node.Value+", or body."+node.Value)
		o.problems[len(o.problems)-1].Ignored = o.after(component.ChoicesOf)
	}
}

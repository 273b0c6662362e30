package collectorconfig

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/ottl"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkRouteStatements judges the statements and conditions of the routing connector's table.
func (c *checker) checkRouteStatements(d Definition, canonical string) {
	if d.Kind != component.Connector || canonical != "routing" || d.Body == nil {
		return
	}
	table := d.Body.Get("table")
	if table == nil {
		return
	}
	s := statementChecker{checker: c, definition: d}
	for i, route := range table.Items {
		context := route.Get("context")
		if context != nil && (isOpaque(context) || strings.Contains(context.Value, "$")) {
			continue
		}
		for _, key := range []string{"statement", "condition"} {
			if text := route.Get(key); text != nil && text.Kind == source.Scalar && text.Tag == "!!str" {
				s.checkRoute(source.Keys("table").Join(source.Index(i), source.Key(key)), context, text)
			}
		}
	}
}

// checkRoute judges a statement, or a condition, which stands for the statement that routes where it holds.
func (s *statementChecker) checkRoute(path source.Path, context, text *source.Node) {
	at := s.definition.Path.Join(path...).String()
	if text.Value == "" || isOpaque(text) || strings.Contains(text.Value, "$") ||
		slices.ContainsFunc(s.problems, func(p Problem) bool { return p.Path == at }) {
		return
	}
	name, statement := "", text.Value
	if context != nil {
		name = context.Value
	}
	if key, _ := path[len(path)-1].Key(); key == "condition" {
		statement = "route() where " + statement
	}
	if err := ottl.CheckRoute(name, statement); err != nil {
		s.report(path, text, firstLine(err))
	}
}

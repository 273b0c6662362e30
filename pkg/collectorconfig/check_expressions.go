package collectorconfig

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkExpressions reports regular expressions that the components can't compile, or whose groups lack names.
func (c *checker) checkExpressions(doc *Document, d Definition, canonical string) {
	if d.Body == nil || len(d.Body.Pairs) == 0 {
		return
	}
	body := sync.OnceValue(d.Body.Any)
	for _, expression := range c.expressions {
		if expression.Kind != d.Kind || !contains(expression.Types, canonical) {
			continue
		}
		for _, found := range locate(expression.Path, body()) {
			c.checkExpression(doc, d, expression, found.path())
		}
	}
}

func (c *checker) checkExpression(doc *Document, d Definition, expression component.Expression, path source.Path) {
	node := d.Body.Lookup(path)
	if node == nil || node.Kind != source.Scalar || node.Tag != "!!str" || node.Value == "" || !besideOneOf(d.Body, path, expression) {
		return
	}
	why, hint := c.judgeExpression(node, expression)
	at := d.Path.Join(path...)
	if why == "" || slices.ContainsFunc(c.problems, func(p Problem) bool { return p.Code == CodeInvalidValue && p.Path == at.String() }) {
		return
	}
	idle := !doc.runs(d)
	if expression.Signal != "" {
		idle = !doc.runsOf(d, expression.Signal)
	}
	subject{checker: c, definition: d, idle: idle}.refuse(moment(expression.Read), path, node,
		Problem{Code: CodeInvalidValue, Message: " is " + written(node) + ", which " + why, Hint: hint})
}

// besideOneOf tells whether a key beside a value, or beside the list that it stands in, has one of the words with which the
// value is an expression.
func besideOneOf(body *source.Node, path source.Path, expression component.Expression) bool {
	if expression.Beside == "" {
		return true
	}
	for len(path) > 0 {
		if _, isKey := path[len(path)-1].Key(); isKey {
			break
		}
		path = path[:len(path)-1]
	}
	word := body.Lookup(path[:len(path)-1].Join(source.Key(expression.Beside)))

	return word != nil && slices.ContainsFunc(expression.Words, func(taken string) bool {
		return taken == word.Value || expression.Beside == "action" && strings.EqualFold(taken, word.Value)
	})
}

// unescaped is a regular expression as the component gets it; false where a variable may change it.
func (c *checker) unescaped(node *source.Node) (string, bool) {
	text := strings.ReplaceAll(node.Value, "$$", "")
	if isOpaque(node) || (c.version == "" || c.before(noBareVariables)) && oldVariable.MatchString(text) {
		return "", false
	}

	return strings.ReplaceAll(node.Value, "$$", "$"), true
}

// oldVariable is what old versions take for a variable.
var oldVariable = regexp.MustCompile(`\$[A-Za-z0-9_]`)

// judgeExpression says why a component does not take a value as its regular expression, and how to mend it; empty where it
// does, or may.
func (c *checker) judgeExpression(node *source.Node, expression component.Expression) (why, hint string) {
	text, known := c.unescaped(node)
	if !known {
		return "", ""
	}
	parsed, err := syntax.Parse(expression.Before+text+expression.Behind, syntax.Perl)
	var wrong *syntax.Error
	switch {
	case errors.As(err, &wrong) && wrong.Code == syntax.ErrInvalidPerlOp:
		return "Go does not compile: " + wrong.Code.String(), "Go has no look-ahead and no look-behind"
	case wrong != nil:
		return "Go does not compile: " + wrong.Code.String(), ""
	case err != nil || expression.Groups == component.AnyGroups:
		return "", ""
	}

	return groups(parsed.CapNames()[1:], expression)
}

// groups says which of an expression's groups lack names.
func groups(names []string, expression component.Expression) (why, hint string) {
	unnamed := len(names)
	for _, name := range names {
		if name != "" {
			unnamed--
		}
	}
	hint = "name what it takes out, as in (?P<name>...)"
	switch {
	case unnamed == len(names):
		return "has no group with a name, so that it takes nothing out", hint
	case unnamed > 0 && expression.Groups == component.AllNamed:
		return "has a group without a name", hint + ", and write (?:...) for the others"
	default:
		return "", ""
	}
}

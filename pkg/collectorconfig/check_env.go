package collectorconfig

import (
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// noBareVariables is the first version that leaves `$NAME` as it is written.
const noBareVariables = "0.104.0"

var (
	// bareVariable is `$NAME` in the capitals of environment variables, standing by itself.
	bareVariable = regexp.MustCompile(`(?:^|[/:@=,;\[\]."'-])\$([A-Z_][A-Z0-9_]+)(?:$|[^A-Za-z0-9_])`)
	// statement is a value in a language of its own, such as a regular expression or OTTL,
	// where a `$` has another meaning.
	statement = regexp.MustCompile(`[\s()|*\\^]`)
)

// checkBareVariables reports every `$NAME` of the values where the image does not expand it.
func (c *checker) checkBareVariables(node *source.Node, path source.Path) {
	if node == nil || c.version != "" && c.before(noBareVariables) {
		return
	}
	switch node.Kind {
	case source.Mapping:
		for _, pair := range node.Pairs {
			c.checkBareVariables(pair.Value, append(path, source.Key(pair.Key.Value)))
		}
	case source.Sequence:
		for i, item := range node.Items {
			c.checkBareVariables(item, append(path, source.Index(i)))
		}
	case source.Scalar:
		text := strings.ReplaceAll(node.Value, "$$", "")
		match := bareVariable.FindStringSubmatch(text)
		if match == nil || statement.MatchString(text) {
			return
		}
		c.problems = append(c.problems, Problem{
			Code: CodeBareEnv, Path: path.String(), Position: node.Position(),
			Message: "the collector leaves $" + match[1] + " as it is since " + noBareVariables,
			Hint:    "write ${env:" + match[1] + "}, or $$" + match[1] + " for the literal text",
		})
	}
}

package collectorconfig

import (
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// noBareVariables is the first version that leaves `$NAME` as it is written.
const noBareVariables = "0.104.0"

// numbersAreNoNames is the first version seen (confmap/converter/expandconverter) that refuses a variable by the name of a number;
// before, nothing was put in its place.
const numbersAreNoNames = "0.103.0"

var (
	// numbered is what refers to a group of a regular expression, or a parameter.
	numbered = regexp.MustCompile(`\$[0-9]`)
	// bareVariable is `$NAME` in the capitals of environment variables, standing by itself.
	bareVariable = regexp.MustCompile(`(?:^|[\s/:@=,;\[\]."'-])\$([A-Z_][A-Z0-9_]+)(?:$|[^A-Za-z0-9_])`)
	// formula is a value in a language of its own, such as a regular expression or OTTL,
	// where a `$` has another meaning.
	formula = regexp.MustCompile(`[()|\\^]`)
	// formulaKey is a key of a component's body below which such values stand: OTTL, regular
	// expressions and what replaces them, expressions of the log receivers' operators, SQL.
	formulaKey = regexp.MustCompile(
		`^(.*_)?(statements?|conditions?|regex(es|p)?|patterns?|expr|expressions?|sql|query|replacement)$|` +
			`^(body|routes?|if|span|span_?event|metric|datapoint|log_record|profile|new_name|blocked_values)$`)
)

// checkVariables judges the dollars of the values by what the image takes them for.
func (c *checker) checkVariables(root *source.Node) {
	if root == nil {
		return
	}
	check := c.checkBare
	if c.version != "" && c.before(noBareVariables) {
		check = c.checkNumbered
	}
	root.Scalars(func(path source.Path, scalar *source.Node) {
		if strings.Contains(scalar.Value, "$") {
			check(path, scalar)
		}
	})
}

// checkBare reports a `$NAME` that the image does not expand.
func (c *checker) checkBare(path source.Path, scalar *source.Node) {
	text := strings.ReplaceAll(scalar.Value, "$$", "")
	match := bareVariable.FindStringSubmatch(text)
	if match == nil || formula.MatchString(text) || ofFormulas(path) {
		return
	}
	c.problems = append(c.problems, Problem{
		Code: CodeBareEnv, Path: path.String(), Position: scalar.Position(),
		Message:     "the collector leaves $" + match[1] + " as it is since " + noBareVariables,
		Hint:        "write ${env:" + match[1] + "}, or $$" + match[1] + " for the literal text",
		TextInstead: braced(scalar.Value, match[1]),
	})
}

// checkNumbered reports a `$1` that the image takes for an environment variable.
func (c *checker) checkNumbered(path source.Path, scalar *source.Node) {
	match := numbered.FindString(strings.ReplaceAll(scalar.Value, "$$", ""))
	if match == "" || scalar.Tag != "!!str" {
		return
	}
	instead := ""
	if !strings.Contains(scalar.Value, "$$") {
		instead = numbered.ReplaceAllString(scalar.Value, "$$$0")
	}
	c.problems = append(c.problems, Problem{
		Code: CodeEnvSyntax, Path: path.String(), Position: scalar.Position(), Hint: "write $" + match, TextInstead: instead,
		Message: "before " + noBareVariables + " the collector takes " + match + " for an environment variable, and the image is " + c.version,
		Ignored: c.before(numbersAreNoNames),
	})
}

// braced is a text with ${env:NAME} for $NAME; empty for one that has dollars of another meaning too.
func braced(text, name string) string {
	if strings.Contains(text, "$$") {
		return ""
	}
	// $POD is no part of $POD_IP.
	return regexp.MustCompile(`\$`+name+`\b`).ReplaceAllLiteralString(text, "${env:"+name+"}")
}

// ofFormulas tells whether a key of a component's body says that formulas stand below it.
// The id of a component says nothing of the kind: sql_query has a datasource too.
func ofFormulas(path source.Path) bool {
	return len(path) > 2 && slices.ContainsFunc(path[2:], func(step source.Step) bool {
		key, is := step.Key()
		return is && formulaKey.MatchString(key)
	})
}

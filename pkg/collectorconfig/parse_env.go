package collectorconfig

import (
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// What the collector and Kubernetes take for the name of a variable and for a scheme.
var (
	variablePattern   = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	schemePattern     = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]+$`)
	kubernetesPattern = regexp.MustCompile(`^\$\(([A-Za-z_][A-Za-z0-9_]*)\)`)
)

// schemes are the config providers of the collector and of its contrib distribution.
func schemes() []string {
	return []string{"env", "file", "yaml", "http", "https", "s3", "secretsmanager", "googlesecretmanager", "aes"}
}

// checkExpansions reports every `${...}` of the values that the collector can't expand.
// `$$` stands for a `$` and is passed over.
func (r *reader) checkExpansions() {
	r.doc.Root.Scalars(func(path source.Path, scalar *source.Node) {
		if !strings.Contains(scalar.Value, "$") {
			return
		}
		for _, bad := range badExpansions(scalar.Value) {
			r.report(CodeEnvSyntax, path, scalar.Position(), bad.hint, "%s", bad.message)
		}
	})
}

// badExpansion is what is wrong with one `${...}`.
type badExpansion struct{ message, hint string }

// badExpansions finds the `${...}` of a value that the collector can't expand, the
// innermost first where they nest, and the first of those that are never closed.
func badExpansions(value string) []badExpansion {
	var found []badExpansion
	var open []int
	for i := 0; i < len(value); i++ {
		switch {
		case value[i] == '}' && len(open) > 0:
			start := open[len(open)-1]
			open = open[:len(open)-1]
			if bad, is := judgeExpansion(value[start+2 : i]); is {
				found = append(found, bad)
			}
		case value[i] != '$' || i+1 == len(value):
		case value[i+1] == '$':
			i++
		case value[i+1] == '{':
			open = append(open, i)
			i++
		case value[i+1] == '(':
			if match := kubernetesPattern.FindStringSubmatch(value[i:]); match != nil {
				found = append(found, badExpansion{
					message: "$(" + match[1] + ") is Kubernetes's way to name a variable, and the collector leaves it as it is",
					hint:    "write ${env:" + match[1] + "}"})
			}
		}
	}
	if len(open) > 0 {
		found = append(found, badExpansion{message: "`" + shortened(value[open[0]:]) + "` has no closing brace",
			hint: "close it: ${env:NAME}, or write $${ for a literal ${"})
	}
	return found
}

// judgeExpansion says what is wrong with the text between the braces. Text that itself
// holds an expansion is judged only where its scheme is plain.
func judgeExpansion(inner string) (badExpansion, bool) {
	written := "${" + shortened(inner) + "}"
	scheme, rest, has := strings.Cut(inner, ":")
	switch {
	case inner == "":
		return badExpansion{"${} names nothing", "write ${env:NAME}, or $${} for a literal ${}"}, true
	case strings.Contains(scheme, "${"):
		return badExpansion{}, false
	case !has:
		return judgeVariable(written, inner, "")
	case !contains(schemes(), scheme):
		return badScheme(written, scheme, rest)
	case scheme == "env":
		name, fallback, defaulted := strings.Cut(rest, ":-")
		if strings.Contains(name, "${") {
			return badExpansion{}, false
		}
		if defaulted {
			fallback = ":-" + fallback
		}
		return judgeVariable(written, name, fallback)
	case rest == "":
		return badExpansion{written + " names nothing after " + scheme + ":", "write ${" + scheme + ":...}"}, true
	}
	return badExpansion{}, false
}

func judgeVariable(written, name, fallback string) (badExpansion, bool) {
	switch {
	case variablePattern.MatchString(name):
		return badExpansion{}, false
	case name == "":
		return badExpansion{written + " names no variable", "write ${env:NAME}" + fallbackHint(fallback)}, true
	case strings.TrimSpace(name) != name && variablePattern.MatchString(strings.TrimSpace(name)):
		return badExpansion{written + " has spaces around the name", "write ${env:" + strings.TrimSpace(name) + shortened(fallback) + "}"}, true
	case strings.Trim(name, "0123456789") == "":
		return badExpansion{written + " is read as a variable named " + shortened(name), "for a regular expression's group write $" + written}, true
	case strings.HasPrefix(name, "env:") || strings.Contains(name, ":"):
		return badExpansion{written + " has a colon in the name " + shortened(name), "a default follows `:-`: ${env:" + strings.SplitN(name, ":", 2)[0] + ":-...}"}, true
	}
	return badExpansion{written + " names the variable " + shortened(name) + ", and a name has letters, digits and underscores only",
		"write ${env:NAME}, or $" + written + " for the literal text"}, true
}

func fallbackHint(fallback string) string {
	if fallback == "" {
		return ""
	}
	return ", or ${env:NAME" + shortened(fallback) + "}"
}

// badScheme judges `${X:...}` where X is no known scheme.
func badScheme(written, scheme, rest string) (badExpansion, bool) {
	switch {
	case strings.HasPrefix(rest, "-") && variablePattern.MatchString(scheme):
		return badExpansion{written + " has a default and no scheme, which the collector takes for the scheme " + scheme,
			"write ${env:" + scheme + ":" + shortened(rest) + "}"}, true
	case contains(schemes(), strings.ToLower(strings.TrimSpace(scheme))):
		return badExpansion{written + " has the scheme " + scheme + ", and schemes are lower case",
			"write ${" + strings.ToLower(strings.TrimSpace(scheme)) + ":" + shortened(rest) + "}"}, true
	case !schemePattern.MatchString(scheme):
		return badExpansion{written + " names no variable and no config source", "write ${env:NAME}, or $" + written + " for the literal text"}, true
	}
	hint := didYouMean(nearest(scheme, schemes()))
	if hint == "" {
		hint = "the collector knows " + strings.Join(schemes(), ", ")
	}
	return badExpansion{written + " is of the unknown config source " + scheme, hint}, true
}

// longestShown is how much of a value a message repeats.
const longestShown = 60

func shortened(text string) string {
	if len(text) <= longestShown {
		return text
	}
	return strings.ToValidUTF8(text[:longestShown], "") + "..."
}

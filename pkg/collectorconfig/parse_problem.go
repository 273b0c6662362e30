package collectorconfig

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// The codes of problems; all but the first three are names of lint rules.
const (
	// CodeInvalidYAML: the text is not YAML, or too big or too deep.
	CodeInvalidYAML = "invalid-yaml"
	// CodeInvalidConfig: a value has a shape that the collector does not read.
	CodeInvalidConfig = "invalid-config"
	// CodeInvalidID: a component's or pipeline's id is not type[/name].
	CodeInvalidID = "invalid-component-id"

	CodeUnknownSection   = "unknown-section"
	CodeMissingService   = "missing-service"
	CodeDuplicate        = "duplicate-component"
	CodeUndefined        = "undefined-component"
	CodeNotEnabled       = "extension-not-enabled"
	CodeUnused           = "unused-component"
	CodeWrongClass       = "wrong-class"
	CodeEmptyPipeline    = "empty-pipeline"
	CodeUnknownSignal    = "unknown-signal"
	CodeSignal           = "signal-not-supported"
	CodeOneSided         = "connector-one-sided"
	CodeConnectorCycle   = "connector-cycle"
	CodeConnectorSignals = "connector-signals"
	CodeEnvSyntax        = "bad-env-syntax"

	CodeUnknownComponent  = "unknown-component"
	CodeRemovedComponent  = "removed-component"
	CodeRenamedComponent  = "renamed-component"
	CodeDeprecatedName    = "deprecated-component-name"
	CodeNotInDistribution = "component-not-in-distribution"
	CodeBareEnv           = "bare-env-reference"

	CodeUnknownKey          = "unknown-key"
	CodeKeyNotInVersion     = "key-not-in-version"
	CodeWrongType           = "wrong-type"
	CodeInvalidValue        = "invalid-value"
	CodeMissingKey          = "missing-key"
	CodeConflictingKeys     = "conflicting-keys"
	CodeInvalidTarget       = "invalid-target"
	CodeDurationWithoutUnit = "duration-without-unit"

	CodeInvalidStatement = "invalid-statement"
)

// Problem is one thing that is wrong with a config.
type Problem struct { //nolint:errname // A finding first; callers get lists of them, and seldom as an error.
	// Code is kebab-case, one of the Code constants.
	Code string
	// Message says what is wrong.
	Message string
	// Path leads to the value, as source.Path writes it; empty where none is known.
	Path string
	// Position is where to edit.
	Position source.Position
	// Hint says how to mend it; empty where nothing is known.
	Hint string
	// KeyInstead is what should stand there in place of the key, and TextInstead in place of the text; empty where that is
	// not known.
	KeyInstead, TextInstead string
	// Misspelt says that the name is one slip of the pen away from the one in the hint.
	Misspelt bool
	// Ignored says that the collector may start all the same, and ignore what is wrong.
	Ignored bool
	// Fruitless says that a collector which starts all the same sends nothing.
	Fruitless bool
	// Gate is the feature gate that would allow it, as --feature-gates switches it: +name or -name; empty: none.
	Gate string
}

// String is file:line:column: message (hint) [code].
func (p Problem) String() string {
	var b strings.Builder
	if p.Position != (source.Position{}) {
		b.WriteString(p.Position.String() + ": ")
	} else if p.Path != "" {
		b.WriteString(p.Path + ": ")
	}
	b.WriteString(p.Message)
	if p.Hint != "" {
		fmt.Fprintf(&b, " (%s)", p.Hint)
	}
	fmt.Fprintf(&b, " [%s]", p.Code)
	return b.String()
}

// Error makes a Problem an error.
func (p Problem) Error() string { return p.String() }

// joinProblems is the problems as one error; errors.As finds a Problem in it.
func joinProblems(problems []Problem) error {
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// sorted orders problems by position, then path, code and message, each once.
func sorted(problems []Problem) []Problem {
	slices.SortFunc(problems, func(a, b Problem) int {
		return cmp.Or(a.Position.Compare(b.Position), strings.Compare(a.Path, b.Path), strings.Compare(a.Code, b.Code),
			strings.Compare(a.Message, b.Message), strings.Compare(a.Hint, b.Hint))
	})
	return slices.Compact(problems)
}

// fromSource turns what could not be read into problems.
func fromSource(err error) []Problem {
	var all source.Errors
	if !errors.As(err, &all) {
		if err == nil {
			return nil
		}
		return []Problem{{Code: CodeInvalidYAML, Message: err.Error()}}
	}
	problems := make([]Problem, len(all))
	for i, e := range all {
		problems[i] = Problem{Code: CodeInvalidYAML, Message: e.Message, Position: e.Position, Hint: e.Hint}
	}
	return problems
}

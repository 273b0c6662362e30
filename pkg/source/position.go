package source

import (
	"cmp"
	"fmt"
	"strings"
)

// Position is a place in a file. Line and Column count from 1, and Column counts
// characters (Unicode code points). A zero Line means that only the file is known.
type Position struct {
	File   string
	Line   int
	Column int
}

// String gives file:line:column, or the file alone where no line is known.
func (p Position) String() string {
	file := p.File
	if file == "" {
		file = "-"
	}
	if p.Line == 0 {
		return file
	}
	return fmt.Sprintf("%s:%d:%d", file, p.Line, p.Column)
}

// Compare orders positions by file, line and column.
func (p Position) Compare(other Position) int {
	return cmp.Or(strings.Compare(p.File, other.File), cmp.Compare(p.Line, other.Line), cmp.Compare(p.Column, other.Column))
}

// Error is one thing that is wrong with a source, where it stands and how to mend it.
type Error struct {
	Position
	// Message says what is wrong, or what was wanted.
	Message string
	// Hint says how to mend it; empty where nothing is known.
	Hint string
	// Duplicate says that it is a key that stands there a second time, which is not allowed
	// and yet read by some.
	Duplicate bool
}

// Error gives "file:line:column: message (hint)".
func (e *Error) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("%s: %s", e.Position, e.Message)
	}
	return fmt.Sprintf("%s: %s (%s)", e.Position, e.Message, e.Hint)
}

// Errors are the problems of one source in the order in which they stand there.
// It is never empty when it is returned as an error.
type Errors []*Error

// Error gives one line for each problem.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, each := range e {
		lines[i] = each.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find an *Error.
func (e Errors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, each := range e {
		errs[i] = each
	}
	return errs
}

func (e Errors) orNil() error {
	if len(e) == 0 {
		return nil
	}
	return e
}

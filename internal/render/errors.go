package render

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Error is a failure at a place in a file.
type Error struct {
	// Position of the failure; Line and Column are 0 where they are not known.
	Position source.Position
	// Message is without the position.
	Message string
	// Err is Helm's own error.
	Err error
}

// Error is file:line:column: message, as far as known.
func (e *Error) Error() string {
	at := e.Position.File
	if e.Position.Line > 0 {
		at += ":" + strconv.Itoa(e.Position.Line)
	}
	if e.Position.Line > 0 && e.Position.Column > 0 {
		at += ":" + strconv.Itoa(e.Position.Column)
	}
	if at == "" {
		return e.Message
	}

	return at + ": " + e.Message
}

// Unwrap is Helm's own error.
func (e *Error) Unwrap() error { return e.Err }

var (
	// execution error at (chart/templates/x.yaml:12:4): message, which is what `fail` and
	// `required` give; and parse error at (chart/templates/x.yaml:3): message.
	atFile = regexp.MustCompile(`(?s)^(?:execution|parse) error (?:at|in) \(([^():]+)(?::(\d+))?(?::(\d+))?\): (.*)$`)
	// One link of a chain of includes.
	inTemplate = regexp.MustCompile(`template: ([^\s:]+):(\d+):(\d+): executing "[^"]*" at <[^>]*>: `)
	// What the YAML library says.
	yamlLine = regexp.MustCompile(`^line (\d+): `)
	// Manifest that is no YAML.
	inManifest = regexp.MustCompile(`(?s)^YAML parse error on ([^\s:]+): (.*)$`)
)

// templateError keeps of a chain of includes the place and words of its last link, where the
// error was made.
func templateError(err error) error {
	text := err.Error()
	if m := atFile.FindStringSubmatch(text); m != nil {
		return &Error{Position: position(m[1], m[2], m[3]), Message: strings.TrimSpace(m[4]), Err: err}
	}
	if m := inManifest.FindStringSubmatch(text); m != nil {
		return yamlError(m[1], errors.New(m[2]))
	}
	links := inTemplate.FindAllStringSubmatchIndex(text, -1)
	if len(links) == 0 {
		return fmt.Errorf("render: %w", err)
	}
	last := links[len(links)-1]
	m := func(i int) string { return text[last[2*i]:last[2*i+1]] }

	return &Error{Position: position(m(1), m(2), m(3)), Message: strings.TrimSpace(text[last[1]:]), Err: err}
}

// refusedKey is the key of the values that a line of this project's `fail` begins with.
var refusedKey = regexp.MustCompile(`^[a-z][A-Za-z]*(?:\.[A-Za-z0-9_/-]+)+`)

// pipelineList is a pipeline's list that is refused.
var pipelineList = regexp.MustCompile(`^config\.service\.pipelines\.([^.]+)\.([a-z]+)$`)

// causes are the keys that may have made what a refused key shows, most telling first: a
// list that is empty was written, or taken to the letter, or emptied by `without`.
func causes(key string) []string {
	if key == "config.service.pipelines" { // none is left
		return []string{"without.pipelines", "without.receivers", key}
	}
	if m := pipelineList.FindStringSubmatch(key); m != nil {
		return []string{key, "exactPipelines." + m[1], "without." + m[2], "config.service.pipelines." + m[1]}
	}

	return []string{key}
}

// refusal puts each line of a refusal by this project's chart where the user wrote the key
// that it is about. Other errors are returned as they are.
func (r *Rendering) refusal(err error) error {
	var failed *Error
	if !errors.As(err, &failed) {
		return err
	}
	out := &ValuesError{Err: failed.Err}
	for line := range strings.SplitSeq(failed.Message, "\n") {
		at, ok := r.Locate(failed.Position.File, causes(refusedKey.FindString(line))...)
		if !ok || !refusedKey.MatchString(line) {
			return err
		}
		out.Problems = append(out.Problems, &Error{Position: at, Message: line, Err: failed.Err})
	}

	return out
}

// inTemplate names the template by the file that it is read from.
func (r *Rendering) inTemplate(err error) error {
	var failed *Error
	if errors.As(err, &failed) {
		failed.Position.File = r.onDisk(failed.Position.File)
	}

	return err
}

// yamlError puts the line that the YAML library names where editors look for it.
func yamlError(file string, err error) error {
	text := err.Error()
	for _, prefix := range []string{"error converting YAML to JSON: ", "error unmarshaling JSON: ", "yaml: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	at := source.Position{File: file}
	if match := yamlLine.FindStringSubmatch(text); match != nil {
		at.Line, _ = strconv.Atoi(match[1])
		at.Column = 1
		text = strings.TrimPrefix(text, match[0])
	}

	return &Error{Position: at, Message: "not valid YAML: " + text, Err: err}
}

func position(file, line, column string) source.Position {
	at := source.Position{File: file}
	at.Line, _ = strconv.Atoi(line)
	// text/template counts from 0.
	if n, err := strconv.Atoi(column); err == nil {
		at.Column = n + 1
	}

	return at
}

// ValuesError lists every value that values.schema.json or the chart itself refuses.
type ValuesError struct {
	// Problems are one a value, by position.
	Problems []*Error
	// Err is Helm's own error.
	Err error
}

// Error is one line a problem.
func (e *ValuesError) Error() string {
	lines := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		lines = append(lines, p.Error())
	}

	return strings.Join(lines, "\n")
}

// Unwrap is Helm's own error.
func (e *ValuesError) Unwrap() error { return e.Err }

var (
	violation  = regexp.MustCompile(`^( *)- at '([^']*)': (.*)$`)
	additional = regexp.MustCompile(`^additional propert(?:y|ies) '([^']+)'`)
	quoted     = regexp.MustCompile(`'[^']+'`)
	chartName  = regexp.MustCompile(`^(\S+):$`)
)

// schemaError reads Helm's text, which is all that Helm gives: a line with the chart's name,
// then a tree of `- at '/path': message`, of which the leaves tell.
func (r *Rendering) schemaError(err error) error {
	out := &ValuesError{Err: err}
	var prefix []string
	lines := strings.Split(err.Error(), "\n")
	for i, line := range lines {
		if m := chartName.FindStringSubmatch(line); m != nil && i+1 < len(lines) {
			prefix = r.prefixOf(m[1])

			continue
		}
		m := violation.FindStringSubmatch(line)
		if m == nil || hasChildren(lines, i, len(m[1])) {
			continue
		}
		for _, message := range apart(m[3]) {
			out.Problems = append(out.Problems, r.problem(prefix, m[2], message, err))
		}
	}
	if len(out.Problems) == 0 {
		return fmt.Errorf("values don't meet the schema: %w", err)
	}
	slices.SortStableFunc(out.Problems, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Position.File, b.Position.File),
			cmp.Compare(a.Position.Line, b.Position.Line), cmp.Compare(a.Position.Column, b.Position.Column))
	})

	return out
}

func hasChildren(lines []string, i, indent int) bool {
	if i+1 == len(lines) {
		return false
	}
	next := violation.FindStringSubmatch(lines[i+1])

	return next != nil && len(next[1]) > indent
}

// apart makes a violation of a message about several keys that are not allowed one a key.
func apart(message string) []string {
	if !additional.MatchString(message) {
		return []string{message}
	}
	var messages []string
	for _, name := range quoted.FindAllString(message, -1) {
		messages = append(messages, "additional properties "+name+" not allowed")
	}

	return messages
}

// problem locates one violation. A key that is not allowed is located itself, not its parent.
func (r *Rendering) problem(prefix []string, pointer, message string, err error) *Error {
	path := pointerPath(pointer)
	words := r.reworded(prefix, path, message)
	if m := additional.FindStringSubmatch(message); m != nil {
		path = append(path, m[1])
	}
	key := wanted{places: [][]string{join(prefix, path)}, prefix: len(prefix)}
	at, ok := r.stack.locate(r.chart.defaults(), []wanted{key})
	if !ok {
		at = source.Position{File: r.chart.defaults().file}
	}
	if at.File == "--set" && strings.HasPrefix(message, "got array") && strings.HasSuffix(message, "object") {
		words += " (with --set, {} is a list: write null for an empty body, or use --set-json)"
	}

	return &Error{Position: at, Message: words, Err: err}
}

// prefixOf is where the values of the named chart stand.
func (r *Rendering) prefixOf(name string) []string {
	if name == r.chart.chart.Name() {
		return nil
	}

	return []string{name}
}

// pointerPath splits a JSON pointer.
func pointerPath(pointer string) []string {
	if pointer == "" {
		return nil
	}
	elements := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, e := range elements {
		elements[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(e)
	}

	return elements
}

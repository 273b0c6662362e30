package source

import (
	"fmt"
	"strconv"
	"strings"
)

// Step is one step of a path: the key of a mapping or the index of a sequence.
// Steps compare with ==.
type Step struct {
	key     string
	index   int
	isIndex bool
}

// Key is the step to the value of a mapping's key.
func Key(key string) Step { return Step{key: key} }

// Index is the step to an item of a sequence, counted from 0.
func Index(index int) Step { return Step{index: index, isIndex: true} }

// Key gives the key; false when the step is an index.
func (s Step) Key() (string, bool) { return s.key, !s.isIndex }

// Index gives the index; false when the step is a key.
func (s Step) Index() (int, bool) { return s.index, s.isIndex }

// Path leads from a document's root to a value. The empty path is the root.
type Path []Step

// Keys is the path through the given keys.
func Keys(keys ...string) Path {
	path := make(Path, len(keys))
	for i, key := range keys {
		path[i] = Key(key)
	}
	return path
}

// Join gives a new path that goes on by the steps; the receiver is not changed.
func (p Path) Join(steps ...Step) Path {
	joined := make(Path, 0, len(p)+len(steps))
	return append(append(joined, p...), steps...)
}

// String writes spec.containers[0].data["config.yaml"]; ParsePath reads it back.
func (p Path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch {
		case step.isIndex:
			fmt.Fprintf(&b, "[%d]", step.index)
		case step.key == "" || strings.ContainsAny(step.key, ".[]\"\\") || !printable(step.key):
			fmt.Fprintf(&b, "[%s]", strconv.Quote(step.key))
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step.key)
		}
	}
	return b.String()
}

func printable(s string) bool {
	for _, r := range s {
		if !strconv.IsPrint(r) {
			return false
		}
	}
	return true
}

// ParsePath reads what Path.String writes.
func ParsePath(s string) (Path, error) {
	path := Path{}
	rest := s
	for rest != "" {
		if rest[0] == '[' {
			step, after, err := bracketStep(rest)
			if err != nil {
				return nil, fmt.Errorf("reading the path %q: %w", s, err)
			}
			path, rest = append(path, step), after
			continue
		}
		if len(path) > 0 {
			after, dotted := strings.CutPrefix(rest, ".")
			if !dotted {
				return nil, fmt.Errorf("reading the path %q: expected '.' or '[' before %q", s, rest)
			}
			rest = after
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			end = len(rest)
		}
		if end == 0 {
			return nil, fmt.Errorf("reading the path %q: a key is empty; write [\"\"] for an empty key", s)
		}
		path, rest = append(path, Key(rest[:end])), rest[end:]
	}
	return path, nil
}

func bracketStep(s string) (step Step, after string, err error) {
	inner := s[1:]
	if strings.HasPrefix(inner, `"`) {
		quoted, err := strconv.QuotedPrefix(inner)
		if err != nil {
			return Step{}, "", fmt.Errorf("the quote after '[' is not closed: %w", err)
		}
		key, err := strconv.Unquote(quoted)
		if err != nil {
			return Step{}, "", fmt.Errorf("unquoting %s: %w", quoted, err)
		}
		after, closed := strings.CutPrefix(inner[len(quoted):], "]")
		if !closed {
			return Step{}, "", fmt.Errorf("expected ']' after %s", quoted)
		}
		return Key(key), after, nil
	}
	digits, after, closed := strings.Cut(inner, "]")
	if !closed {
		return Step{}, "", fmt.Errorf("expected ']' after %q", s)
	}
	index, err := strconv.Atoi(digits)
	if err != nil || index < 0 {
		return Step{}, "", fmt.Errorf("%q is not an index; quote a key as [\"key\"]", digits)
	}
	return Index(index), after, nil
}

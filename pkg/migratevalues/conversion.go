package migratevalues

import (
	"fmt"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A conversion is a file under way.
type conversion struct {
	root    *source.Node
	version string
	// mode is this chart's.
	mode  string
	out   map[string]any
	notes []Note
	// mounted is where the file has each of the mounts in out.
	mounted []source.Path
	// containers are those beside the collector in out.
	containers []placed
}

// left says of a key that a person has to do something; note, what became of it.
func (c *conversion) left(path source.Path, format string, values ...any) {
	c.notes = append(c.notes, Note{c.root.PositionOf(path), path.String(), fmt.Sprintf(format, values...), true})
}

func (c *conversion) note(path source.Path, format string, values ...any) {
	c.notes = append(c.notes, Note{c.root.PositionOf(path), path.String(), fmt.Sprintf(format, values...), false})
}

// set puts a value into the result, below maps.
func (c *conversion) set(value any, keys ...string) {
	into := c.out
	for _, key := range keys[:len(keys)-1] {
		next, ok := into[key].(map[string]any)
		if !ok {
			next = map[string]any{}
			into[key] = next
		}
		into = next
	}
	into[keys[len(keys)-1]] = value
}

// A section is a mapping of the file. What is taken from it is accounted for; rest tells of what is not.
type section struct {
	c      *conversion
	path   source.Path
	values map[string]any
	taken  map[string]bool
}

// section is a mapping at a path; an empty one where something else stands, which is told.
func (c *conversion) section(path source.Path, value any) section {
	values, ok := value.(map[string]any)
	if !ok && value != nil {
		c.left(path, "%s stands where a mapping is wanted: not carried over", kindOf(value))
	}

	return section{c: c, path: path, values: values, taken: map[string]bool{}}
}

func (s section) at(key string) source.Path { return s.path.Join(source.Key(key)) }

// take gives a value, nil where there is none or null.
func (s section) take(key string) any {
	s.taken[key] = true

	return s.values[key]
}

func (s section) sub(key string) section { return s.c.section(s.at(key), s.take(key)) }

// text is that of a scalar.
func (s section) text(key string) string {
	switch value := s.take(key).(type) {
	case nil:
		return ""
	case map[string]any, []any:
		s.left(key, "%s stands where a text is wanted: not carried over", kindOf(value))

		return ""
	default:
		return fmt.Sprint(value)
	}
}

// flag is a truth value, or what it is where none is given.
func (s section) flag(key string, otherwise bool) bool {
	switch value := s.take(key).(type) {
	case nil:
		return otherwise
	case bool:
		return value
	default:
		s.left(key, "%s stands where true or false is wanted: not carried over", kindOf(value))

		return otherwise
	}
}

// list is a sequence; empty where something else stands, which is told.
func (s section) list(key string) []any {
	switch value := s.take(key).(type) {
	case nil:
		return nil
	case []any:
		return value
	default:
		s.left(key, "%s stands where a list is wanted: not carried over", kindOf(value))

		return nil
	}
}

// copy carries a value over under other keys of the result, where it says something.
func (s section) copy(key string, to ...string) {
	if value := s.take(key); !empty(value) {
		s.c.set(value, to...)
	}
}

func (s section) left(key, format string, values ...any) { s.c.left(s.at(key), format, values...) }

func (s section) note(key, format string, values ...any) { s.c.note(s.at(key), format, values...) }

// unless says of a key that has no place in this chart what to do instead, where it asks for something.
func (s section) unless(key, instead string) {
	if value := s.take(key); asks(value) {
		s.left(key, "%s", instead)
	}
}

// noEffect notes of keys that ask for something that they do it nowhere.
func (s section) noEffect(why string, keys ...string) {
	for _, key := range keys {
		if asks(s.take(key)) {
			s.note(key, "%s", why)
		}
	}
}

// rest tells of every key that was not taken.
func (s section) rest() {
	for _, key := range sorted(s.values) {
		if !s.taken[key] && asks(s.values[key]) {
			s.left(key, "unknown: not carried over")
		}
	}
}

// empty says that a value says nothing.
func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	default:
		return false
	}
}

// asks says that a value asks for something: it is neither empty nor false, nor a block that is off.
func asks(value any) bool {
	if block, ok := value.(map[string]any); ok && block["enabled"] == false {
		return false
	}

	return !empty(value) && value != false
}

func kindOf(value any) string {
	switch value.(type) {
	case map[string]any:
		return "a mapping"
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "true or false"
	default:
		return "a number"
	}
}

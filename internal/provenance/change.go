package provenance

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// changed is what a value that nothing says is changed to.
const changed = "changed"

// changesOf are other values of the same kind, which a template is likely to take. Of a text it is one with other digits
// before one that is longer, since a template may count with it: 512Mi.
func changesOf(value any) []any {
	switch value := value.(type) {
	case nil:
		return []any{changed, map[string]any{changed: changed}}
	case bool:
		return []any{!value}
	case string:
		if digits := strings.Map(otherDigit, value); digits != value {
			return []any{digits, value + "x"}
		}

		return []any{value + "x"}
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return []any{n + 1}
		}

		return []any{1.5}
	case int64:
		return []any{value + 1}
	case uint64:
		return []any{value - 1}
	case int:
		return []any{value + 1}
	case float64:
		return []any{value + 1}
	case map[string]any:
		more := maps.Clone(value)
		more[changed] = changed

		return []any{more}
	case []any:
		if len(value) == 0 {
			return []any{[]any{changed}, []any{map[string]any{"name": changed}}}
		}

		return []any{append(slices.Clone(value), value[0])}
	default:
		return nil
	}
}

func otherDigit(r rune) rune {
	if r < '0' || r > '9' {
		return r
	}

	return '1' + (r-'0')%9
}

// textChanged is a text that holds YAML, with another value at the path. It is false where the text holds nothing on the
// way there.
func textChanged(text string, path source.Path) (string, bool) {
	if !strings.Contains(text, "\n") {
		return "", false
	}
	documents, err := source.Parse("", []byte(text))
	if err != nil || len(documents) != 1 || documents[0].Lookup(path[:1]) == nil {
		return "", false
	}
	var was any
	if node := documents[0].Lookup(path); node != nil {
		was = node.Any()
	}
	changes := changesOf(was)
	if len(changes) == 0 {
		return "", false
	}
	other, err := yaml.Marshal(replaced(documents[0].Root.Any(), path, changes[0]))

	return string(other), err == nil
}

// replaced is a copy with another value at the path.
func replaced(value any, path source.Path, other any) any {
	if len(path) == 0 {
		return other
	}
	if i, ok := path[0].Index(); ok {
		list, _ := value.([]any)
		if i >= len(list) {
			return value
		}
		list = slices.Clone(list)
		list[i] = replaced(list[i], path[1:], other)

		return list
	}
	key, _ := path[0].Key()
	fresh := map[string]any{}
	if below, ok := value.(map[string]any); ok {
		fresh = maps.Clone(below)
	}
	fresh[key] = replaced(fresh[key], path[1:], other)

	return fresh
}

package lint

import (
	"slices"
	"strings"
)

// ConfigValues are the keys of this project's chart that feed a path of the collector
// config: `config.` and the path, then each section around it. An index into a list
// counts as the list, because the lists of pipelines join.
func ConfigValues(path ...any) []string {
	key := "config"
	keys := []string{key}
	for _, step := range path {
		text, ok := step.(string)
		if !ok {
			break
		}
		key += "." + escaped(text)
		keys = append(keys, key)
	}
	slices.Reverse(keys)
	return keys
}

// ValueKey is the key at a path of the values, as ConfigValues writes it.
func ValueKey(path ...string) string {
	steps := make([]string, 0, len(path))
	for _, step := range path {
		steps = append(steps, escaped(step))
	}
	return strings.Join(steps, ".")
}

// escaped writes a key with dots or brackets of its own as --set does.
func escaped(key string) string {
	return strings.NewReplacer(`\`, `\\`, ".", `\.`, "[", `\[`, "]", `\]`).Replace(key)
}

// ValuesUp is a values key and every key around it, the innermost first.
func ValuesUp(key string) []string {
	var keys []string
	for parts := strings.Split(key, "."); len(parts) > 0; parts = parts[:len(parts)-1] {
		keys = append(keys, strings.Join(parts, "."))
	}
	return keys
}

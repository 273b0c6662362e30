package lint

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// ConfigValues are the keys of this project's chart that feed a path of the collector
// config: `config.` and the path, then each section around it. An index into a list
// counts as the list, because the lists of pipelines join. The chart gives components the
// names of the image: each may stand there under another one of its names.
func ConfigValues(path ...any) []string {
	keys, level := []string{"config"}, []string{"config"}
	for i, step := range path {
		text, ok := step.(string)
		if !ok {
			break
		}
		names := []string{text}
		if section, ok := path[0].(string); ok && i == 1 {
			names = append(names, otherNames(component.Kind(section), text)...)
		}
		var below []string
		for _, key := range level {
			for _, name := range names {
				below = append(below, key+"."+escaped(name))
			}
		}
		level = below
		keys = append(slices.Clone(level), keys...)
	}
	return keys
}

// otherNames are the ids that a component had, or has, under other names of its type.
func otherNames(kind component.Kind, id string) []string {
	canonical := Canonical(kind, id)
	rest := strings.TrimPrefix(id, Type(id))
	var others []string
	for alias, of := range table().Aliases[kind] {
		if of == canonical && alias+rest != id {
			others = append(others, alias+rest)
		}
	}
	slices.Sort(others)
	if len(others) > 0 && canonical+rest != id {
		others = append(others, canonical+rest)
	}
	return others
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

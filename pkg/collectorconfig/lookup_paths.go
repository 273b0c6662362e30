package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// located is a value that a dotted path leads to, and the path to that value alone.
type located struct {
	path  source.Path
	value any
}

// lookupPaths is lookup with the path to each value.
func lookupPaths(path string, doc any) []located {
	found := []located{{value: doc}}
	for _, key := range strings.Split(path, ".") {
		var below []located
		for _, at := range spread(found) {
			m, ok := at.value.(map[string]any)
			if !ok {
				continue
			}
			keys := []string{strings.ReplaceAll(key, "~", ".")}
			if key == "*" {
				keys = sortedKeys(m)
			}
			for _, key := range keys {
				if value, ok := m[key]; ok {
					below = append(below, located{path: at.path.Join(source.Key(key)), value: value})
				}
			}
		}
		found = below
	}
	return spread(found)
}

// spread puts the elements of lists in the lists' place.
func spread(found []located) []located {
	var flat []located
	for _, at := range found {
		list, ok := at.value.([]any)
		if !ok {
			flat = append(flat, at)
			continue
		}
		for i, value := range list {
			flat = append(flat, located{path: at.path.Join(source.Index(i)), value: value})
		}
	}
	return flat
}

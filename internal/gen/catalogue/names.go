package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// shorten gives the shared structures names of the fewest path elements that tell them apart.
func (c *catalogue) shorten() {
	names := shortNames(slices.Sorted(maps.Keys(c.structures)))
	structures := map[string]*component.Structure{}
	for id, structure := range c.structures {
		rename(structure, names)
		structures[names[id]] = structure
	}
	c.structures = structures
	for _, entries := range c.components {
		for _, entry := range entries {
			rename(entry.Structure, names)
		}
	}
}

func rename(s *component.Structure, names map[string]string) {
	if s == nil {
		return
	}
	if name, ok := names[s.Ref]; ok {
		s.Ref = name
	}
	rename(s.Of, names)
	for _, key := range s.Keys {
		rename(key, names)
	}
}

func shortNames(ids []string) map[string]string {
	names := map[string]string{}
	for elements, left := 1, ids; len(left) > 0; elements++ {
		byName := map[string][]string{}
		for _, id := range left {
			name := lastElements(id, elements)
			byName[name] = append(byName[name], id)
		}
		left = nil
		for _, name := range slices.Sorted(maps.Keys(byName)) {
			if same := byName[name]; len(same) > 1 {
				left = append(left, same...)
			} else {
				names[same[0]] = name
			}
		}
	}

	return names
}

// lastElements returns the end of a path.
func lastElements(id string, count int) string {
	elements := strings.Split(id, "/")

	return strings.Join(elements[max(0, len(elements)-count):], "/")
}

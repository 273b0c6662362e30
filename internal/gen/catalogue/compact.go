package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// compact leaves out the shared structures that nothing refers to, and of those that are alike all but one.
func (c *catalogue) compact() error {
	for {
		names, err := alike(c.structures)
		if err != nil {
			return err
		}
		if len(names) == 0 {
			break
		}
		for _, structure := range c.structures {
			rename(structure, names)
		}
		for _, entries := range c.components {
			for _, entry := range entries {
				rename(entry.Structure, names)
			}
		}
		for name := range names {
			delete(c.structures, name)
		}
	}
	used := map[string]bool{}
	for _, entries := range c.components {
		for _, entry := range entries {
			c.mark(entry.Structure, used)
		}
	}
	maps.DeleteFunc(c.structures, func(name string, _ *component.Structure) bool { return !used[name] })

	return nil
}

// alike returns for each structure that is written as another one is the name of that.
func alike(structures map[string]*component.Structure) (map[string]string, error) {
	first, names := map[string]string{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(structures)) {
		text, err := json.Marshal(structures[name])
		if err != nil {
			return nil, fmt.Errorf("writing the structure %s: %w", name, err)
		}
		if other, ok := first[string(text)]; ok {
			names[name] = other
		} else {
			first[string(text)] = name
		}
	}

	return names, nil
}

// mark notes the shared structures that a structure leads to.
func (c *catalogue) mark(s *component.Structure, used map[string]bool) {
	if s == nil {
		return
	}
	if s.Ref != "" && !used[s.Ref] {
		used[s.Ref] = true
		c.mark(c.structures[s.Ref], used)
	}
	c.mark(s.Of, used)
	for _, key := range s.Keys {
		c.mark(key, used)
	}
}

package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// catalogue is what component.FormatCatalogue writes.
type catalogue struct {
	component.Scope
	components map[component.Kind]map[string]*component.Entry
	structures map[string]*component.Structure
}

// assemble makes the catalogue of what was released and seen.
func assemble(tags []string, shipments []shipment, found survey) (*catalogue, error) {
	released := minors(tags)
	c := &catalogue{
		Scope:      component.Scope{Oldest: released[0], Released: released[len(released)-1], Newest: released[len(released)-1]},
		components: map[component.Kind]map[string]*component.Entry{},
	}
	for _, kind := range component.Kinds() {
		c.components[kind] = map[string]*component.Entry{}
	}
	for _, s := range shipments {
		sightings := found.sightings[s.path]
		entry := &component.Entry{Source: s.path, Distributions: map[string]component.Versions{}}
		for distribution, versions := range s.in {
			entry.Distributions[distribution] = span(versions, released)
		}
		name := s.guessedName()
		if len(sightings) > 0 {
			newest := sightings[len(sightings)-1]
			name, entry.Seen = cmp.Or(newest.metadata.Type, name), newest.version
			entry.OldNames = oldNames(sightings)
			entry.Signals = stability(newest.metadata)
			entry.Defaults, entry.EarlierDefaults = defaultsOf(sightings)
			if compareMinors(newest.version, c.Newest) > 0 {
				c.Newest = newest.version
			}
		}
		add(c.components[s.kind], name, entry)
	}
	c.merge(found)
	c.settle()
	c.shorten()

	return c, c.compact()
}

// add keeps, of components that had the same name one after the other, the one that was seen last.
func add(entries map[string]*component.Entry, name string, entry *component.Entry) {
	if other, ok := entries[name]; ok && compareMinors(other.Seen, entry.Seen) > 0 {
		return
	}
	entries[name] = entry
}

// merge merges what versions have, again as long as something turns out to have been renamed.
func (c *catalogue) merge(found survey) {
	h := newHistory(found)
	for {
		for _, entries := range c.components {
			for _, entry := range entries {
				if samples := found.samples(entry.Source); len(samples) > 0 {
					merged := h.merge(samples)
					entry.Structure = &merged
				}
			}
		}
		c.structures = h.mergeShared()
		if !h.follow() {
			return
		}
	}
}

// settle makes any of what no version told.
func (c *catalogue) settle() {
	for _, structure := range c.structures {
		settle(structure)
	}
	for _, entries := range c.components {
		for _, entry := range entries {
			settle(entry.Structure)
		}
	}
}

func settle(s *component.Structure) {
	if s == nil {
		return
	}
	if s.Type == unseen {
		s.Type = component.Any
	}
	settle(s.Of)
	for _, key := range s.Keys {
		settle(key)
	}
}

func minors(tags []string) []string {
	versions := make([]string, len(tags))
	for i, tag := range tags {
		versions[i] = minor(tag)
	}

	return versions
}

// span returns from when to when a distribution shipped something. A version between that lacks it is passed over.
func span(versions, released []string) component.Versions {
	var s component.Versions
	if first := versions[0]; first != released[0] {
		s.Since = first
	}
	if i := slices.Index(released, versions[len(versions)-1]); i < len(released)-1 {
		s.Before = released[i+1]
	}

	return s
}

// oldNames are the names before the newest, each with the first version that writes the next one.
func oldNames(sightings []sighting) []component.OldName {
	var names []component.OldName
	for i, seen := range sightings[1:] {
		before := sightings[i].metadata.Type
		if before != "" && seen.metadata.Type != before {
			names = append(names, component.OldName{Name: before, Before: seen.version + ".0"})
		}
	}
	newest := sightings[len(sightings)-1].metadata
	if old := newest.DeprecatedType; old != "" && !slices.ContainsFunc(names, func(n component.OldName) bool { return n.Name == old }) {
		names = append(names, component.OldName{Name: old})
	}

	return names
}

// defaultsOf are the defaults of the newest version, and what those were before that changed. A version of which nothing is
// understood says nothing of the others.
func defaultsOf(sightings []sighting) (newest map[string]any, earlier map[string][]component.EarlierDefault) {
	newest, earlier = sightings[len(sightings)-1].defaults, map[string][]component.EarlierDefault{}
	next := sightings[len(sightings)-1]
	for i := len(sightings) - 2; i >= 0; i-- {
		seen := sightings[i]
		if _, nothing := seen.defaults[""]; nothing {
			continue
		}
		for path := range unionOf(next.defaults, seen.defaults) {
			value, had := seen.defaults[path]
			then, has := next.defaults[path]
			if had != has || value != then {
				earlier[path] = append(earlier[path], component.EarlierDefault{Last: seen.version, Before: next.version, Value: value, Unknown: had && value == nil})
			}
		}
		next = seen
	}

	return newest, earlier
}

func unionOf(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	maps.Copy(all, b)

	return all
}

func stability(m metadata) map[string]string {
	signals := map[string]string{}
	for level, of := range m.Status.Stability {
		for _, signal := range of {
			signals[signal] = level
		}
	}

	return signals
}

// guessedName is what upstream would call a component of this package. One that a project of its own keeps beside its other
// parts is called like the project.
func (s shipment) guessedName() string {
	where := strings.TrimSuffix(s.path, "/collector")
	name := where[strings.LastIndex(where, "/")+1:]

	return strings.TrimSuffix(name, strings.TrimSuffix(string(s.kind), "s"))
}

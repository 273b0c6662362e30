package collectorconfig

import (
	"fmt"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Removal is an entry of Input.Without.
type Removal struct {
	// Kind is that of a component, such as "receivers", or "pipelines".
	Kind string
	// ID is as it is written in Without.
	ID string
	// Hint says what was probably meant; empty where nothing is near.
	Hint string
}

// IdleRemovals are the entries of Without that remove nothing, sorted: no base, preset or
// config of this input has what they name. An entry that is false asks for nothing, and one
// for the fallback exporter keeps it from being given.
func IdleRemovals(in Input) []Removal {
	c := newCompilation(in)
	_ = c.layLayers() // What a layer refuses is for Compile to say.
	c.layUser()
	there := c.removable()
	var idle []Removal
	for _, kind := range sortedKeys(in.Without) {
		for _, id := range sortedKeys(in.Without[kind]) {
			name := retyped(id, func(name string) string { return canonicalType(c.table, component.Kind(kind), name) })
			if in.Without[kind][id] && !there[kind][name] {
				idle = append(idle, Removal{Kind: kind, ID: id, Hint: removalHint(there, kind, name)})
			}
		}
	}
	return idle
}

// removable is what a removal can take out, by kind: what is defined and what lists name.
func (c *compilation) removable() map[string]map[string]bool {
	there := map[string]map[string]bool{"pipelines": {}}
	for _, kind := range component.Kinds() {
		there[string(kind)] = map[string]bool{}
		for id := range asMap(c.config[string(kind)]) {
			there[string(kind)][id] = true
		}
	}
	there[string(component.Exporter)][c.table.Fallback] = true
	for id, pipeline := range c.pipelines() {
		there["pipelines"][id] = true
		for _, role := range roles() {
			for _, item := range asStrings(asMap(pipeline)[string(role)]) {
				if !there[string(component.Connector)][item] || role == component.Processor {
					there[string(role)][item] = true
				}
			}
		}
	}
	for _, id := range asStrings(asMap(c.config["service"])["extensions"]) {
		there[string(component.Extension)][id] = true
	}
	return there
}

// removalHint names what is there under another kind, or is written nearly alike.
func removalHint(there map[string]map[string]bool, kind, id string) string {
	for _, other := range sortedKeys(there) {
		if other != kind && there[other][id] {
			return fmt.Sprintf("%s is one of the %s: write without.%s", id, other, other)
		}
	}
	return didYouMean(nearest(id, sortedKeys(there[kind])))
}

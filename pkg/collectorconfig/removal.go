package collectorconfig

import (
	"fmt"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Removal is an entry of Input.Without, or a null of Input.Config.
type Removal struct {
	// Kind is that of a component, such as "receivers", or "pipelines".
	Kind string
	// ID is as it is written there.
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
			name := c.canonicalID(component.Kind(kind), id)
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

// IdleNulls are the components and pipelines that Config gives null and that a base or a preset has all the same, by kind:
// null keeps what is there. One that a list of Config names is wanted as it is, and one that Without has is gone.
func IdleNulls(in Input) []Removal {
	c := newCompilation(in)
	_ = c.layLayers() // What a layer refuses is for Compile to say.
	laid, written, gone := c.config, c.namedByUser(), c.canonicalWithout()
	var idle []Removal
	for _, kind := range component.Kinds() {
		section := asMap(in.Config[string(kind)])
		for _, id := range sortedKeys(section) {
			name := c.canonicalID(kind, id)
			_, there := asMap(laid[string(kind)])[name]
			if there && asMap(c.user[string(kind)])[name] == nil && !written[kind][name] && !gone[string(kind)][name] {
				idle = append(idle, Removal{Kind: string(kind), ID: id})
			}
		}
	}
	for _, id := range sortedKeys(pipelinesOf(c.user)) {
		_, there := pipelinesOf(laid)[id]
		if there && pipelinesOf(c.user)[id] == nil && !gone["pipelines"][id] && !c.exact(id) {
			idle = append(idle, Removal{Kind: "pipelines", ID: id})
		}
	}
	return idle
}

// namedByUser are the ids that the lists of the user's overlay name, by kind.
func (c *compilation) namedByUser() map[component.Kind]map[string]bool {
	named := map[component.Kind]map[string]bool{}
	for _, kind := range component.Kinds() {
		named[kind] = map[string]bool{}
	}
	for _, pipeline := range pipelinesOf(c.user) {
		for _, role := range roles() {
			for _, id := range asStrings(asMap(pipeline)[string(role)]) {
				named[role][id] = true
				named[component.Connector][id] = true
			}
		}
	}
	for _, id := range asStrings(asMap(c.user["service"])["extensions"]) {
		named[component.Extension][id] = true
	}
	return named
}

// canonicalID is an id of a section in its newest name.
func (c *compilation) canonicalID(kind component.Kind, id string) string {
	return retyped(id, func(name string) string { return canonicalType(c.table, kind, name) })
}

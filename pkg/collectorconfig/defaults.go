package collectorconfig

import "github.com/helm-otlp/helm-otlp/pkg/component"

// fillDefaults lays the rows' defaults under the bodies.
func (c *compilation) fillDefaults() {
	for _, kind := range component.Kinds() {
		section := asMap(c.config[string(kind)])
		for _, id := range sortedKeys(section) {
			body, ok := section[id].(map[string]any)
			if !ok && section[id] != nil {
				continue
			}
			for _, d := range c.table.Components[kind][typeOf(id)].Defaults {
				if holds(d.When, withBody(c.facts, body)) {
					under := asMap(substitute(d.Config, c.facts))
					overlay(under, body)
					body = under
				}
			}
			if body == nil {
				body = map[string]any{}
			}
			section[id] = body
		}
		if len(section) == 0 {
			delete(c.config, string(kind))
		}
	}
}

// withBody is the facts with a component's body under `config`.
func withBody(facts map[string]any, body any) map[string]any {
	doc := make(map[string]any, len(facts)+1)
	for key, value := range facts {
		doc[key] = value
	}
	doc["config"] = body
	return doc
}

package migratevalues

import (
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// officialRoute carries an HTTPRoute over that sends all of its hosts to one port of the Service, as the chart's does.
func (c *conversion) officialRoute(s section) {
	parents, hosts, rules := s.list("parentRefs"), s.list("hostnames"), s.list("rules")
	enabled, annotations := s.flag("enabled", false), s.take("annotations")
	s.take("apiVersion") // The chart's is of v1, which each Gateway API of today serves.
	if !enabled {
		return
	}
	if at(c.root.Any(), "service", "enabled") == false && at(c.root.Any(), "ingress", "enabled") != true && c.mode != daemonset {
		s.left("enabled", "there is no Service that it could send to (service.enabled: false): not carried over")

		return
	}
	if len(parents) == 0 {
		s.left("parentRefs", "it is attached to no Gateway: give httpRoute.parentRefs, with httpRoute.enabled")

		return
	}
	port, ok := c.onePort(s.at("rules"), rules)
	if !ok {
		s.left("rules", "the chart's httpRoute sends all that arrives for its hosts to one port of the Service, httpRoute.port: set it where that is enough, or bring this HTTPRoute in extraManifests")

		return
	}
	c.set(map[string]any{"enabled": true, "parentRefs": parents, "port": port}, "httpRoute")
	for key, value := range map[string]any{"hostnames": hosts, "annotations": annotations} {
		if list, is := value.([]any); !empty(value) && (!is || len(list) > 0) {
			c.set(value, "httpRoute", key)
		}
	}
}

// onePort is the Service's name of the port that a route sends all to; false for a route that does anything else.
func (c *conversion) onePort(path source.Path, rules []any) (string, bool) {
	if len(rules) != 1 {
		return "", false
	}
	rule := c.section(path.Join(source.Index(0)), rules[0])
	backends, matches, filters := rule.list("backendRefs"), rule.list("matches"), rule.list("filters")
	rule.rest()
	if len(backends) != 1 || len(filters) > 0 || len(matches) > 1 || len(matches) == 1 && !matchesAll(matches[0]) {
		return "", false
	}
	backend := c.section(rule.at("backendRefs").Join(source.Index(0)), backends[0])
	name, known := portNames()[backend.text("port")]
	other, weight := backend.text("name"), backend.take("weight")
	backend.rest()

	return name, known && other == "" && weight != 0
}

// matchesAll tells whether a match is for every path, and asks for nothing else.
func matchesAll(match any) bool {
	of := mapping(match)
	path := mapping(of["path"])
	for key, want := range map[string]any{"type": "PathPrefix", "value": "/"} {
		if value := path[key]; value != nil && value != want {
			return false
		}
	}

	return of != nil && (len(of) == 0 || len(of) == 1 && path != nil)
}

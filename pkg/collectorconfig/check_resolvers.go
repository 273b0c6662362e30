package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// allResolversCount is the first version of load_balancing seen that counts all of its resolvers; before, it refused but static
// beside dns.
const allResolversCount = "0.100.0"

// checkResolvers reports exporters that balance over what several resolvers find: they take one. That one lacks is in the
// catalogue.
func (c *checker) checkResolvers(doc *Document, d Definition, canonical string) {
	if d.Kind != component.Exporter || canonical != "load_balancing" || d.Body == nil {
		return
	}
	resolvers := d.Body.Get("resolver")
	if !isOn(resolvers) {
		return
	}
	kinds := []string{"static", "dns", "k8s", "aws_cloud_map"}
	if c.version != "" && c.before(allResolversCount) {
		kinds = kinds[:2]
	}
	var found []string
	for _, kind := range kinds {
		if isOn(resolvers.Get(kind)) {
			found = append(found, kind)
		}
	}
	if len(found) < 2 {
		return
	}
	c.subject(doc, d).refuse(whenMade, source.Keys("resolver"), resolvers, Problem{Code: CodeConflictingKeys, Hint: "leave one of them out",
		Message: " has " + strings.Join(found, " and ") + ", which exclude one another"})
}

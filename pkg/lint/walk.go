package lint

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Scalars visits every scalar of the merged config, in the order of its sources. What a
// later source replaces is visited there alone.
func (c *Config) Scalars(visit func(path []any, text string)) {
	for _, s := range c.sources {
		s.root.node.Scalars(func(path source.Path, scalar *source.Node) {
			if steps := fromPath(path); c.At(steps...).Text() == scalar.Value {
				visit(steps, scalar.Value)
			}
		})
	}
}

// PathOf is where the config names a folder, or files in it; the whole config where it
// does not.
func (c *Config) PathOf(folder string) []any {
	var found []any
	c.Scalars(func(path []any, text string) {
		below, inside := strings.CutPrefix(text, strings.TrimSuffix(folder, "/"))
		if found == nil && inside && (below == "" || below[0] == '/') {
			found = path
		}
	})
	return found
}

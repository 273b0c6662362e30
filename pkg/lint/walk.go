package lint

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// scalar is a text of the config and the steps that lead to it.
type scalar struct {
	path []any
	text string
}

// Scalars visits every scalar of the merged config, in the order of its sources. What a
// later source replaces is visited there alone. A path is not to be changed.
func (c *Config) Scalars(visit func(path []any, text string)) {
	c.once.Do(c.findScalars)
	for _, s := range c.scalars {
		visit(s.path, s.text)
	}
}

func (c *Config) findScalars() {
	for _, s := range c.sources {
		s.root.node.Scalars(func(path source.Path, node *source.Node) {
			if steps := fromPath(path); len(c.sources) == 1 || c.At(steps...).Text() == node.Value {
				c.scalars = append(c.scalars, scalar{path: steps, text: node.Value})
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

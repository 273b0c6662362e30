package lint

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Scalars visits every scalar of the merged config, in the order of its sources. What a
// later source replaces is visited there alone.
func (c *Config) Scalars(visit func(path []any, text string)) {
	for _, s := range c.sources {
		scalars(s.root.node, nil, func(path []any, node *source.Node) {
			if field := c.At(path...); field.Text() == node.Value {
				visit(path, node.Value)
			}
		})
	}
}

func scalars(node *source.Node, path []any, visit func([]any, *source.Node)) {
	for _, pair := range node.Pairs {
		scalars(pair.Value, append(path[:len(path):len(path)], pair.Key.Value), visit)
	}
	for i, item := range node.Items {
		scalars(item, append(path[:len(path):len(path)], i), visit)
	}
	if node.Kind == source.Scalar {
		visit(path, node)
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

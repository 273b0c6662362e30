package lint

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// inline reads a config that stands in an argument, as after yaml:. It is false for what is
// written for the collector's own reader alone.
func inline(c *Collector, text string, at Field) (configSource, bool) {
	// A variable that the kubelet knows and the input does not is the collector's too.
	text = kubeletReference.ReplaceAllStringFunc(text, func(token string) string {
		if token == "$$" {
			return token
		}
		return "${env:" + token[len("$("):len(token)-1] + "}"
	})
	documents, err := source.Parse(at.Position().File, []byte(text))
	if err != nil || len(documents) != 1 || documents[0].Root.Kind != source.Mapping {
		return configSource{}, false
	}
	root := rooted(nested(documents[0].Root))
	root.within = &at
	return configSource{root: root, object: c.Object}, true
}

// nested is a node in which a key a::b is a map in a map, save inside of lists, as the
// collector reads it.
func nested(node *source.Node) *source.Node {
	fresh := node.WithoutPairs()
	for _, pair := range node.Pairs {
		put(fresh, pair.Key, pair.Key.Value, nested(pair.Value))
	}
	return fresh
}

// put adds a value to a map, at the path a::b that its key is.
func put(into, key *source.Node, path string, value *source.Node) {
	name, rest, deeper := strings.Cut(path, "::")
	if deeper {
		below := into.WithoutPairs()
		put(below, key, rest, value)
		value = below
	}
	old := into.Get(name)
	switch {
	case old == nil:
		first := *key
		first.Value = name
		into.Pairs = append(into.Pairs, source.Pair{Key: &first, Value: value})
	case old.Kind == source.Mapping && value.Kind == source.Mapping:
		for _, pair := range value.Pairs {
			put(old, pair.Key, pair.Key.Value, pair.Value)
		}
	default:
		*old = *value
	}
}

package render

import (
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// A wanted is a key of a chart's values that is searched for.
type wanted struct {
	// places are the paths where the same value may stand, strongest first.
	places [][]string
	// prefix is how many elements at the start of each path only name the subchart.
	prefix int
}

// locate finds where a user must edit to change the value of one of the keys, the most
// telling first. It prefers, in this order,
//   - the strongest argument or -f file that sets one of the keys,
//   - the last -f file, then the last argument, that sets the nearest ancestor of the first key,
//   - the chart's default of one of the keys, or of the nearest ancestor of the first.
//
// What a parent chart's values.yaml says of a subchart counts as the first -f file.
func (s *Stack) locate(defaults layer, keys []wanted) (source.Position, bool) {
	if len(keys) == 0 {
		return source.Position{}, false
	}
	layers := s.layers
	if keys[0].prefix > 0 {
		layers = append([]layer{defaults}, layers...)
	}
	for _, key := range keys {
		for i := len(layers) - 1; i >= 0; i-- {
			if at, ok := layers[i].exact(key); ok {
				return at, true
			}
		}
	}
	files, arguments := split(layers)
	for _, layers := range [][]layer{files, arguments} {
		if at, ok := nearest(layers, keys[0]); ok {
			return at, true
		}
	}
	for _, key := range keys {
		if at, ok := defaults.exact(key); ok {
			return at, true
		}
	}
	if at, ok := nearest([]layer{defaults}, keys[0]); ok {
		return at, true
	}

	return subchart(append([]layer{defaults}, files...), keys[0])
}

// split parts the files from the arguments.
func split(layers []layer) (files, arguments []layer) {
	for _, l := range layers {
		if l.root != nil {
			files = append(files, l)
		} else {
			arguments = append(arguments, l)
		}
	}

	return files, arguments
}

// exact is where the layer sets the key itself.
func (l layer) exact(key wanted) (source.Position, bool) {
	for _, path := range key.places {
		if at, depth := l.find(path); depth == len(path) {
			return at, true
		}
	}

	return source.Position{}, false
}

// nearest is where the longest part of one of the places stands; of equals, the last layer's.
func nearest(layers []layer, key wanted) (source.Position, bool) {
	var best source.Position
	rest := -1 // how many elements of the path are missing
	for i := len(layers) - 1; i >= 0; i-- {
		for _, path := range key.places {
			at, depth := layers[i].find(path)
			if depth > shallow(path, key.prefix) && (rest < 0 || len(path)-depth < rest) {
				best, rest = at, len(path)-depth
			}
		}
	}

	return best, rest >= 0
}

// shallow is the depth at which a path says nothing of its value yet: the name of the
// subchart, `modes` and `modes.gateway`.
func shallow(path []string, prefix int) int {
	if len(path) > prefix && path[prefix] == "modes" {
		return prefix + 2
	}

	return prefix
}

// subchart is where the subchart is named, as the place to add a key to.
func subchart(layers []layer, key wanted) (source.Position, bool) {
	if key.prefix == 0 {
		return source.Position{}, false
	}
	for i := len(layers) - 1; i >= 0; i-- {
		if at, depth := layers[i].find(key.places[0][:key.prefix]); depth == key.prefix {
			return at, true
		}
	}

	return source.Position{}, false
}

// find walks the path as far as the layer has it, and says how far that was.
func (l layer) find(path []string) (source.Position, int) {
	if l.root == nil {
		return l.findKey(path)
	}
	if len(l.root.Content) == 0 {
		return source.Position{}, 0
	}
	at, depth := findNode(l.root.Content[0], path)
	if depth == 0 {
		return source.Position{}, 0
	}

	return source.Position{File: l.file, Line: at.Line, Column: at.Column}, depth
}

// findKey looks among the keys of an argument: a key that is the path, is below it, or is
// the longest part of it.
func (l layer) findKey(path []string) (source.Position, int) {
	column, depth := 0, 0
	for _, key := range l.keys {
		n := 0
		for n < len(key.path) && n < len(path) && key.path[n] == path[n] {
			n++
		}
		if n > depth {
			column, depth = key.column, n
		}
	}

	return source.Position{File: l.file, Line: l.line, Column: column}, depth
}

// findNode walks down maps and lists. The position is the key's, or the list's element's.
func findNode(node *yaml.Node, path []string) (*yaml.Node, int) {
	at, depth := node, 0
	for depth < len(path) {
		for node.Kind == yaml.AliasNode {
			node = node.Alias
		}
		key, value, taken := child(node, path[depth:])
		if value == nil {
			break
		}
		at, node = key, value
		depth += taken
	}

	return at, depth
}

// child is the node at a key or index, with the node that its position is taken from, and
// how many elements of the path it took: a key may have dots of its own.
func child(node *yaml.Node, path []string) (key, value *yaml.Node, taken int) {
	switch node.Kind {
	case yaml.MappingNode:
		for taken = len(path); taken > 0; taken-- {
			name := strings.Join(path[:taken], ".")
			// Of a key that stands there twice, Helm takes the last.
			for i := len(node.Content) - 2; i >= 0; i -= 2 {
				if node.Content[i].Value == name {
					return node.Content[i], node.Content[i+1], taken
				}
			}
		}
	case yaml.SequenceNode:
		if i, ok := index(path[0]); ok && i < len(node.Content) {
			return node.Content[i], node.Content[i], 1
		}
	default: // Nothing stands below a scalar.
	}

	return nil, nil, 0
}

func index(name string) (int, bool) {
	if name == "" || len(name) > 6 {
		return 0, false
	}
	n := 0
	for _, c := range name {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}

	return n, true
}

// splitPath splits "a.b[0].c" and "a.0.c" into their elements. A dot that belongs to a key
// may be written `\.`, as in --set.
func splitPath(path string) []string {
	var elements []string
	var element strings.Builder
	flush := func() {
		if element.Len() > 0 {
			elements = append(elements, element.String())
			element.Reset()
		}
	}
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c == '\\' && i+1 < len(path):
			i++
			element.WriteByte(path[i])
		case c == '.', c == '[', c == ']':
			flush()
		default:
			element.WriteByte(c)
		}
	}
	flush()

	return elements
}

// argumentKeys lists the keys of an argument of the --set family, with their columns
// (from 1, in characters). Lists in braces and JSON are values and have no keys here.
func argumentKeys(arg string) []argumentKey {
	var keys []argumentKey
	text := []rune(arg)
	start, depth, inKey, quoted := 0, 0, true, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\':
			i++
		case c == '"' && !inKey:
			quoted = !quoted
		case quoted:
		case c == '=' && inKey:
			keys = append(keys, argumentKey{path: splitPath(string(text[start:i])), column: start + 1})
			inKey = false
		case c == ',' && !inKey && depth <= 0:
			start, depth, inKey = i+1, 0, true
		case !inKey:
			depth += nesting(c)
		}
	}

	return keys
}

// nesting is by how much a character of a value changes how deep in brackets the next one is.
func nesting(c rune) int {
	switch c {
	case '{', '[':
		return 1
	case '}', ']':
		return -1
	default:
		return 0
	}
}

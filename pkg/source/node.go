package source

import (
	"strconv"

	"gopkg.in/yaml.v3"
)

// Kind is the shape of a node.
type Kind int8

// The kinds.
const (
	Scalar Kind = iota + 1
	Mapping
	Sequence
)

// String names the kind as YAML does.
func (k Kind) String() string {
	switch k {
	case Scalar:
		return "scalar"
	case Mapping:
		return "mapping"
	case Sequence:
		return "sequence"
	}
	return "nothing"
}

// Style is how a scalar is written.
type Style int8

// The styles.
const (
	Plain Style = iota
	Quoted
	Literal // after |
	Folded  // after >
)

// Node is one value. An alias is a node of its own, with the alias's position and the
// content of what it names, and merge keys (<<) are resolved, so a walk over Pairs and
// Items meets neither and always ends. Nodes must not be changed.
type Node struct {
	Kind  Kind
	Style Style
	// Tag is the short tag, such as !!str, !!int or !!null.
	Tag string
	// Value is a scalar's text, without quotes and folding.
	Value string
	// Pairs of a mapping in the order of the file; keys are scalars, each there once.
	Pairs []Pair
	// Items of a sequence.
	Items []*Node

	text         *text
	line, column int32 // line from 0 in text, column from 1
	anchor       *Node // what an alias names
	// places are the keys of a large mapping, with their places in Pairs.
	places map[string]int32
}

// Pair is a key of a mapping and its value.
type Pair struct {
	Key, Value *Node
}

// Position is where the node begins.
func (n *Node) Position() Position { return n.text.position(int(n.line), int(n.column)) }

// IsNull reports whether the node is null, written or left empty.
func (n *Node) IsNull() bool { return n.Kind == Scalar && n.Tag == "!!null" }

// Get gives the value of a mapping's key, or nil.
func (n *Node) Get(key string) *Node {
	if pair := n.pair(key); pair != nil {
		return pair.Value
	}
	return nil
}

// manyPairs are those of a mapping that is asked by an index. Most mappings are small, and need none.
const manyPairs = 32

// WithoutPairs is a copy of a mapping that has no pairs, to which others may be added.
func (n *Node) WithoutPairs() *Node {
	fresh := *n
	fresh.Pairs, fresh.places = nil, nil
	return &fresh
}

func (n *Node) indexPairs() {
	if len(n.Pairs) < manyPairs {
		return
	}
	n.places = make(map[string]int32, len(n.Pairs))
	for i := range n.Pairs {
		n.places[n.Pairs[i].Key.Value] = int32(i)
	}
}

func (n *Node) pair(key string) *Pair {
	if n.places != nil {
		if i, ok := n.places[key]; ok {
			return &n.Pairs[i]
		}
		return nil
	}
	for i := range n.Pairs {
		if n.Pairs[i].Key.Value == key {
			return &n.Pairs[i]
		}
	}
	return nil
}

// Lookup gives the value at the path below the node, or nil. A key of digits is taken
// as an index where a sequence stands.
func (n *Node) Lookup(path Path) *Node {
	for _, step := range path {
		var ok bool
		if n, _, ok = n.step(step); !ok {
			return nil
		}
	}
	return n
}

// PositionOf is Document.Position for a path below the node.
func (n *Node) PositionOf(path Path) Position {
	position := n.Position()
	for _, step := range path {
		next, at, ok := n.step(step)
		if !ok {
			break
		}
		n, position = next, at
	}
	return position
}

// Scalars visits every scalar at and below the node in the order of the file; an alias's
// are visited where it stands. The path leads there from the node, and holds until visit
// returns.
func (n *Node) Scalars(visit func(path Path, scalar *Node)) { n.scalars(make(Path, 0, 16), visit) }

func (n *Node) scalars(path Path, visit func(Path, *Node)) {
	for _, pair := range n.Pairs {
		pair.Value.scalars(append(path, Key(pair.Key.Value)), visit)
	}
	for i, item := range n.Items {
		item.scalars(append(path, Index(i)), visit)
	}
	if n.Kind == Scalar {
		visit(path, n)
	}
}

func (n *Node) step(step Step) (*Node, Position, bool) {
	switch n.Kind {
	case Mapping:
		key := step.key
		if step.isIndex {
			key = strconv.Itoa(step.index)
		}
		if pair := n.pair(key); pair != nil {
			return pair.Value, pair.Key.Position(), true
		}
	case Sequence:
		index := step.index
		if !step.isIndex {
			parsed, err := strconv.Atoi(step.key)
			if err != nil {
				return nil, Position{}, false
			}
			index = parsed
		}
		if index >= 0 && index < len(n.Items) {
			return n.Items[index], n.Items[index].Position(), true
		}
	default: // Nothing stands below a scalar.
	}
	return nil, Position{}, false
}

// Any gives the value in Go's plain types, as the collector reads YAML: nil, bool, int,
// int64, uint64, float64, string, []any and map[string]any. `yes` is a string and a
// date too.
func (n *Node) Any() any {
	switch n.Kind {
	case Mapping:
		m := make(map[string]any, len(n.Pairs))
		for _, pair := range n.Pairs {
			m[pair.Key.Value] = pair.Value.Any()
		}
		return m
	case Sequence:
		items := make([]any, len(n.Items))
		for i, item := range n.Items {
			items[i] = item.Any()
		}
		return items
	default:
		return n.scalar()
	}
}

// decimal is a whole number as nearly all are written, of which nothing else of YAML's has to be known.
func decimal(text string) (int, bool) {
	number, err := strconv.Atoi(text)

	return number, err == nil && strconv.Itoa(number) == text
}

func (n *Node) scalar() any {
	switch n.Tag {
	case "!!str", "!!timestamp":
		return n.Value
	case "!!null":
		return nil
	case "!!int":
		if number, plain := decimal(n.Value); plain {
			return number
		}
	case "!!bool":
		if n.Value == "true" || n.Value == "false" {
			return n.Value == "true"
		}
	}
	var v any
	y := yaml.Node{Kind: yaml.ScalarNode, Tag: n.Tag, Value: n.Value}
	if err := y.Decode(&v); err != nil {
		return n.Value
	}
	return v
}

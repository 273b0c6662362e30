package source

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// builder turns the YAML package's nodes into ours, within the limits.
type builder struct {
	text      *text
	firstLine int // the chunk's first line in text
	anchored  map[*yaml.Node]anchor
	shared    map[*Node]*Anchor // what aliases name, the aliases, and what merge keys took
	added     int               // values that aliases have added
	exhausted bool              // a limit was met; nothing more is expanded
	errs      Errors
}

// anchor is an anchored node and the values that it stands for.
// Its node is nil while it is being built.
type anchor struct {
	node *Node
	size int
}

// Anchor is a name that a value has, as aliases call it.
type Anchor struct {
	Name string
	// Position is where the value begins.
	Position Position
}

// build gives the node and how many values a walk over it meets.
func (b *builder) build(y *yaml.Node, depth int) (*Node, int) {
	n := b.node(y)
	if depth > MaxDepth {
		b.fail(n, fmt.Sprintf("nested deeper than %d levels", MaxDepth), "flatten the structure")
		return b.null(n), 1
	}
	if y.Kind == yaml.AliasNode {
		return b.alias(y, n)
	}
	if y.Anchor != "" {
		b.anchored[y] = anchor{}
	}
	size := 1
	switch y.Kind {
	case yaml.MappingNode:
		n.Kind = Mapping
		size += b.mapping(y, n, depth)
	case yaml.SequenceNode:
		n.Kind = Sequence
		n.Items = make([]*Node, 0, len(y.Content))
		for _, child := range y.Content {
			item, itemSize := b.build(child, depth+1)
			n.Items = append(n.Items, item)
			size += itemSize
		}
	default:
		n.Kind, n.Value, n.Style = Scalar, y.Value, styleOf(y)
	}
	if y.Anchor != "" {
		b.anchored[y] = anchor{node: n, size: size}
	}
	return n, size
}

func (b *builder) node(y *yaml.Node) *Node {
	return &Node{
		Tag:    y.ShortTag(),
		text:   b.text,
		line:   int32(b.firstLine + y.Line - 1), //nolint:gosec // bounded by MaxBytes
		column: int32(y.Column),                 //nolint:gosec // bounded by MaxBytes
	}
}

func styleOf(y *yaml.Node) Style {
	switch {
	case y.Style&yaml.LiteralStyle != 0:
		return Literal
	case y.Style&yaml.FoldedStyle != 0:
		return Folded
	case y.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return Quoted
	}
	return Plain
}

// null makes n a null in place of what could not be built.
func (b *builder) null(n *Node) *Node {
	n.Kind, n.Tag = Scalar, "!!null"
	return n
}

func (b *builder) alias(y *yaml.Node, n *Node) (*Node, int) {
	target := b.anchored[y.Alias]
	if target.node == nil {
		b.fail(n, fmt.Sprintf("the alias *%s stands inside the value that it names", y.Value),
			"write the value out")
		return b.null(n), 1
	}
	if b.added += target.size; b.added > MaxAliasValues {
		if !b.exhausted {
			b.exhausted = true
			b.fail(n, fmt.Sprintf("aliases expand to more than %d values", MaxAliasValues),
				"write the values out, or use fewer aliases of aliases")
		}
		return b.null(n), 1
	}
	position := *n
	*n = *target.node
	n.line, n.column, n.text = position.line, position.column, position.text
	n.anchor = target.node
	if b.shared[target.node] == nil {
		b.shared[target.node] = &Anchor{Name: y.Value, Position: target.node.Position()}
	}
	b.shared[n] = b.shared[target.node]
	return n, target.size
}

func (b *builder) mapping(y *yaml.Node, n *Node, depth int) (size int) {
	n.Pairs = make([]Pair, 0, len(y.Content)/2)
	seen := make(map[string]*Node, len(y.Content)/2)
	var merges []*Node
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, keySize := b.build(y.Content[i], depth+1)
		value, valueSize := b.build(y.Content[i+1], depth+1)
		switch first := seen[key.Value]; {
		case key.Kind != Scalar:
			b.fail(key, "a "+key.Kind.String()+" stands where a key is wanted", "quote the key")
			continue
		case first != nil:
			at := first.Position()
			b.fail(key, fmt.Sprintf("duplicate key %q, first on line %d", key.Value, at.Line),
				"keep one of the two, or merge what stands below them")
			b.errs[len(b.errs)-1].Duplicate = true
			continue
		}
		seen[key.Value] = key
		size += keySize + valueSize
		if key.Tag == "!!merge" {
			merges = append(merges, value)
		} else {
			n.Pairs = append(n.Pairs, Pair{Key: key, Value: value})
		}
	}
	for _, merge := range merges {
		size += b.merge(n, merge, seen)
	}
	n.indexPairs()
	return size
}

// merge adds the pairs of what `<<` names whose keys the mapping has not.
func (b *builder) merge(n, from *Node, seen map[string]*Node) (size int) {
	sources := []*Node{from}
	if from.Kind == Sequence {
		sources = from.Items
	}
	for _, source := range sources {
		if source.Kind != Mapping {
			b.fail(source, "a "+source.Kind.String()+" stands where `<<` wants a mapping or a list of them",
				"name an anchored mapping")
			continue
		}
		for _, pair := range source.Pairs {
			if seen[pair.Key.Value] == nil {
				seen[pair.Key.Value] = pair.Key
				n.Pairs = append(n.Pairs, pair)
				if anchor := b.shared[source]; anchor != nil {
					b.shared[pair.Value] = anchor
				}
			}
		}
	}
	return size
}

func (b *builder) fail(n *Node, message, hint string) {
	b.errs = append(b.errs, &Error{Position: n.Position(), Message: message, Hint: hint})
}

package secret

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// AddYAML learns the secret values of a file: those of secrets' keys, of headers, of variables
// with a secret's name and of Secrets, in YAML that stands inside a scalar too. Of what is no
// YAML it learns line by line.
func (m *Mask) AddYAML(data []byte) { m.AddFile(&source.File{Data: data}) }

// AddFile is AddYAML for a file that somebody else reads too.
func (m *Mask) AddFile(file *source.File) {
	if !promising(file.Data) {
		return
	}
	documents, err := file.Documents()
	if err != nil {
		for line := range strings.Lines(string(file.Data)) {
			m.AddLine(line)
		}
	}
	for _, document := range documents {
		m.addNode(document.Root, 0)
	}
}

// AddValues learns the secret values of values that are merged already.
func (m *Mask) AddValues(values map[string]any) { m.addValue(values, false) }

func (m *Mask) addValue(value any, hidden bool) {
	switch value := value.(type) {
	case map[string]any:
		for key, below := range value {
			_, more := below.(map[string]any)
			m.addValue(below, hidden || headers(key) || Key(key) && !more)
		}
	case []any:
		for _, item := range value {
			m.addValue(item, hidden)
		}
	case string:
		if hidden {
			m.add(value)
		}
	}
}

// AddLine learns the secret values of a line or an argument: `key=value`, `key: value`.
func (m *Mask) AddLine(line string) {
	for _, pair := range pairs(line) {
		value := strings.Trim(line[pair.start:pair.end], `"'`)
		m.add(value)
		m.add(strings.TrimLeft(value, "*&!")) // An alias, an anchor or a tag by mistake.
	}
	for _, found := range userinfo.FindAllStringSubmatch(line, -1) {
		m.addUserinfo(found[2])
	}
}

// AddArgument is AddLine for an argument of --set, where what follows a comma in a secret is
// part of it by the user's mistake.
func (m *Mask) AddArgument(arg string) {
	m.AddLine(arg)
	// JSON is YAML, with a key before it or alone.
	if start := strings.IndexAny(arg, "{["); start >= 0 {
		m.AddYAML([]byte(arg[start:]))
	}
	inside := false
	for part := range strings.SplitSeq(arg, ",") {
		name, value, sets := strings.Cut(part, "=")
		switch {
		case sets:
			header := slices.ContainsFunc(strings.Split(name, "."), headers)
			if header {
				m.add(value)
			}
			inside = header || Key(lastOf.FindString(name))
		case inside:
			m.add(part)
		}
	}
}

func (m *Mask) addUserinfo(text string) {
	if _, password, found := strings.Cut(text, ":"); found {
		m.add(password)
	}
}

// nested is how deep in scalars YAML is looked for.
const nested = 3

func (m *Mask) addNode(node *source.Node, depth int) {
	switch node.Kind {
	case source.Mapping:
		m.addMapping(node, depth)
	case source.Sequence:
		for _, item := range node.Items {
			m.addNode(item, depth)
		}
	default:
		m.addText(node, depth)
	}
}

func (m *Mask) addMapping(node *source.Node, depth int) {
	if isSecret(node) {
		m.addAll(node.Get("data"))
		m.addAll(node.Get("stringData"))
	}
	if name, value := nameOf(node), node.Get("value"); name != nil && value != nil && Key(name.Value) {
		m.addAll(value)
	}
	for _, pair := range node.Pairs {
		switch {
		case headers(pair.Key.Value), Key(pair.Key.Value) && pair.Value.Kind != source.Mapping:
			m.addAll(pair.Value)
		}
		m.addNode(pair.Value, depth)
	}
}

func isSecret(node *source.Node) bool {
	kind := node.Get("kind")

	return kind != nil && kind.Value == "Secret" && node.Get("apiVersion") != nil
}

// nameOf is what names an entry of a list: a variable's or a header's name.
func nameOf(node *source.Node) *source.Node {
	for _, key := range []string{"name", "key"} {
		if name := node.Get(key); name != nil && name.Kind == source.Scalar {
			return name
		}
	}

	return nil
}

// addAll learns every value; of a list of named ones, what they name.
func (m *Mask) addAll(node *source.Node) {
	switch {
	case node == nil:
	case node.Kind == source.Scalar:
		m.add(node.Value)
		if _, credentials, found := strings.Cut(node.Value, " "); found {
			m.add(credentials) // Bearer …
		}
	case node.Kind == source.Sequence:
		for _, item := range node.Items {
			m.addAll(item)
		}
	case nameOf(node) != nil:
		m.addAll(node.Get("value"))
	default:
		for _, pair := range node.Pairs {
			m.addAll(pair.Value)
		}
	}
}

// addText learns what stands inside a scalar: YAML, arguments, URLs.
func (m *Mask) addText(node *source.Node, depth int) {
	text := node.Value
	if !promising(text) {
		return
	}
	if depth < nested && strings.ContainsAny(text, ":\n") {
		documents, err := source.Parse("", []byte(text))
		for _, document := range documents {
			if document.Root.Kind != source.Scalar {
				m.addNode(document.Root, depth+1)
			}
		}
		if err == nil && strings.Contains(text, "\n") {
			return
		}
	}
	for line := range strings.Lines(text) {
		m.AddLine(line)
	}
}

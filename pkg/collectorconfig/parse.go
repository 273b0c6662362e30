package collectorconfig

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Document is a collector config that knows where everything stands. It holds what could
// be read, in the order of the file, also where there were problems.
type Document struct {
	// File is the name that positions carry.
	File string
	// Root is the config's node; nil when nothing could be read.
	Root *source.Node
	// Components are all that the config defines.
	Components []Definition
	// Pipelines of service.pipelines.
	Pipelines []PipelineDefinition
	// Extensions that service.extensions enables.
	Extensions []Reference

	// opaque sections come out of a `${file:...}` or the like: what they define, or (for
	// a list) name, is not known.
	opaque map[string]bool
}

// Definition is a component where it is defined.
type Definition struct {
	Kind component.Kind
	// ID is type[/name], without the spaces that the collector ignores.
	ID string
	// Path leads to the body; Position is that of the id.
	Path     source.Path
	Position source.Position
	Body     *source.Node
}

// Type is the component's type, the part of the id before the slash.
func (d Definition) Type() string { return typeOf(d.ID) }

// PipelineDefinition is a pipeline where it is defined.
type PipelineDefinition struct {
	ID                               string
	Path                             source.Path
	Position                         source.Position
	Receivers, Processors, Exporters []Reference
}

// Signal is the part of the id before the slash, such as traces.
func (p PipelineDefinition) Signal() string { return typeOf(p.ID) }

// references are those to components of a kind; none to extensions and connectors, which stand among the others.
func (p PipelineDefinition) references(kind component.Kind) []Reference {
	return map[component.Kind][]Reference{
		component.Receiver: p.Receivers, component.Processor: p.Processors, component.Exporter: p.Exporters,
	}[kind]
}

// Reference is an id where a list names it.
type Reference struct {
	ID       string
	Path     source.Path
	Position source.Position
}

// Defined finds a component; false when the config does not define it.
func (d *Document) Defined(kind component.Kind, id string) (Definition, bool) {
	for _, definition := range d.Components {
		if definition.Kind == kind && definition.ID == id {
			return definition, true
		}
	}
	return Definition{}, false
}

// Config is the config in plain values, as Compile and Derive take it; never nil.
func (d *Document) Config() map[string]any {
	if d.Root == nil {
		return map[string]any{}
	}
	if config, ok := d.Root.Any().(map[string]any); ok {
		return config
	}
	return map[string]any{}
}

// Parse reads a collector config and reports every problem at once, sorted by position:
// what is not YAML, ids and references that are wrong, connectors misused, `${env:}`
// written wrong. The document is never nil and holds what could be read. What an image
// makes of the config is Check's to say.
func Parse(file string, data []byte) (*Document, []Problem) {
	documents, err := source.Parse(file, data)
	unread := fromSource(err)
	if len(documents) == 0 {
		if len(unread) == 0 {
			unread = []Problem{{Code: CodeInvalidConfig, Message: "the config is empty",
				Position: source.Position{File: file}, Hint: "a collector needs a receiver, an exporter and a pipeline"}}
		}
		return &Document{File: file}, sorted(unread)
	}
	doc, problems := ParseNode(documents[0].Root)
	doc.File = file
	if len(documents) > 1 {
		problems = append(problems, Problem{Code: CodeInvalidConfig, Message: "the collector reads the first document alone",
			Position: documents[1].Root.Position(), Hint: "put each config into a file of its own"})
	}
	return doc, sorted(append(problems, duplicates(doc, unread)...))
}

// ParseNode is Parse for a config that stands inside another document, as in the spec of
// an OpenTelemetryCollector or, by source.Node.Embedded, in a ConfigMap.
func ParseNode(root *source.Node) (*Document, []Problem) {
	r := newReader(root)
	r.read()
	r.checkReferences()
	r.checkExtensionReferences()
	r.checkUnused()
	r.checkSignals()
	r.checkConnectors()
	r.checkRoutes()
	r.checkExpansions()
	return r.doc, sorted(r.problems)
}

// duplicates gives the duplicate keys among source's errors that are ids their own code.
func duplicates(doc *Document, unread []Problem) []Problem {
	ids := map[string]Definition{}
	for _, d := range doc.Components {
		ids[fmt.Sprintf("duplicate key %q, first on line %d", d.ID, d.Position.Line)] = d
	}
	for i, p := range unread {
		if d, is := ids[p.Message]; is {
			unread[i].Code, unread[i].Path = CodeDuplicate, d.Path.String()
		}
	}
	return unread
}

// reader is the state of one ParseNode.
type reader struct {
	table               component.Table
	extensionReferences []component.ExtensionReference
	doc                 *Document
	problems            []Problem
	// defined finds components by kind and id.
	defined map[component.Kind]map[string]Definition
	// ids lists them by kind, in the order of the file.
	ids map[component.Kind][]string
}

func newReader(root *source.Node) *reader {
	return &reader{
		table: component.All(), extensionReferences: component.ExtensionReferences(),
		doc:     &Document{File: root.Position().File, Root: root, opaque: map[string]bool{}},
		defined: map[component.Kind]map[string]Definition{},
		ids:     map[component.Kind][]string{},
	}
}

func (r *reader) report(code string, path source.Path, at source.Position, hint, format string, args ...any) {
	r.problems = append(r.problems, Problem{Code: code, Message: fmt.Sprintf(format, args...),
		Path: path.String(), Position: at, Hint: hint})
}

// nameAt is a key below a path as a name that stands there.
func nameAt(key *source.Node, path source.Path) Reference {
	return Reference{ID: key.Value, Path: path.Join(source.Key(key.Value)), Position: key.Position()}
}

// misnamed reports a name that may be meant for one of the candidates; the hint is for where none is like it.
func (r *reader) misnamed(code string, ref Reference, candidates []string, hint, format string, args ...any) {
	meant := ""
	// Of so many problems nobody reads on.
	if len(r.problems) < mostHinted {
		meant = nearest(ref.ID, candidates)
	}
	if meant != "" {
		hint = didYouMean(meant)
	}
	r.report(code, ref.Path, ref.Position, hint, format, args...)
	problem := &r.problems[len(r.problems)-1]
	if code == CodeUndefined {
		problem.TextInstead = meant
	} else {
		problem.KeyInstead = meant
	}
}

// read reads the sections.
func (r *reader) read() {
	root := r.doc.Root
	if root.Kind != source.Mapping {
		r.report(CodeInvalidConfig, nil, root.Position(), "start with receivers:, exporters: and service:",
			"a collector config is a mapping, and this is a %s", root.Kind)
		return
	}
	sections := []string{"service"}
	for _, kind := range component.Kinds() {
		sections = append(sections, string(kind))
		if section := root.Get(string(kind)); section != nil {
			r.readSection(kind, section)
		}
	}
	for _, pair := range root.Pairs {
		if !contains(sections, pair.Key.Value) {
			r.misnamed(CodeUnknownSection, nameAt(pair.Key, nil), sections, "",
				"a collector config has no section %q", pair.Key.Value)
		}
	}
	service := root.Get("service")
	if service == nil {
		r.report(CodeMissingService, nil, root.Position(), "add service.pipelines",
			"the config has no service section, so nothing in it runs")
		return
	}
	r.readService(service)
}

// mapping tells whether a node is a mapping; null is an empty one, and reports others.
func (r *reader) mapping(node *source.Node, path source.Path, what string) bool {
	switch {
	case node.Kind == source.Mapping:
		return true
	case node.IsNull():
		return false
	case expands(node):
		r.doc.opaque[path.String()] = true
		return false
	}
	r.report(CodeInvalidConfig, path, node.Position(), "", "%s is a mapping, and this is a %s", what, node.Kind)
	return false
}

// expands tells whether a scalar comes out of `${...}`, so that it can be anything.
func expands(node *source.Node) bool {
	return node.Kind == source.Scalar && strings.Contains(node.Value, "${")
}

func (r *reader) readSection(kind component.Kind, section *source.Node) {
	r.defined[kind] = map[string]Definition{}
	if !r.mapping(section, source.Keys(string(kind)), string(kind)) {
		return
	}
	for _, pair := range section.Pairs {
		path := source.Keys(string(kind), pair.Key.Value)
		id := TrimID(pair.Key.Value)
		if reason := badID(id); reason != "" {
			r.report(CodeInvalidID, path, pair.Key.Position(), "an id is type or type/name, such as otlp or otlp/2",
				"%q is no id of a component: %s", pair.Key.Value, reason)
			continue
		}
		if first, twice := r.defined[kind][id]; twice {
			r.report(CodeDuplicate, path, pair.Key.Position(), "the collector ignores the spaces: rename or remove one",
				"%s %s is defined twice, first on line %d", theOne(kind), id, first.Position.Line)
			continue
		}
		r.mapping(pair.Value, path, fmt.Sprintf("the body of %s %s", theOne(kind), id))
		definition := Definition{Kind: kind, ID: id, Path: path, Position: pair.Key.Position(), Body: pair.Value}
		r.defined[kind][id] = definition
		r.ids[kind] = append(r.ids[kind], id)
		r.doc.Components = append(r.doc.Components, definition)
	}
}

// TrimID leaves out the spaces around an id's parts, as the collector does.
func TrimID(id string) string {
	name, rest, found := strings.Cut(id, "/")
	if !found {
		return strings.TrimSpace(id)
	}
	return strings.TrimSpace(name) + "/" + strings.TrimSpace(rest)
}

// What the collector takes for the parts of an id.
var (
	typePattern = regexp.MustCompile(`^[a-zA-Z][0-9a-zA-Z_]{0,62}$`)
	namePattern = regexp.MustCompile(`^[^\pZ\pC\pS]+$`)
)

const longestName = 1024

// badID says why the collector refuses an id; empty when it takes it.
func badID(id string) string {
	name, rest, found := strings.Cut(id, "/")
	switch {
	case name == "":
		return "the type is empty"
	case !typePattern.MatchString(name):
		return "a type is a letter and then letters, digits and underscores, at most 63"
	case found && rest == "":
		return "the name after the slash is empty"
	case len(rest) > longestName:
		return "the name is longer than 1024 characters"
	case found && !namePattern.MatchString(rest):
		return "the name has a space, a control character or a symbol in it"
	}
	return ""
}

// theOne names one component of a kind: the receiver, the exporter.
func theOne(kind component.Kind) string { return "the " + singular(kind) }

func singular(kind component.Kind) string { return strings.TrimSuffix(string(kind), "s") }

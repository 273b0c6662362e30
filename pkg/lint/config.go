package lint

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Config is the collector config that one collector reads, merged from its sources as
// the collector merges them: maps merge, a later scalar or list replaces.
type Config struct {
	// Values is the merged config in Go's plain types. It is not to be changed.
	Values map[string]any

	sources []configSource
	once    sync.Once
	scalars []scalar
}

// configSource is one of a config's sources and the object in which it stands.
type configSource struct {
	root   Field
	object *Object
	// shown is root as it is written, where a program changes the text on its way; it has
	// the positions.
	shown Field
	// laid says that it is one value, laid over the others by --set.
	laid bool
}

// At is the field at a path of the merged config. Where nothing stands there, it is in
// the source that goes furthest along the path.
func (c *Config) At(steps ...any) Field {
	best, depth := Field{}, -1
	for i := len(c.sources) - 1; i >= 0; i-- {
		field := c.sources[i].at(steps...)
		if field.Written() && !c.completes(i, steps) {
			return field
		}
		there := 0
		for there < len(steps) && c.sources[i].root.At(steps[:there+1]...).Written() {
			there++
		}
		if there > depth {
			best, depth = field, there
		}
	}
	return best
}

// completes says that what a --set has at a path only adds to a map of the sources before it.
func (c *Config) completes(set int, steps []any) bool {
	if !c.sources[set].laid || len(c.sources[set].root.At(steps...).Keys()) == 0 {
		return false
	}
	return slices.ContainsFunc(c.sources[:set], func(s configSource) bool { return len(s.root.At(steps...).Keys()) > 0 })
}

func (s configSource) at(steps ...any) Field {
	field := s.root.At(steps...)
	if s.shown.Written() {
		field.root = s.shown.root
	}
	return field
}

// ObjectOf is the object in which a field of the config stands; nil for a bare config.
func (c *Config) ObjectOf(field Field) *Object {
	for _, s := range c.sources {
		if (s.root.root == field.root || s.shown.root == field.root) && s.object != nil {
			return s.object
		}
	}
	return nil
}

// Pipelines are the ids of the pipelines, in the order of the file.
func (c *Config) Pipelines() []string {
	return c.keys("service", "pipelines")
}

// QueuesOnDisk tells whether an exporter keeps what waits to be sent in a storage extension.
func (c *Config) QueuesOnDisk(exporter string) bool {
	queue := c.At("exporters", exporter, "sending_queue")

	return queue.At("storage").Exists() && queue.At("enabled").Text() != "false"
}

// Components are the ids defined in a section, in the order of the file.
func (c *Config) Components(section string) []string { return c.keys(section) }

func (c *Config) keys(path ...any) []string {
	seen := map[string]bool{}
	var keys []string
	for _, s := range c.sources {
		for _, key := range s.root.At(path...).Keys() {
			if !seen[key] {
				seen[key] = true
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// Type is the type in a component's or pipeline's id, type[/name].
func Type(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return strings.TrimSpace(name)
}

// Problem is what collectorconfig finds wrong with a config, at its field.
type Problem struct { //nolint:errname // A finding first; it is an error only where one is embedded.
	collectorconfig.Problem
	Field Field
	// named are the places that name the component that it is about.
	named []source.Path
}

// problems is all that is wrong with the config when the image reads it.
func (c *Config) problems(image Image) ([]Problem, error) {
	root, err := c.merged()
	if err != nil {
		return nil, err
	}
	document, found := collectorconfig.ParseNode(root)
	found = append(found, collectorconfig.Check(document, image.Version, image.Distribution)...)
	problems := make([]Problem, 0, len(found))
	for _, p := range found {
		path, err := source.ParsePath(p.Path)
		if err != nil {
			return nil, fmt.Errorf("locate the problem %q: %w", p.Message, err)
		}
		problem := Problem{Problem: p, Field: c.At(fromPath(path)...)}
		if d, ok := definitionAt(document, p.Path); ok && p.KeyInstead != "" {
			problem.named = document.Named(d)
		}
		problems = append(problems, problem)
	}
	return problems, nil
}

// definitionAt is the component that is defined at a path.
func definitionAt(document *collectorconfig.Document, path string) (collectorconfig.Definition, bool) {
	i := slices.IndexFunc(document.Components, func(d collectorconfig.Definition) bool { return d.Path.String() == path })
	if i < 0 {
		return collectorconfig.Definition{}, false
	}
	return document.Components[i], true
}

// merged is the config as one document. Its positions are right for one source alone.
func (c *Config) merged() (*source.Node, error) {
	if len(c.sources) == 1 {
		return c.sources[0].root.node, nil
	}
	text, err := yaml.Marshal(c.Values)
	if err != nil {
		return nil, fmt.Errorf("merge the sources of a collector config: %w", err)
	}
	documents, err := source.Parse("", text)
	if err != nil {
		return nil, fmt.Errorf("merge the sources of a collector config: %w", err)
	}
	if len(documents) == 0 {
		return nil, errors.New("merge the sources of a collector config: they are empty")
	}
	return documents[0].Root, nil
}

// newConfig merges sources into one config.
func newConfig(sources []configSource) *Config {
	config := &Config{Values: map[string]any{}, sources: sources}
	for _, s := range sources {
		if values, ok := s.root.Value().(map[string]any); ok {
			mergeInto(config.Values, values)
		}
	}
	return config
}

func mergeInto(dst, src map[string]any) {
	for key, value := range src {
		old, oldIsMap := dst[key].(map[string]any)
		fresh, freshIsMap := value.(map[string]any)
		if oldIsMap && freshIsMap {
			mergeInto(old, fresh)
		} else {
			dst[key] = value
		}
	}
}

// looksLikeConfig tells a collector config from other YAML: it has pipelines, and
// receivers or exporters.
func (c *Config) looksLikeConfig() bool {
	return c.At("service", "pipelines").Exists() &&
		(c.At("receivers").Exists() || c.At("exporters").Exists() || c.At("connectors").Exists())
}

// embedded reads the config that stands in a field's text. It is false for empty text.
func embedded(field Field, object *Object) (configSource, bool, error) {
	documents, err := field.node.Embedded()
	if err != nil {
		return configSource{}, false, fmt.Errorf("read the collector config of %s %s: %w", object.Ref.Kind, object.Ref.Name, err)
	}
	if len(documents) == 0 {
		return configSource{}, false, nil
	}
	root := documents[0].Root
	return configSource{root: rooted(root), object: object}, true, nil
}

// rooted is a field as the root of a document of its own.
func rooted(node *source.Node) Field { return Field{root: node, node: node} }

// UsedIn are the ids that the pipelines' lists of a role name: receivers, processors or
// exporters; for "extensions", those that the service enables. Each is there once.
func (c *Config) UsedIn(role string) []string {
	lists := []Field{c.At("service", "extensions")}
	if role != "extensions" {
		lists = nil
		for _, pipeline := range c.Pipelines() {
			lists = append(lists, c.At("service", "pipelines", pipeline, role))
		}
	}
	seen := map[string]bool{}
	var ids []string
	for _, list := range lists {
		for _, id := range list.Texts() {
			if !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	return ids
}

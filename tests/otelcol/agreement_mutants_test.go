package otelcol_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// A mutant is a config with one fault, or with a change that may be one.
type mutant struct {
	class, of, change, config string
}

// A mutation changes one thing of a config, and says what; where it finds nothing to change, that is empty.
type mutation func(random *rand.Rand, config *yaml.Node) string

func mutations() map[string]mutation {
	return map[string]mutation{
		"key renamed": renameKey, "type changed": changeType, "reference broken": breakReference,
		"component dropped": drop, "enum broken": breakEnum, "pipeline reordered": reorder,
		"key removed": removeKey, "number changed": changeNumber, "endpoint broken": breakEndpoint,
	}
}

// mutantsOf makes so many of a class, all different and none like a config that it was made of.
func mutantsOf(t *testing.T, class string, samples []sample, count int) []mutant {
	t.Helper()
	random := rand.New(rand.NewPCG(uint64(len(class)), uint64(class[0])))
	var made []mutant
	seen := map[string]bool{}
	for _, s := range samples {
		seen[s.config] = true
	}
	for tries := 0; len(made) < count; tries++ {
		require.Less(t, tries, 100*count, "%s: %d of %d were made", class, len(made), count)
		of := samples[random.IntN(len(samples))]
		var document yaml.Node
		require.NoError(t, yaml.Unmarshal([]byte(of.config), &document))
		change := mutations()[class](random, document.Content[0])
		if change == "" {
			continue
		}
		text, err := yaml.Marshal(&document)
		require.NoError(t, err)
		if !seen[string(text)] {
			seen[string(text)] = true
			made = append(made, mutant{class: class, of: of.name, change: change, config: string(text)})
		}
	}

	return made
}

// A spot is a value in a component's body, with the map or list that holds it.
type spot struct {
	path   string
	holder *yaml.Node
	// at is the index in holder's content; the key, where there is one, is before it.
	at int
}

func (s spot) value() *yaml.Node { return s.holder.Content[s.at] }

// spots are the values inside of components that a mutation wants.
func spots(config *yaml.Node, wanted func(spot) bool) []spot {
	var found []spot
	var walk func(path string, node *yaml.Node)
	walk = func(path string, node *yaml.Node) {
		each(node, func(name string, at int) {
			s := spot{path: path + "." + name, holder: node, at: at}
			if wanted(s) {
				found = append(found, s)
			}
			walk(s.path, s.value())
		})
	}
	for _, section := range sections {
		components := under(config, section)
		each(components, func(id string, at int) { walk(section+"."+id, components.Content[at]) })
	}

	return found
}

var sections = []string{"receivers", "processors", "exporters", "connectors", "extensions"}

// each visits the values of a map or a list.
func each(node *yaml.Node, visit func(name string, at int)) {
	switch {
	case node == nil:
	case node.Kind == yaml.MappingNode:
		for at := 1; at < len(node.Content); at += 2 {
			visit(node.Content[at-1].Value, at)
		}
	case node.Kind == yaml.SequenceNode:
		for at := range node.Content {
			visit(strconv.Itoa(at), at)
		}
	}
}

// under is the value at the keys; nil where there is none.
func under(node *yaml.Node, keys ...string) *yaml.Node {
	for _, key := range keys {
		if node == nil || node.Kind != yaml.MappingNode {
			return nil
		}
		var found *yaml.Node
		each(node, func(name string, at int) {
			if name == key {
				found = node.Content[at]
			}
		})
		node = found
	}

	return node
}

func pick[T any](random *rand.Rand, of []T) (picked T, ok bool) {
	if len(of) == 0 {
		return picked, false
	}

	return of[random.IntN(len(of))], true
}

// renameComponent gives a component another name, wherever it is named in pipelines, which is no fault.
func renameComponent(random *rand.Rand, config *yaml.Node) string {
	section := sections[random.IntN(4)]
	components := under(config, section)
	if components == nil || len(components.Content) == 0 {
		return ""
	}
	key := components.Content[2*random.IntN(len(components.Content)/2)]
	was := key.Value
	kind, _, _ := strings.Cut(was, "/")
	key.Value = fmt.Sprintf("%s/again%d", kind, random.IntN(1000))
	for _, list := range pipelineLists(config) {
		for _, item := range list.value().Content {
			if item.Value == was {
				item.Value = key.Value
			}
		}
	}

	return section + "." + was + ": is " + key.Value
}

func renameKey(random *rand.Rand, config *yaml.Node) string {
	if random.IntN(2) == 0 {
		return renameComponent(random, config)
	}
	s, ok := pick(random, spots(config, func(s spot) bool { return s.holder.Kind == yaml.MappingNode }))
	if !ok {
		return ""
	}
	key := s.holder.Content[s.at-1]
	name := []rune(key.Value)
	switch at := random.IntN(len(name) + 1); {
	case random.IntN(3) == 0 || len(name) < 3:
		key.Value = "x_" + key.Value
	case at < len(name)-1 && name[at] != name[at+1]:
		name[at], name[at+1] = name[at+1], name[at]
		key.Value = string(name)
	default:
		key.Value += "s"
	}

	return fmt.Sprintf("%s: its key is %s", s.path, key.Value)
}

// changeType puts a value of another kind in the place of one.
func changeType(random *rand.Rand, config *yaml.Node) string {
	if random.IntN(2) == 0 {
		return changeNotation(random, config)
	}
	s, ok := pick(random, spots(config, func(s spot) bool { return s.value().Tag != "!!null" }))
	if !ok {
		return ""
	}
	others := map[yaml.Kind][]string{
		yaml.MappingNode:  {"text", "[text]", "7"},
		yaml.SequenceNode: {"{some: text}", "true"},
		yaml.ScalarNode:   {"{some: text}", "[[text]]"},
	}[s.value().Kind]
	switch s.value().Tag {
	case "!!int", "!!float", "!!bool":
		others = append(others, "some text")
	case "!!str":
		others = append(others, "12", "true")
	}
	other, ok := pick(random, others)
	if !ok {
		return ""
	}
	put(s, other)

	return s.path + ": is " + other
}

// changeNotation writes a value in another way, which is no fault.
func changeNotation(random *rand.Rand, config *yaml.Node) string {
	s, ok := pick(random, spots(config, func(spot) bool { return true }))
	if !ok {
		return ""
	}
	value := *s.value()
	switch {
	case value.Kind != yaml.ScalarNode:
		value.Style ^= yaml.FlowStyle
	case value.Tag == "!!str":
		value.Style = []yaml.Style{yaml.DoubleQuotedStyle, yaml.SingleQuotedStyle, yaml.FoldedStyle}[random.IntN(3)]
	case value.Tag == "!!int":
		value.Tag, value.Value = "!!float", value.Value+".0"
	default:
		return ""
	}
	s.holder.Content[s.at] = &value

	return s.path + ": is written in another way"
}

func put(s spot, text string) {
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		panic(err) // The texts are those above.
	}
	s.holder.Content[s.at] = document.Content[0]
}

// pipelineLists are the lists of components in pipelines, by where they are.
func pipelineLists(config *yaml.Node) []spot {
	var lists []spot
	pipelines := under(config, "service", "pipelines")
	each(pipelines, func(name string, at int) {
		pipeline := pipelines.Content[at]
		each(pipeline, func(role string, at int) {
			lists = append(lists, spot{path: "service.pipelines." + name + "." + role, holder: pipeline, at: at})
		})
	})

	return lists
}

func breakReference(random *rand.Rand, config *yaml.Node) string {
	var references []spot
	lists := pipelineLists(config)
	if service := under(config, "service"); under(service, "extensions") != nil {
		each(service, func(name string, at int) {
			if name == "extensions" {
				lists = append(lists, spot{path: "service.extensions", holder: service, at: at})
			}
		})
	}
	for _, list := range lists {
		each(list.value(), func(name string, at int) {
			references = append(references, spot{path: list.path + "." + name, holder: list.value(), at: at})
		})
	}
	references = append(references, spots(config, func(s spot) bool {
		key := s.holder.Content[max(0, s.at-1)].Value
		return s.holder.Kind == yaml.MappingNode && s.value().Kind == yaml.ScalarNode && (key == "storage" || key == "authenticator")
	})...)
	s, ok := pick(random, references)
	if !ok {
		return ""
	}
	was := s.value().Value
	changed := *s.value()
	if random.IntN(3) == 0 {
		changed.Style = yaml.DoubleQuotedStyle
		s.holder.Content[s.at] = &changed

		return s.path + ": is written in another way"
	}
	changed.Value = []string{was + "/absent", was + "x", "absent"}[random.IntN(3)]
	s.holder.Content[s.at] = &changed

	return s.path + ": is " + changed.Value
}

// drop leaves out a component, a section, a pipeline, a list of one, or one of the list.
func drop(random *rand.Rand, config *yaml.Node) string {
	var parts []spot
	for _, section := range sections {
		components := under(config, section)
		each(components, func(id string, at int) {
			parts = append(parts, spot{path: section + "." + id, holder: components, at: at})
		})
	}
	if random.IntN(4) == 0 {
		parts = nil
		each(config, func(name string, at int) { parts = append(parts, spot{path: name, holder: config, at: at}) })
		pipelines := under(config, "service", "pipelines")
		each(pipelines, func(name string, at int) {
			parts = append(parts, spot{path: "service.pipelines." + name, holder: pipelines, at: at})
		})
		for _, list := range pipelineLists(config) {
			parts = append(parts, list)
			each(list.value(), func(name string, at int) {
				parts = append(parts, spot{path: list.path + "." + name, holder: list.value(), at: at})
			})
		}
	}
	s, ok := pick(random, parts)
	if !ok {
		return ""
	}
	from := s.at
	if s.holder.Kind == yaml.MappingNode {
		from--
	}
	gone := s.path[strings.Index(s.path, ".")+1:]
	s.holder.Content = slices.Delete(s.holder.Content, from, s.at+1)
	if random.IntN(2) == 0 {
		for _, list := range pipelineLists(config) {
			list.value().Content = slices.DeleteFunc(list.value().Content, func(item *yaml.Node) bool { return item.Value == gone })
		}

		return s.path + ": is left out, in the pipelines too"
	}

	return s.path + ": is left out"
}

var word = regexp.MustCompile(`^[a-z][a-z_]*$`)

// breakEnum writes a word that nobody knows for one that may be one of a few.
func breakEnum(random *rand.Rand, config *yaml.Node) string {
	s, ok := pick(random, spots(config, func(s spot) bool {
		return s.value().Kind == yaml.ScalarNode && s.value().Tag == "!!str" && word.MatchString(s.value().Value)
	}))
	if !ok {
		return ""
	}
	s.value().Value = []string{"bogus", s.value().Value + "_x", "NONESUCH"}[random.IntN(3)]

	return s.path + ": is " + s.value().Value
}

// removeKey leaves out a key of a component's body, with what it holds.
func removeKey(random *rand.Rand, config *yaml.Node) string {
	s, ok := pick(random, spots(config, func(s spot) bool { return s.holder.Kind == yaml.MappingNode }))
	if !ok {
		return ""
	}
	s.holder.Content = slices.Delete(s.holder.Content, s.at-1, s.at+1)

	return s.path + ": is left out"
}

// changeNumber writes another number, or another time, which may be beyond what is taken.
func changeNumber(random *rand.Rand, config *yaml.Node) string {
	s, ok := pick(random, spots(config, func(s spot) bool {
		_, err := time.ParseDuration(s.value().Value)

		return s.value().Tag == "!!int" || s.value().Kind == yaml.ScalarNode && err == nil
	}))
	if !ok {
		return ""
	}
	values := []string{"-1", "0", "1", "1000000"}
	if s.value().Tag == "!!str" {
		values = []string{"-1s", "0s", "1ms", "1000h"}
	}
	number, _ := pick(random, values)
	put(s, number)

	return s.path + ": is " + number
}

// dialled is what a collector sends to. What it listens at it does not look at before it starts.
var dialled = regexp.MustCompile(`^exporters\.(otlp|otlp_grpc|otlphttp|otlp_http|prometheusremotewrite|prometheus_remote_write)(/[^.]*)?\.endpoint$|target_allocator\.endpoint$`)

// breakEndpoint writes an address in another way.
func breakEndpoint(random *rand.Rand, config *yaml.Node) string {
	s, ok := pick(random, spots(config, func(s spot) bool {
		return dialled.MatchString(s.path) && s.value().Kind == yaml.ScalarNode
	}))
	if !ok {
		return ""
	}
	address, _ := pick(random, []string{
		"backend", "backend:4317", "backend:otlp", "http://backend:4317/v1", "https://backend", "::1:4317", "dns:///backend:4317", "''", "'[::1]:4317'", "'backend:'",
		"http://backend:4317", "http://[::1]:4317", "backend.example:443", "10.0.0.1:4317", "10.0.0.1", "http://backend/a b",
	})
	put(s, address)

	return s.path + ": is " + address
}

// reorder changes the order of a pipeline's components, which ones it has twice, its signal, or which end is which.
func reorder(random *rand.Rand, config *yaml.Node) string {
	pipelines := under(config, "service", "pipelines")
	var names []spot
	each(pipelines, func(name string, at int) {
		names = append(names, spot{path: "service.pipelines." + name, holder: pipelines, at: at})
	})
	of, ok := pick(random, names)
	if !ok {
		return ""
	}
	receivers, processors, exporters := under(of.value(), "receivers"), under(of.value(), "processors"), under(of.value(), "exporters")
	switch random.IntN(4) {
	case 0:
		if processors == nil || len(processors.Content) < 2 {
			return ""
		}
		random.Shuffle(len(processors.Content), func(i, j int) {
			processors.Content[i], processors.Content[j] = processors.Content[j], processors.Content[i]
		})

		return of.path + ": its processors are in another order"
	case 1:
		if receivers == nil || exporters == nil {
			return ""
		}
		*receivers, *exporters = *exporters, *receivers

		return of.path + ": receivers and exporters have changed places"
	case 2:
		key := of.holder.Content[of.at-1]
		key.Value = []string{"traces", "metrics", "logs"}[random.IntN(3)] + "/other"

		return of.path + ": is " + key.Value
	default:
		list, ok := pick(random, []*yaml.Node{receivers, processors, exporters})
		if !ok || list == nil || len(list.Content) == 0 {
			return ""
		}
		again := *list.Content[random.IntN(len(list.Content))]
		list.Content = append(list.Content, &again)

		return of.path + ": has " + again.Value + " twice"
	}
}

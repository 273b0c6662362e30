package collectorconfig

import (
	"errors"
	"sort"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// Result is a compiled config.
type Result struct {
	// Config is what the collector reads, in the names of its version.
	Config map[string]any
	// Fallback says that a pipeline had no exporter and got the table's fallback.
	Fallback bool
}

// roles are the lists of a pipeline.
func roles() []component.Kind {
	return []component.Kind{component.Receiver, component.Processor, component.Exporter}
}

// compilation is the state of one Compile.
type compilation struct {
	table  component.Table
	input  Input
	facts  map[string]any
	user   map[string]any // the user's overlay, in canonical names
	config map[string]any
	joins  map[component.Kind][]string
	result Result
}

// Compile lays the base of the mode, the enabled presets and the user's overlay over one
// another and yields the config for the input's version. The input is not changed. An
// error names every component that the image lacks or nothing defines, and what to do.
func Compile(in Input) (*Result, error) {
	c := newCompilation(in)
	if err := c.layLayers(); err != nil {
		return nil, err
	}
	c.layUser()
	c.remove()
	c.joinUnnamed()
	c.giveFallback()
	c.joinEverywhere()
	c.sortStages()
	c.dropUnused()
	c.enableExtensions()
	c.fillDefaults()
	if err := errors.Join(append(c.missing(), c.badReferences()...)...); err != nil {
		return nil, err
	}
	c.result.Config = c.named()
	return &c.result, nil
}

func newCompilation(in Input) *compilation {
	c := &compilation{
		table: component.All(), input: in, facts: facts(in),
		config: map[string]any{}, joins: map[component.Kind][]string{},
	}
	c.user = c.canonical(asMap(clone(in.Config)))
	return c
}

// facts is the document that layers' conditions and `${chart:}` variables see.
func facts(in Input) map[string]any {
	host, node := "[${env:POD_IP}]", "${env:K8S_NODE_IP}"
	if in.Mode == "sidecar" {
		host = "localhost"
	}
	if in.IPv6 {
		node = "[${env:K8S_NODE_IP}]"
	}
	facts := map[string]any{
		"mode": in.Mode, "version": in.Version, "distribution": in.Distribution,
		"persistence": in.Persistence, "presets": in.Presets,
		"fullname": in.FullName, "namespace": in.Namespace, "host": host, "node": node,
		"single": in.Single, "tls": in.TLS, "clientCA": in.ClientCA, "auth": in.Auth,
	}
	if in.Kubernetes != "" {
		facts["kubernetes"] = in.Kubernetes
	}
	return facts
}

func (c *compilation) layLayers() error {
	var problems []error
	for _, layer := range c.table.Layers {
		if !holds(layer.When, c.facts) {
			continue
		}
		if layer.Refuse != "" {
			problems = append(problems, errors.New(layer.Refuse))
		}
		lay(c.config, asMap(substitute(layer.Config, c.facts)))
		for kind, ids := range layer.Join {
			c.joins[kind] = append(c.joins[kind], ids...)
		}
	}
	return errors.Join(problems...)
}

func (c *compilation) layUser() {
	if len(c.input.Telemetry) > 0 {
		overlay(c.config, map[string]any{"service": map[string]any{"telemetry": clone(c.input.Telemetry)}})
	}
	lay(c.config, asMap(clone(c.user)))
	pipelines := c.pipelines()
	for _, id := range sortedKeys(pipelines) {
		if c.exact(id) {
			pipelines[id] = clone(pipelinesOf(c.user)[id])
		}
		if asMap(pipelines[id]) == nil {
			pipelines[id] = map[string]any{}
		}
	}
}

// lay is overlay, but the lists of pipelines join. It may change src.
func lay(dst, src map[string]any) {
	before := pipelinesOf(dst)
	for id, pipeline := range pipelinesOf(src) {
		if pipeline == nil {
			continue
		}
		for role, list := range asMap(pipeline) {
			old, _ := asMap(before[id])[role].([]any)
			if items, ok := list.([]any); ok {
				asMap(pipeline)[role] = union(old, items...)
			}
		}
	}
	overlay(dst, src)
}

// union appends the items that are not there yet.
func union(list []any, items ...any) []any {
	joined := append([]any{}, list...)
	for _, item := range items {
		if !has(joined, item) {
			joined = append(joined, item)
		}
	}
	return joined
}

func has(list []any, item any) bool {
	for _, other := range list {
		if scalarText(other) == scalarText(item) {
			return true
		}
	}
	return false
}

// remove takes out what `without` names, from every list too.
func (c *compilation) remove() {
	without := c.canonicalWithout()
	for _, kind := range component.Kinds() {
		for id := range without[string(kind)] {
			delete(asMap(c.config[string(kind)]), id)
		}
	}
	pipelines := c.pipelines()
	for id := range without["pipelines"] {
		delete(pipelines, id)
	}
	for _, pipeline := range pipelines {
		for _, role := range roles() {
			list, ok := asMap(pipeline)[string(role)].([]any)
			if !ok {
				continue
			}
			kept := []any{}
			for _, item := range list {
				id := scalarText(item)
				connector := role != component.Processor && without[string(component.Connector)][id]
				if !without[string(role)][id] && !connector {
					kept = append(kept, item)
				}
			}
			asMap(pipeline)[string(role)] = kept
		}
	}
}

// joinUnnamed adds what the user defined and named nowhere to each pipeline without a
// name of its own whose list of that role the user did not write; an exporter only where
// no preset sends the data elsewhere.
func (c *compilation) joinUnnamed() {
	pipelines, written := c.pipelines(), pipelinesOf(c.user)
	for _, role := range roles() {
		named := map[string]bool{}
		for _, pipeline := range written {
			for _, id := range asStrings(asMap(pipeline)[string(role)]) {
				named[id] = true
			}
		}
		var open []string
		for _, id := range sortedKeys(pipelines) {
			_, wrote := asMap(written[id])[string(role)]
			taken := role == component.Exporter && len(asStrings(asMap(pipelines[id])[string(role)])) > 0
			if !strings.Contains(id, "/") && !wrote && !taken {
				open = append(open, id)
			}
		}
		for _, id := range sortedKeys(asMap(c.user[string(role)])) {
			if !named[id] {
				c.join(role, role, id, open)
			}
		}
	}
}

// joinEverywhere adds the layers' joining components to every pipeline of their signals.
func (c *compilation) joinEverywhere() {
	all := sortedKeys(c.pipelines())
	for _, kind := range component.Kinds() {
		role := kind
		if kind == component.Connector {
			role = component.Exporter
		}
		for _, id := range c.joins[kind] {
			c.join(kind, role, id, all)
		}
	}
}

// join appends a component that the config has to those of the pipelines whose signals
// it takes and whose lists are not exact.
func (c *compilation) join(kind, role component.Kind, id string, pipelines []string) {
	if _, there := asMap(c.config[string(kind)])[id]; !there {
		return
	}
	for _, pid := range pipelines {
		if c.exact(pid) || !c.supports(kind, id, pid) {
			continue
		}
		pipeline := asMap(c.pipelines()[pid])
		list, _ := pipeline[string(role)].([]any)
		pipeline[string(role)] = union(list, id)
	}
}

// supports tells whether a component takes part in pipelines of a pipeline id's signal.
func (c *compilation) supports(kind component.Kind, id, pipeline string) bool {
	row := c.table.Components[kind][typeOf(id)]
	for _, signal := range row.Signals {
		if signal == typeOf(pipeline) {
			return true
		}
	}
	return false
}

// giveFallback drops the layers' pipelines that nothing feeds, and sends those that have
// no exporter to the fallback, unless it was removed.
func (c *compilation) giveFallback() {
	pipelines, written := c.pipelines(), pipelinesOf(c.user)
	removed := c.canonicalWithout()[string(component.Exporter)][c.table.Fallback]
	for _, id := range sortedKeys(pipelines) {
		pipeline := asMap(pipelines[id])
		if c.exact(id) {
			continue
		}
		if _, wrote := written[id]; !wrote && len(asStrings(pipeline["receivers"])) == 0 {
			delete(pipelines, id)
			continue
		}
		if len(asStrings(pipeline["exporters"])) == 0 && !removed {
			pipeline["exporters"] = []any{c.table.Fallback}
			overlay(c.config, map[string]any{"exporters": map[string]any{c.table.Fallback: nil}})
			c.result.Fallback = true
		}
	}
}

// sortStages moves the processors whose place is a rule, and keeps the order of the rest.
func (c *compilation) sortStages() {
	for id, pipeline := range c.pipelines() {
		list, ok := asMap(pipeline)["processors"].([]any)
		if !ok || c.exact(id) {
			continue
		}
		sort.SliceStable(list, func(i, j int) bool { return c.stage(list[i]) < c.stage(list[j]) })
	}
}

const userStage = 50

func (c *compilation) stage(id any) int {
	row, known := c.table.Components[component.Processor][typeOf(scalarText(id))]
	if !known {
		return userStage
	}
	return row.Stage
}

// dropUnused leaves out what only layers defined and no pipeline names.
func (c *compilation) dropUnused() {
	used := used(c.config)
	for _, kind := range component.Kinds() {
		if kind == component.Extension {
			continue
		}
		for _, id := range sortedKeys(asMap(c.config[string(kind)])) {
			if _, users := asMap(c.user[string(kind)])[id]; !users && !used[string(kind)][id] {
				delete(asMap(c.config[string(kind)]), id)
			}
		}
	}
}

// used collects the ids that pipelines and service.extensions name, by kind.
func used(config map[string]any) map[string]map[string]bool {
	found := map[string]map[string]bool{}
	mark := func(kind component.Kind, id string) {
		if _, defined := asMap(config[string(kind)])[id]; !defined {
			return
		}
		if found[string(kind)] == nil {
			found[string(kind)] = map[string]bool{}
		}
		found[string(kind)][id] = true
	}
	for _, pipeline := range pipelinesOf(config) {
		for _, role := range roles() {
			for _, id := range asStrings(asMap(pipeline)[string(role)]) {
				mark(role, id)
				if role != component.Processor {
					mark(component.Connector, id)
				}
			}
		}
	}
	for _, id := range asStrings(asMap(config["service"])["extensions"]) {
		mark(component.Extension, id)
	}
	return found
}

// enableExtensions enables every extension that is defined, the user's order first.
func (c *compilation) enableExtensions() {
	service, gone := c.section("service"), c.canonicalWithout()[string(component.Extension)]
	list := []any{}
	for _, id := range asStrings(service["extensions"]) {
		if !gone[id] {
			list = union(list, id)
		}
	}
	for _, id := range sortedKeys(asMap(c.config["extensions"])) {
		list = union(list, id)
	}
	service["extensions"] = list
}

func (c *compilation) exact(pipeline string) bool { return c.input.ExactPipelines[pipeline] }

func (c *compilation) section(name string) map[string]any {
	if asMap(c.config[name]) == nil {
		c.config[name] = map[string]any{}
	}
	return asMap(c.config[name])
}

func (c *compilation) pipelines() map[string]any { return pipelinesOf(c.config) }

func pipelinesOf(config map[string]any) map[string]any {
	return asMap(asMap(config["service"])["pipelines"])
}

// typeOf is the type in a component or pipeline id, type[/name].
func typeOf(id string) string {
	name, _, _ := strings.Cut(id, "/")
	return name
}

package collectorconfig

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// body is one component of a typed config.
type body struct {
	kind  component.Kind
	id    string
	wants string // the canonical type that the body is of; empty for any
	body  any
}

// bodies lists the components by kind, sorted by id.
func (c Config) bodies() []body {
	var all []body
	for _, id := range sortedKeys(c.Receivers) {
		b := body{kind: component.Receiver, id: id}
		if c.Receivers[id] != nil {
			b.body, b.wants = c.Receivers[id], c.Receivers[id].receiverType()
		}
		all = append(all, b)
	}
	for _, id := range sortedKeys(c.Processors) {
		b := body{kind: component.Processor, id: id}
		if c.Processors[id] != nil {
			b.body, b.wants = c.Processors[id], c.Processors[id].processorType()
		}
		all = append(all, b)
	}
	for _, id := range sortedKeys(c.Exporters) {
		b := body{kind: component.Exporter, id: id}
		if c.Exporters[id] != nil {
			b.body, b.wants = c.Exporters[id], c.Exporters[id].exporterType()
		}
		all = append(all, b)
	}
	for _, id := range sortedKeys(c.Connectors) {
		all = append(all, body{kind: component.Connector, id: id, body: c.Connectors[id]})
	}
	for _, id := range sortedKeys(c.Extensions) {
		all = append(all, body{kind: component.Extension, id: id, body: c.Extensions[id]})
	}
	return all
}

// lowerer is a typed body that the collector knows by another type or shape.
type lowerer interface {
	// lowered is the id and body that the collector reads, and what to say about it.
	lowered(id string) (string, map[string]any, []Notice)
}

// lowering is the state of one Lower.
type lowering struct {
	table   component.Table
	version string
	raw     map[string]any
	ids     map[component.Kind]map[string]string // what each id became
	origins map[component.Kind]map[string]string // and what it came from
	notices []Notice
	faults  []error
}

// Lower writes the config in the collector's own form, in the names that a version of
// the collector (X.Y.Z, or empty for the newest) knows, ready to be Compile's Config.
// What upstream removed or renamed becomes what replaced it, and a notice says so:
// a Jaeger exporter is written as OTLP to Jaeger's OTLP port, Logging as debug.
//
// The error joins everything that Problems reports, and ids that became one.
func (c Config) Lower(version string) (raw map[string]any, notices []Notice, err error) {
	version = strings.TrimPrefix(version, "v")
	if version != "" && !semver.IsValid("v"+version) {
		return nil, nil, fmt.Errorf("lower for collector version %q: want X.Y.Z, such as 0.161.0", version)
	}
	if problems := c.Problems(); len(problems) > 0 {
		return nil, nil, fmt.Errorf("lower the typed config: %w", joinProblems(problems))
	}
	l := &lowering{table: component.All(), version: version, raw: map[string]any{},
		ids: map[component.Kind]map[string]string{}, origins: map[component.Kind]map[string]string{}}
	// Ids that stay as they are come first, so that those that change keep clear of them.
	all := c.bodies()
	sort.SliceStable(all, func(i, j int) bool { return !changesType(all[i]) && changesType(all[j]) })
	for _, b := range all {
		l.lowerBody(b)
	}
	l.lowerService(c.Service)
	sort.SliceStable(l.notices, func(i, j int) bool { return l.notices[i].Path < l.notices[j].Path })
	if err := errors.Join(l.faults...); err != nil {
		return nil, nil, fmt.Errorf("lower the typed config: %w", err)
	}
	return l.raw, l.notices, nil
}

func changesType(b body) bool {
	low, ok := b.body.(lowerer)
	if !ok {
		return false
	}
	id, _, _ := low.lowered(b.id)
	return typeOf(id) != typeOf(b.id)
}

func (l *lowering) lowerBody(b body) {
	id := b.id
	var content map[string]any
	if low, ok := b.body.(lowerer); ok {
		var notices []Notice
		id, content, notices = low.lowered(b.id)
		l.notices = append(l.notices, notices...)
	} else {
		content = asMap(clone(bodyOf(b.body)))
	}
	name := l.written(b.kind, id)
	if id == b.id && name != id {
		l.noticeRename(b.kind, id, name)
	}
	if l.ids[b.kind] == nil {
		l.ids[b.kind], l.origins[b.kind] = map[string]string{}, map[string]string{}
	}
	if id != b.id {
		name = l.free(b.kind, name, b.id)
	}
	if other, taken := l.origins[b.kind][name]; taken {
		l.faults = append(l.faults, fmt.Errorf("%s.%s and %s.%s are both %s to the collector: rename or remove one",
			b.kind, other, b.kind, b.id, name))
		return
	}
	l.ids[b.kind][b.id], l.origins[b.kind][name] = name, b.id
	section, _ := l.raw[string(b.kind)].(map[string]any)
	if section == nil {
		section = map[string]any{}
		l.raw[string(b.kind)] = section
	}
	section[name] = content
}

// free is a name that no other component has, for one whose type was replaced.
func (l *lowering) free(kind component.Kind, name, id string) string {
	if _, taken := l.origins[kind][name]; !taken {
		return name
	}
	name = typeOf(name) + "/" + strings.ReplaceAll(id, "/", "_")
	for {
		if _, taken := l.origins[kind][name]; !taken {
			return name
		}
		name += "_"
	}
}

// written is the id in the name that the version knows.
func (l *lowering) written(kind component.Kind, id string) string {
	return retyped(id, func(name string) string {
		canonical := canonicalType(l.table, kind, name)
		if l.version == "" {
			return canonical
		}
		return nameIn(l.table.Components[kind][canonical], canonical, l.version)
	})
}

func (l *lowering) noticeRename(kind component.Kind, id, name string) {
	version := "the newest collector"
	if l.version != "" {
		version = "collector " + l.version
	}
	l.notices = append(l.notices, Notice{Path: source.Keys(string(kind), id).String(),
		Message: fmt.Sprintf("written as %s, the name that %s knows it by", name, version)})
}

func (l *lowering) lowerService(s Service) {
	service := map[string]any{}
	if s.Extensions != nil {
		service["extensions"] = l.references(s.Extensions, component.Extension)
	}
	if len(s.Telemetry) > 0 {
		service["telemetry"] = clone(map[string]any(s.Telemetry))
	}
	pipelines := map[string]any{}
	for id, p := range s.Pipelines {
		pipeline := map[string]any{}
		for role, ids := range map[component.Kind][]string{
			component.Receiver: p.Receivers, component.Processor: p.Processors, component.Exporter: p.Exporters,
		} {
			if ids != nil {
				pipeline[string(role)] = l.references(ids, role, component.Connector)
			}
		}
		pipelines[id] = pipeline
	}
	if len(pipelines) > 0 {
		service["pipelines"] = pipelines
	}
	if len(service) > 0 {
		l.raw["service"] = service
	}
}

// references writes ids as their components were written. An id that is defined nowhere
// gets the version's name: a preset may define it.
func (l *lowering) references(ids []string, kinds ...component.Kind) []any {
	list := make([]any, len(ids))
	for i, id := range ids {
		list[i] = l.written(kinds[0], id)
		for _, kind := range kinds {
			if name, defined := l.ids[kind][id]; defined {
				list[i] = name
				break
			}
		}
	}
	return list
}

package collectorconfig

import (
	"strings"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// canonical rewrites the ids of a config to the newest names, in its sections and lists.
func (c *compilation) canonical(config map[string]any) map[string]any {
	return renamed(config, func(kind component.Kind, id string) string {
		return retyped(id, func(name string) string { return canonicalType(c.table, kind, name) })
	})
}

// named rewrites a canonical config to the names of the input's version.
func (c *compilation) named() map[string]any {
	return renamed(c.config, func(kind component.Kind, id string) string {
		return retyped(id, func(name string) string {
			return nameIn(c.table.Components[kind][name], name, c.input.Version)
		})
	})
}

func (c *compilation) canonicalWithout() map[string]map[string]bool {
	without := map[string]map[string]bool{}
	for kind, ids := range c.input.Without {
		without[kind] = map[string]bool{}
		for id, yes := range ids {
			if !yes {
				continue
			}
			without[kind][retyped(id, func(name string) string {
				return canonicalType(c.table, component.Kind(kind), name)
			})] = true
		}
	}
	return without
}

// canonicalType is the newest name of a component. Lists of receivers and exporters
// name connectors too.
func canonicalType(table component.Table, kind component.Kind, name string) string {
	if canonical, ok := table.Aliases[kind][name]; ok {
		return canonical
	}
	if _, known := table.Components[kind][name]; !known && (kind == component.Receiver || kind == component.Exporter) {
		if canonical, ok := table.Aliases[component.Connector][name]; ok {
			return canonical
		}
	}
	return name
}

// rowOf is what is known of a component, and its newest name: the table's row, or what the catalogue says of one that the
// table does not have.
func rowOf(table component.Table, kind component.Kind, name string) (canonical string, row component.Component, known bool) {
	canonical = canonicalType(table, kind, name)
	if row, known := table.Components[kind][canonical]; known {
		return canonical, row, true
	}
	if canonical, entry := component.Known().Find(kind, name); entry != nil {
		return canonical, entry.Row(), true
	}

	return canonical, component.Component{}, false
}

// NameIn is the name that a version of the collector knows a component of any of its names by.
func NameIn(kind component.Kind, name, version string) string {
	canonical, row, known := rowOf(component.All(), kind, name)
	if !known {
		return name
	}
	return nameIn(row, canonical, version)
}

// nameIn is the name that a version of the collector knows a component by.
func nameIn(row component.Component, canonical, version string) string {
	for _, old := range row.OldNames {
		if semver.Compare("v"+version, "v"+old.Before) < 0 {
			return old.Name
		}
	}
	return canonical
}

func retyped(id string, rename func(string) string) string {
	name, rest, found := strings.Cut(id, "/")
	if !found {
		return rename(name)
	}
	return rename(name) + "/" + rest
}

// renamed renames the ids of a config, in place but for its sections. An id in a
// pipeline's list of receivers or exporters may be a connector's.
func renamed(config map[string]any, rename func(component.Kind, string) string) map[string]any {
	connectors := map[string]bool{}
	for id := range asMap(config[string(component.Connector)]) {
		connectors[id] = true
	}
	for _, pipeline := range pipelinesOf(config) {
		for _, role := range roles() {
			renameList(asMap(pipeline), string(role), func(id string) string {
				if role != component.Processor && connectors[id] {
					return rename(component.Connector, id)
				}
				return rename(role, id)
			})
		}
	}
	renameList(asMap(config["service"]), string(component.Extension), func(id string) string {
		return rename(component.Extension, id)
	})
	for _, kind := range component.Kinds() {
		section, ok := config[string(kind)].(map[string]any)
		if !ok {
			continue
		}
		fresh := map[string]any{}
		for _, id := range sortedKeys(section) {
			overlay(fresh, map[string]any{rename(kind, id): section[id]})
		}
		config[string(kind)] = fresh
	}
	return config
}

func renameList(holder map[string]any, key string, rename func(string) string) {
	list, ok := holder[key].([]any)
	if !ok {
		return
	}
	fresh := make([]any, len(list))
	for i, item := range list {
		fresh[i] = rename(scalarText(item))
	}
	holder[key] = fresh
}

package changes

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// collectors whose configs differ. A collector is the same one when its name is, whatever kind of workload it runs in.
func collectors(before, after *side) []Collector {
	old, fresh := before.named(), after.named()
	found := []Collector{}
	for _, key := range bothKeys(old, fresh) {
		was, existed := old[key]
		is, exists := fresh[key]
		switch {
		case !existed:
			found = append(found, Collector{Ref: after.ref(is), Action: Add, Unseen: unseen(is), Parts: parts(nil, config(is))})
		case !exists:
			found = append(found, Collector{Ref: before.ref(was), Action: Remove, Unseen: unseen(was), Parts: parts(config(was), nil)})
		default:
			changed := Collector{Ref: after.ref(is), Action: Change, Unseen: cmp.Or(unseen(was), unseen(is)), Parts: []Part{}}
			if changed.Unseen == "" {
				changed.Parts = parts(config(was), config(is))
			}
			if len(changed.Parts) > 0 {
				found = append(found, changed)
			}
		}
	}

	return found
}

// named are the collectors by namespace, name and container.
func (s *side) named() map[string]*lint.Collector {
	found := map[string]*lint.Collector{}
	for _, c := range s.collectors {
		ref := s.ref(c)
		found[ref.Namespace+"/"+ref.Name+"\x00"+c.Container.At("name").Text()] = c
	}

	return found
}

func (s *side) ref(c *lint.Collector) Ref {
	if c.Object == nil {
		return Ref{Kind: "collector"}
	}
	ref := Ref{Kind: c.Object.Ref.Kind, Namespace: c.Object.Ref.Namespace, Name: c.Object.Ref.Name}
	if ref.Namespace == "" && !clusterWide[ref.Kind] {
		ref.Namespace = s.namespace
	}

	return ref
}

func config(c *lint.Collector) map[string]any {
	if c.Config == nil {
		return nil
	}

	return c.Config.Values
}

// unseen says why a collector's config can't be compared.
func unseen(c *lint.Collector) string {
	if c.Config != nil {
		return ""
	}

	return "its config is not among the objects"
}

// parts that differ: the components of each kind, the pipelines, and what else the service has.
func parts(before, after map[string]any) []Part {
	found := []Part{}
	for _, section := range []string{"receivers", "processors", "exporters", "connectors", "extensions"} {
		found = append(found, entries(strings.TrimSuffix(section, "s"), table(before, section), table(after, section))...)
	}
	old, fresh := table(before, "service"), table(after, "service")
	found = append(found, entries("pipeline", table(old, "pipelines"), table(fresh, "pipelines"))...)
	for _, key := range bothKeys(old, fresh) {
		if key != "pipelines" && !reflect.DeepEqual(old[key], fresh[key]) {
			found = append(found, Part{Kind: "service", ID: key, Action: actionOf(old, fresh, key), Settings: differing("", old[key], fresh[key])})
		}
	}

	return found
}

// entries of a section that differ.
func entries(kind string, before, after map[string]any) []Part {
	var found []Part
	for _, id := range bothKeys(before, after) {
		action := actionOf(before, after, id)
		if action != Change {
			found = append(found, Part{Kind: kind, ID: id, Action: action, Settings: []Setting{}})

			continue
		}
		if settings := differing("", before[id], after[id]); len(settings) > 0 {
			found = append(found, Part{Kind: kind, ID: id, Action: Change, Settings: settings})
		}
	}

	return found
}

func actionOf(before, after map[string]any, key string) Action {
	_, existed := before[key]
	_, exists := after[key]
	switch {
	case !existed:
		return Add
	case !exists:
		return Remove
	default:
		return Change
	}
}

// differing are the settings at or below a path that differ: maps are compared key by key, and so are lists of named things
// such as containers; other lists as a whole.
func differing(path string, before, after any) []Setting {
	if reflect.DeepEqual(before, after) {
		return []Setting{}
	}
	old, wasMap := asTable(before)
	fresh, isMap := asTable(after)
	if !wasMap || !isMap {
		return []Setting{{Path: path, Action: Change, Before: encoded(before), After: encoded(after)}}
	}
	found := []Setting{}
	for _, key := range bothKeys(old, fresh) {
		below := source.Keys(key).String()
		if path != "" && !strings.HasPrefix(below, "[") {
			below = path + "." + below
		} else if path != "" {
			below = path + below
		}
		switch action := actionOf(old, fresh, key); action {
		case Add:
			found = append(found, Setting{Path: below, Action: Add, After: encoded(fresh[key])})
		case Remove:
			found = append(found, Setting{Path: below, Action: Remove, Before: encoded(old[key])})
		default:
			found = append(found, differing(below, old[key], fresh[key])...)
		}
	}

	return found
}

// asTable is a map, or a list of maps with names of their own, by name. An empty body of a component, which is null, is an
// empty map.
func asTable(value any) (map[string]any, bool) {
	switch value := value.(type) {
	case nil:
		return map[string]any{}, true
	case map[string]any:
		return value, true
	case []any:
		named := map[string]any{}
		for _, item := range value {
			one, isMap := item.(map[string]any)
			name := text(one["name"])
			if _, twice := named[name]; !isMap || name == "" || twice {
				return nil, false
			}
			named[name] = one
		}

		return named, len(value) > 0
	default:
		return nil, false
	}
}

// encoded is a value in JSON.
func encoded(value any) string {
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		// NaN and the like, which JSON lacks.
		return fmt.Sprint(value)
	}

	return strings.TrimSpace(out.String())
}

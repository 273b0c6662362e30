package inject

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// added is what AddedAnnotation holds.
type added struct {
	// Env are the names of variables by the container that they were given to.
	Env map[string][]string `json:"env,omitempty"`
	// Volumes are names.
	Volumes []string `json:"volumes,omitempty"`
}

// additions are the changes that put the sidecar into a Pod without one, the inner ones first: of two that write at one
// place of the text, the first one's comes first.
func (i *Injector) additions(pod map[string]any, template source.Path, document int) []yamledit.Change {
	spec := at[map[string]any](pod, "spec")
	a := adder{document: document, template: template}
	record := added{}
	for n, container := range at[[]any](spec, "containers") {
		fields, _ := container.(map[string]any)
		variables, prepared := i.variablesFor(fields)
		if len(variables) == 0 {
			continue
		}
		a.list(fields["env"], 0, variables, prepared, source.Key("spec"), source.Key("containers"), source.Index(n), source.Key("env"))
		if record.Env == nil {
			record.Env = map[string][]string{}
		}
		for _, variable := range variables {
			record.Env[nameOf(fields)] = append(record.Env[nameOf(fields)], nameOf(variable))
		}
	}
	a.list(spec["initContainers"], 0, i.container.Data(), i.container, source.Key("spec"), source.Key("initContainers"))
	if i.volumes != nil {
		for _, volume := range i.sidecar.Volumes {
			record.Volumes = append(record.Volumes, nameOf(volume))
		}
		a.list(spec["volumes"], len(at[[]any](spec, "volumes")), i.volumes.Data(), i.volumes, source.Key("spec"), source.Key("volumes"))
	}
	i.marks(&a, pod, record)

	return a.changes
}

// variablesFor are those that a container gets.
func (i *Injector) variablesFor(container map[string]any) ([]any, *yamledit.Items) {
	env := at[[]any](container, "env")
	var variables []any
	which := ""
	for n, group := range i.groups {
		if !slices.ContainsFunc(group.unless, func(name string) bool { return named(env, name) >= 0 }) {
			variables = append(variables, group.env...)
			which += fmt.Sprintf("%d.", n)
		}
	}
	if len(variables) == 0 {
		return nil, nil
	}
	known, ok := i.variables.Load(which)
	if !ok {
		// What can't be prepared is written each time.
		prepared, _ := yamledit.NewItems("variables"+which, variables)
		known, _ = i.variables.LoadOrStore(which, prepared)
	}
	prepared, _ := known.(*yamledit.Items)

	return variables, prepared
}

// marks are the labels and annotations of a Pod with the sidecar.
func (i *Injector) marks(a *adder, pod map[string]any, record added) {
	labels, annotations := maps.Clone(i.sidecar.Labels), maps.Clone(i.sidecar.Annotations)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[InjectedLabel] = i.sidecar.Release
	if annotations == nil {
		annotations = map[string]string{}
	}
	// Where it says nothing, nothing else is the sidecar's.
	list, _ := json.Marshal(record) //nolint:errchkjson // Names can be written.
	annotations[AddedAnnotation] = string(list)
	metadata, _ := pod["metadata"].(map[string]any)
	whole := map[string]any{}
	for _, of := range []struct {
		key   string
		marks map[string]string
	}{{"annotations", annotations}, {"labels", labels}} {
		there, _ := metadata[of.key].(map[string]any)
		if len(there) == 0 && len(of.marks) > 0 {
			whole[of.key] = plainMap(of.marks)

			continue
		}
		for _, key := range slices.Sorted(maps.Keys(of.marks)) {
			a.set(of.marks[key], source.Key("metadata"), source.Key(of.key), source.Key(key))
		}
	}
	if len(metadata) == 0 && len(whole) > 0 {
		a.set(whole, source.Key("metadata"))

		return
	}
	for _, key := range slices.Sorted(maps.Keys(whole)) {
		a.set(whole[key], source.Key("metadata"), source.Key(key))
	}
}

func plainMap(of map[string]string) map[string]any {
	plain := make(map[string]any, len(of))
	for key, value := range of {
		plain[key] = value
	}

	return plain
}

// An adder gathers changes of a Pod.
type adder struct {
	document int
	template source.Path
	changes  []yamledit.Change
}

func (a *adder) set(value any, steps ...source.Step) {
	a.changes = append(a.changes, yamledit.Change{Place: a.place(steps), Value: value})
}

// list puts items into what is a list with items, at an index, or makes one.
func (a *adder) list(there any, index int, items []any, prepared *yamledit.Items, steps ...source.Step) {
	change := yamledit.Change{Items: prepared}
	if list, _ := there.([]any); len(list) == 0 {
		change.Place, change.Value = a.place(steps), slices.Clone(items)
	} else {
		change.Place, change.Insert = a.place(append(steps, source.Index(index))), items
	}
	a.changes = append(a.changes, change)
}

func (a *adder) remove(steps ...source.Step) {
	a.changes = append(a.changes, yamledit.Change{Place: a.place(steps), Remove: true})
}

func (a *adder) place(steps []source.Step) yamledit.Place {
	return yamledit.Place{Document: a.document, Path: a.template.Join(steps...)}
}

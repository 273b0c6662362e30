package inject

import (
	"encoding/json"
	"reflect"
	"slices"

	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// removals are the changes that take a sidecar out of a Pod that has one, with all that came with it.
func (i *Injector) removals(pod map[string]any, template source.Path, document int) []yamledit.Change {
	spec := at[map[string]any](pod, "spec")
	a := adder{document: document, template: template}
	record, known := recorded(pod)
	for n, container := range at[[]any](spec, "containers") {
		fields, _ := container.(map[string]any)
		env := at[[]any](fields, "env")
		gone := firstNamed(env, record.Env[nameOf(fields)])
		if !known {
			gone = i.variablesInFront(env)
		}
		a.removeItems(env, gone, source.Key("spec"), source.Key("containers"), source.Index(n), source.Key("env"))
	}
	init := at[[]any](spec, "initContainers")
	a.removeItems(init, firstNamed(init, []string{nameOf(i.sidecar.Container)}), source.Key("spec"), source.Key("initContainers"))
	names := record.Volumes
	if !known {
		names = i.volumesLike(spec)
	}
	volumes := at[[]any](spec, "volumes")
	a.removeItems(volumes, firstNamed(volumes, names), source.Key("spec"), source.Key("volumes"))
	i.unmark(&a, pod)

	return a.changes
}

// recorded is what AddedAnnotation says; false where it says nothing, as with Pods that a policy has injected.
func recorded(pod map[string]any) (added, bool) {
	var record added
	list, has := annotation(pod, AddedAnnotation)

	return record, has && json.Unmarshal([]byte(list), &record) == nil
}

// firstNamed are the places of the first item of each name. A second one came later, and is not the sidecar's.
func firstNamed(list []any, names []string) []int {
	var places []int
	for _, name := range names {
		if n := named(list, name); n >= 0 {
			places = append(places, n)
		}
	}
	slices.Sort(places)

	return slices.Compact(places)
}

// removeItems takes items out of a list, and the list where nothing is left of it.
func (a *adder) removeItems(list []any, gone []int, steps ...source.Step) {
	if len(gone) > 0 && len(gone) == len(list) {
		a.remove(steps...)

		return
	}
	for _, n := range gone {
		a.remove(append(slices.Clone(steps), source.Index(n))...)
	}
}

// variablesInFront are the places of those that a policy has put in front of a container's. One that is like them and
// stands further back is the container's.
func (i *Injector) variablesInFront(env []any) []int {
	var places []int
	for _, group := range i.groups {
		from := len(places)
		if to := from + len(group.env); to <= len(env) && reflect.DeepEqual(env[from:to], group.env) {
			for n := range group.env {
				places = append(places, from+n)
			}
		}
	}

	return places
}

// volumesLike are the names of the sidecar's volumes that the sidecar of a Pod mounts, and no other container.
func (i *Injector) volumesLike(spec map[string]any) []string {
	mounts, own := map[string]bool{}, map[string]bool{}
	for _, key := range []string{"initContainers", "containers"} {
		for _, container := range at[[]any](spec, key) {
			fields, _ := container.(map[string]any)
			for _, mount := range at[[]any](fields, "volumeMounts") {
				if nameOf(fields) == nameOf(i.sidecar.Container) {
					own[nameOf(mount)] = true
				} else {
					mounts[nameOf(mount)] = true
				}
			}
		}
	}
	var names []string
	for _, volume := range i.sidecar.Volumes {
		if name := nameOf(volume); own[name] && !mounts[name] {
			names = append(names, name)
		}
	}

	return names
}

// unmark takes the labels and annotations away.
func (i *Injector) unmark(a *adder, pod map[string]any) {
	metadata := at[map[string]any](pod, "metadata")
	left := len(metadata)
	var changes adder
	changes.document, changes.template = a.document, a.template
	for _, of := range []struct {
		key   string
		marks map[string]string
		own   string
	}{{"annotations", i.sidecar.Annotations, AddedAnnotation}, {"labels", i.sidecar.Labels, InjectedLabel}} {
		there := at[map[string]any](metadata, of.key)
		var gone []string
		for key := range there {
			if _, is := of.marks[key]; is || key == of.own {
				gone = append(gone, key)
			}
		}
		slices.Sort(gone)
		if len(gone) > 0 && len(gone) == len(there) {
			changes.remove(source.Key("metadata"), source.Key(of.key))
			left--

			continue
		}
		for _, key := range gone {
			changes.remove(source.Key("metadata"), source.Key(of.key), source.Key(key))
		}
	}
	if left == 0 && len(metadata) > 0 {
		a.remove(source.Key("metadata"))

		return
	}
	a.changes = append(a.changes, changes.changes...)
}

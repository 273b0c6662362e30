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
		names := record.Env[nameOf(fields)]
		if !known {
			names = i.variablesLike(fields)
		}
		a.removeNamed(fields["env"], names, source.Key("spec"), source.Key("containers"), source.Index(n), source.Key("env"))
	}
	name := nameOf(i.sidecar.Container)
	a.removeNamed(spec["initContainers"], []string{name}, source.Key("spec"), source.Key("initContainers"))
	volumes := record.Volumes
	if !known {
		volumes = i.volumesLike(spec)
	}
	a.removeNamed(spec["volumes"], volumes, source.Key("spec"), source.Key("volumes"))
	i.unmark(&a, pod)

	return a.changes
}

// recorded is what AddedAnnotation says; false where it says nothing, as with Pods that a policy has injected.
func recorded(pod map[string]any) (added, bool) {
	var record added
	list, has := annotation(pod, AddedAnnotation)

	return record, has && json.Unmarshal([]byte(list), &record) == nil
}

// removeNamed takes items out of a list by their names, and the list where nothing is left of it.
func (a *adder) removeNamed(there any, names []string, steps ...source.Step) {
	list, _ := there.([]any)
	var gone []int
	for n, item := range list {
		if slices.Contains(names, nameOf(item)) {
			gone = append(gone, n)
		}
	}
	if len(gone) > 0 && len(gone) == len(list) {
		a.remove(steps...)

		return
	}
	for _, n := range gone {
		a.remove(append(slices.Clone(steps), source.Index(n))...)
	}
}

// variablesLike are the names of a container's variables that are those of the sidecar.
func (i *Injector) variablesLike(container map[string]any) []string {
	env := at[[]any](container, "env")
	var names []string
	for _, group := range i.sidecar.Env {
		for _, variable := range group.Env {
			if n := named(env, nameOf(variable)); n >= 0 && reflect.DeepEqual(env[n], any(variable)) {
				names = append(names, nameOf(variable))
			}
		}
	}

	return names
}

// volumesLike are the names of a Pod's volumes that the sidecar mounts and no other container.
func (i *Injector) volumesLike(spec map[string]any) []string {
	mounts := map[string]bool{}
	var own []string
	for _, key := range []string{"initContainers", "containers"} {
		for _, container := range at[[]any](spec, key) {
			fields, _ := container.(map[string]any)
			for _, mount := range at[[]any](fields, "volumeMounts") {
				if nameOf(fields) == nameOf(i.sidecar.Container) {
					own = append(own, nameOf(mount))
				} else {
					mounts[nameOf(mount)] = true
				}
			}
		}
	}
	// The account's token is Kubernetes' own.
	return slices.DeleteFunc(own, func(name string) bool { return mounts[name] })
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

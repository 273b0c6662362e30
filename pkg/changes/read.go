package changes

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// side is one of the two.
type side struct {
	objects    []object
	collectors []*lint.Collector
	namespace  string
}

// object is one as it is written, in plain values.
type object struct {
	apiVersion string
	ref        Ref
	value      map[string]any
}

// key tells objects apart, whichever version of their API they are written in.
func (o object) key() string {
	group, _, found := strings.Cut(o.apiVersion, "/")
	if !found {
		group = ""
	}

	return strings.Join([]string{group, o.ref.Kind, o.ref.Namespace, o.ref.Name}, "\x00")
}

// clusterWide are kinds that have no namespace, of those that charts of collectors make.
var clusterWide = map[string]bool{ //nolint:gochecknoglobals // It never changes.
	"ClusterRole": true, "ClusterRoleBinding": true, "CustomResourceDefinition": true, "Namespace": true, "PriorityClass": true,
	"MutatingAdmissionPolicy": true, "MutatingAdmissionPolicyBinding": true, "ValidatingAdmissionPolicy": true,
	"ValidatingAdmissionPolicyBinding": true, "MutatingWebhookConfiguration": true, "ValidatingWebhookConfiguration": true,
	"StorageClass": true, "PersistentVolume": true, "APIService": true,
}

func read(ctx context.Context, manifests []lint.Manifest, namespace string) (*side, error) {
	result, err := lint.Run(ctx, manifests, nil)
	if err != nil {
		return nil, err
	}
	found := &side{collectors: result.Collectors, namespace: namespace}
	for _, manifest := range manifests {
		documents, err := manifest.Documents()
		if err != nil {
			return nil, err
		}
		for _, document := range documents {
			if value, ok := document.Root.Any().(map[string]any); ok {
				found.add(value)
			}
		}
	}

	return found, nil
}

// add keeps an object, or those of a List.
func (s *side) add(value map[string]any) {
	kind := text(value["kind"])
	if items, isList := value["items"].([]any); isList && strings.HasSuffix(kind, "List") {
		for _, item := range items {
			if below, ok := item.(map[string]any); ok {
				s.add(below)
			}
		}

		return
	}
	metadata := table(value, "metadata")
	if kind == "" || metadata == nil {
		return
	}
	ref := Ref{Kind: kind, Namespace: text(metadata["namespace"]), Name: text(metadata["name"])}
	if ref.Namespace == "" && !clusterWide[kind] {
		ref.Namespace = s.namespace
	}
	s.objects = append(s.objects, object{apiVersion: text(value["apiVersion"]), ref: ref, value: value})
}

// byKey are objects by what tells them apart.
func byKey(all []object) map[string]object {
	found := make(map[string]object, len(all))
	for _, o := range all {
		found[o.key()] = o
	}

	return found
}

// bothKeys are those of either side, sorted.
func bothKeys[V any](before, after map[string]V) []string {
	keys := slices.Sorted(maps.Keys(before))
	keys = slices.AppendSeq(keys, maps.Keys(after))
	slices.Sort(keys)

	return slices.Compact(keys)
}

func text(value any) string {
	if value == nil {
		return ""
	}

	return fmt.Sprint(value)
}

// table is the map at the keys; nil: there is none.
func table(value map[string]any, keys ...string) map[string]any {
	for _, key := range keys {
		value, _ = value[key].(map[string]any)
	}

	return value
}

// list are the maps of the list at the keys.
func list(value map[string]any, keys ...string) []map[string]any {
	items, _ := table(value, keys[:len(keys)-1]...)[keys[len(keys)-1]].([]any)
	var found []map[string]any
	for _, item := range items {
		if one, ok := item.(map[string]any); ok {
			found = append(found, one)
		}
	}

	return found
}

// texts are the scalars of a list.
func texts(value any) []string {
	items, _ := value.([]any)
	var found []string
	for _, item := range items {
		found = append(found, text(item))
	}

	return found
}

// difference is what two sets have not in common.
func difference(before, after map[string]bool) Difference {
	d := Difference{Gained: []string{}, Lost: []string{}}
	for _, key := range bothKeys(before, after) {
		switch {
		case !before[key]:
			d.Gained = append(d.Gained, key)
		case !after[key]:
			d.Lost = append(d.Lost, key)
		}
	}

	return d
}

// objects that come, go and change.
func objects(before, after []object) []Object {
	old, fresh := byKey(before), byKey(after)
	found := []Object{}
	for _, key := range bothKeys(old, fresh) {
		was, existed := old[key]
		is, exists := fresh[key]
		changed := Object{APIVersion: is.apiVersion, Ref: is.ref, Action: Change}
		switch {
		case !exists:
			changed.APIVersion, changed.Ref, changed.Action = was.apiVersion, was.ref, Remove
		case !existed:
			changed.Action = Add
		}
		if existed {
			changed.Before = written(was.value)
		}
		if exists {
			changed.After = written(is.value)
		}
		if changed.Before != changed.After {
			found = append(found, changed)
		}
	}
	slices.SortStableFunc(found, func(a, b Object) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})

	return found
}

// written is a value as YAML with sorted keys.
func written(value any) string {
	data, err := yaml.Marshal(value)
	if err != nil {
		// What was read from YAML can be written as such.
		return fmt.Sprintln(value)
	}

	return string(data)
}

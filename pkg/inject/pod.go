package inject

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// maxLists is how deeply a List may stand in Lists.
const maxLists = 8

// An Object is what a result is about.
type Object struct {
	APIVersion, Kind, Namespace, Name string
}

// String is the object as people name it, in one line: Deployment shop/web.
func (o Object) String() string {
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	if name == "" {
		return inALine(o.Kind)
	}

	return inALine(o.Kind + " " + name)
}

// inALine is a text without what would end the line, or be none to read.
func inALine(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return text
	}
	quoted := strconv.Quote(text)

	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}

// A workload is an object of a document, with the template of its Pods if it has one.
type workload struct {
	Object
	// path leads to the object, and from there on to the template.
	path, template source.Path
	// object and pod are the data at these; pod is nil where there are no Pods.
	object, pod map[string]any
}

// templates are where objects of any kind may have the template of their Pods.
func templates() []source.Path {
	return []source.Path{
		source.Keys("spec", "template"),
		source.Keys("spec", "jobTemplate", "spec", "template"),
		source.Keys("template"),
	}
}

// workloadsIn are the objects of a document, those of Lists each on its own.
func workloadsIn(data any, path source.Path, lists int) []workload {
	object, ok := data.(map[string]any)
	if !ok {
		return nil
	}
	metadata, _ := object["metadata"].(map[string]any)
	w := workload{path: path, object: object, Object: Object{
		APIVersion: text(object["apiVersion"]), Kind: text(object["kind"]),
		Namespace: text(metadata["namespace"]), Name: text(metadata["name"]),
	}}
	if items, isList := object["items"].([]any); isList && strings.HasSuffix(w.Kind, "List") && lists < maxLists {
		var found []workload
		for i, item := range items {
			found = append(found, workloadsIn(item, path.Join(source.Key("items"), source.Index(i)), lists+1)...)
		}

		return found
	}
	if w.Kind == "Pod" && w.hasPods(object, nil) {
		return []workload{w}
	}
	for _, template := range templates() {
		pod := object
		for _, step := range template {
			key, _ := step.Key()
			pod, _ = pod[key].(map[string]any)
		}
		if w.hasPods(pod, template) {
			break
		}
	}

	return []workload{w}
}

// hasPods tells whether a template is one of Pods, and keeps it.
func (w *workload) hasPods(pod map[string]any, template source.Path) bool {
	spec, _ := pod["spec"].(map[string]any)
	containers, _ := spec["containers"].([]any)
	if len(containers) == 0 {
		return false
	}
	w.pod, w.template = pod, w.path.Join(template...)

	return true
}

// at is data below keys, of one type; its zero value where there is none.
func at[T any](data map[string]any, keys ...string) T {
	var found any = data
	for _, key := range keys {
		below, _ := found.(map[string]any)
		found = below[key]
	}
	typed, _ := found.(T)

	return typed
}

func text(data any) string {
	found, _ := data.(string)

	return found
}

// annotation is one of a Pod or object.
func annotation(object map[string]any, name string) (string, bool) {
	value, has := at[map[string]any](object, "metadata", "annotations")[name]
	found, isText := value.(string)

	return found, has && isText
}

// named is the place of a list's item by its name, or -1.
func named(list []any, name string) int {
	for i, item := range list {
		if nameOf(item) == name {
			return i
		}
	}

	return -1
}

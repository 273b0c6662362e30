package collectorconfig

import (
	"strings"
	"sync"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// extensionReference is a place in a component's body that names an extension.
type extensionReference struct {
	Reference
	// certain says that the collector looks for the extension: the component is known to
	// have the place, and nothing that is not known yet switches it off.
	certain bool
}

// ExtensionReferences are the places in the bodies of a document's components that name an extension.
func ExtensionReferences(doc *Document) []Reference {
	r := &reader{table: component.All(), extensionReferences: component.ExtensionReferences(), doc: doc}
	var references []Reference
	for _, d := range doc.Components {
		for _, found := range r.extensionsIn(d) {
			references = append(references, found.Reference)
		}
	}
	return references
}

// extensionsIn are the extensions that a component's body names, such as the storage of a
// sending_queue. What comes out of `${...}` is left out, and what is switched off.
func (r *reader) extensionsIn(d Definition) []extensionReference {
	if d.Body == nil {
		return nil
	}
	var references []extensionReference
	body := sync.OnceValue(d.Body.Any)
	_, known := r.row(d.Kind, d.ID)
	for _, row := range r.extensionReferences {
		if row.Kind != d.Kind || len(row.Types) > 0 && !contains(row.Types, d.Type()) {
			continue
		}
		on := switchOf(row, body())
		if on == "false" {
			continue
		}
		certain := (known || row.AnyType || len(row.Types) > 0) && !strings.Contains(on, "${")
		for _, found := range locate(row.Path, body()) {
			path := d.Path.Join(found.path()...)
			node := r.doc.Root.Lookup(path)
			id, is := found.value.(string)
			if !is || id == "" || node == nil || expands(node) {
				continue
			}
			references = append(references, extensionReference{
				Reference{ID: TrimID(id), Path: path, Position: node.Position()}, certain,
			})
		}
	}
	return references
}

// switchOf is the text that switches the row's place on or off; empty where none does.
func switchOf(row component.ExtensionReference, body any) string {
	if row.Switch == "" {
		return ""
	}
	return firstText(lookup(row.Switch, body), "")
}

// checkExtensionReferences reports extensions that the bodies of running components name
// and that are not defined, or not enabled. A component that no pipeline names is never
// made, and so asks for nothing.
func (r *reader) checkExtensionReferences() {
	named, _ := r.named()
	for _, d := range r.doc.Components {
		if d.Kind == component.Extension || !named[d.Kind][d.ID] {
			continue
		}
		for _, ref := range r.extensionsIn(d) {
			if ref.certain {
				r.checkExtensionReference(d, ref.Reference, named[component.Extension][ref.ID])
			}
		}
	}
}

func (r *reader) checkExtensionReference(d Definition, ref Reference, enabled bool) {
	where := theOne(d.Kind) + " " + d.ID
	switch _, defined := r.defined[component.Extension][ref.ID]; {
	case enabled || r.doc.opaque[string(component.Extension)] || r.doc.opaque["references"]:
		// What is enabled and not defined is reported in service.extensions.
	case !defined:
		r.misnamed(CodeUndefined, ref, r.ids[component.Extension], "define it under extensions, and name it in service.extensions",
			"%s names the extension %s, which is not defined", where, ref.ID)
	default:
		r.report(CodeNotEnabled, ref.Path, ref.Position, "name it in service.extensions",
			"%s names the extension %s, which is defined and not enabled: the collector does not start", where, ref.ID)
	}
}

package collectorconfig

import "github.com/helm-otlp/helm-otlp/pkg/component"

// extensionsIn are the extensions that a component's body names, such as the storage of a
// sending_queue. What comes out of `${...}` is left out.
func (r *reader) extensionsIn(d Definition) []Reference {
	if d.Body == nil {
		return nil
	}
	var references []Reference
	body := d.Body.Any()
	for _, row := range r.extensionReferences {
		if row.Kind != d.Kind || len(row.Types) > 0 && !contains(row.Types, d.Type()) || switchedOff(row, body) {
			continue
		}
		for _, found := range locate(row.Path, body) {
			path := d.Path.Join(found.path()...)
			node := r.doc.Root.Lookup(path)
			id, is := found.value.(string)
			if !is || id == "" || node == nil || expands(node) {
				continue
			}
			references = append(references, Reference{ID: trimID(id), Path: path, Position: node.Position()})
		}
	}
	return references
}

// switchedOff tells whether the body asks for no extension at the row's path.
func switchedOff(row component.ExtensionReference, body any) bool {
	return row.Switch != "" && firstText(lookup(row.Switch, body), "") == "false"
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
			r.checkExtensionReference(d, ref, named[component.Extension][ref.ID])
		}
	}
}

func (r *reader) checkExtensionReference(d Definition, ref Reference, enabled bool) {
	where := theOne(d.Kind) + " " + d.ID
	switch _, defined := r.defined[component.Extension][ref.ID]; {
	case enabled || r.doc.opaque[string(component.Extension)] || r.doc.opaque["references"]:
		// What is enabled and not defined is reported in service.extensions.
	case !defined:
		hint := r.didYouMean(ref.ID, r.ids[component.Extension])
		if hint == "" {
			hint = "define it under extensions, and name it in service.extensions"
		}
		r.report(CodeUndefined, ref.Path, ref.Position, hint, "%s names the extension %s, which is not defined", where, ref.ID)
	default:
		r.report(CodeNotEnabled, ref.Path, ref.Position, "name it in service.extensions",
			"%s names the extension %s, which is defined and not enabled: the collector does not start", where, ref.ID)
	}
}

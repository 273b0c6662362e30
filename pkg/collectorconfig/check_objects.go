package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkObjects reports what the receiver k8s_objects takes of objects that it watches, and refuses of those that it pulls, and
// namespaces that are named and left out at once.
func (c *checker) checkObjects(doc *Document, d Definition, canonical string) {
	if d.Kind != component.Receiver || canonical != "k8s_objects" || d.Body == nil {
		return
	}
	objects := d.Body.Get("objects")
	if objects == nil || objects.Kind != source.Sequence {
		return
	}
	s := c.subject(doc, d)
	initial := d.Body.Get("include_initial_state")
	all := initial != nil && initial.Tag == "!!bool" && strings.EqualFold(initial.Value, "true")
	for i, object := range objects.Items {
		path := source.Keys("objects").Join(source.Index(i))
		if object.Kind != source.Mapping || hasJoinedKeys(object) {
			continue
		}
		s.checkObject(path, object)
		if all && pulls(object) {
			s.reportPulled(source.Keys("include_initial_state"), initial, path)
			all = false // One of them is enough.
		}
	}
}

func (s subject) checkObject(path source.Path, object *source.Node) {
	if excluded := object.Get("exclude_namespaces"); hasItems(excluded) && hasItems(object.Get("namespaces")) {
		s.refuse(onReading, path.Join(source.Key("exclude_namespaces")), excluded, Problem{Code: CodeConflictingKeys, Hint: "leave one of them out",
			Message: " stands beside namespaces, and they exclude one another"})
	}
	if types := object.Get("exclude_watch_type"); hasItems(types) && pulls(object) {
		s.reportPulled(path.Join(source.Key("exclude_watch_type")), types, path)
	}
}

// pulls tells whether objects are asked for time and again, as they are where nothing is said.
func pulls(object *source.Node) bool {
	mode := object.Get("mode")

	return mode == nil || mode.IsNull() || mode.Value == "" && mode.Kind == source.Scalar || mode.Value == "pull"
}

func hasItems(list *source.Node) bool {
	return list != nil && list.Kind == source.Sequence && len(list.Items) > 0
}

func (s subject) reportPulled(path source.Path, at *source.Node, pulled source.Path) {
	s.refuse(onReading, path, at, Problem{Code: CodeConflictingKeys, Hint: "write mode: watch there, or leave it out",
		Message: " is for objects that are watched, and " + pulled.String() + " is pulled"})
}

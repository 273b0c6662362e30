package collectorconfig

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkObjects reports what the receiver k8s_objects takes of objects that it watches, and refuses of those that it pulls, and
// namespaces that are named and left out at once.
func (c *checker) checkObjects(d Definition, canonical string) {
	if d.Kind != component.Receiver || canonical != "k8s_objects" || d.Body == nil {
		return
	}
	objects := d.Body.Get("objects")
	if objects == nil || objects.Kind != source.Sequence {
		return
	}
	initial := d.Body.Get("include_initial_state")
	all := initial != nil && initial.Tag == "!!bool" && strings.EqualFold(initial.Value, "true")
	for i, object := range objects.Items {
		path := source.Keys("objects").Join(source.Index(i))
		if object.Kind != source.Mapping || hasJoinedKeys(object) {
			continue
		}
		c.checkObject(d, path, object)
		if all && pulls(object) {
			c.reportPulled(d, source.Keys("include_initial_state"), initial, path)
			all = false // One of them is enough.
		}
	}
}

func (c *checker) checkObject(d Definition, path source.Path, object *source.Node) {
	if excluded := object.Get("exclude_namespaces"); hasItems(excluded) && hasItems(object.Get("namespaces")) {
		at := path.Join(source.Key("exclude_namespaces"))
		c.reportObject(d, at, excluded, at.String()+" of "+d.called()+" stands beside namespaces, and they exclude one another", "leave one of them out")
	}
	if types := object.Get("exclude_watch_type"); hasItems(types) && pulls(object) {
		c.reportPulled(d, path.Join(source.Key("exclude_watch_type")), types, path)
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

func (c *checker) reportPulled(d Definition, path source.Path, at *source.Node, pulled source.Path) {
	c.reportObject(d, path, at, path.String()+" of "+d.called()+" is for objects that are watched, and "+pulled.String()+" is pulled",
		"write mode: watch there, or leave it out")
}

func (c *checker) reportObject(d Definition, path source.Path, at *source.Node, says, hint string) {
	c.problems = append(c.problems, Problem{
		Code: CodeConflictingKeys, Path: d.Path.Join(path...).String(), Position: at.Position(), Hint: hint, Message: says,
		Ignored: c.after(component.ChoicesOf),
	})
}

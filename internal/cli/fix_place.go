package cli

import (
	"context"
	"reflect"
	"strings"

	"github.com/helm-otlp/helm-otlp/internal/fix"
	"github.com/helm-otlp/helm-otlp/internal/provenance"
	"github.com/helm-otlp/helm-otlp/internal/render"
	"github.com/helm-otlp/helm-otlp/internal/yamledit"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// filePlacer finds fields of manifests and configs in the files that hold them.
type filePlacer struct{ places func() *fix.Places }

func (p filePlacer) place(c lint.Change) (fix.Change, bool) {
	if c.Setting != "" {
		return fix.Change{}, false
	}
	at, missing, ok := standing(p.places(), c.At.Field)

	return changeOf(c, c.At.Field.Position().File, at, missing), ok
}

// standing is where a field stands in the file of its position, or the nearest around it that does, with the steps that are
// missing.
func standing(places *fix.Places, field lint.Field) (at yamledit.Place, missing source.Path, ok bool) {
	path, missing := field.Standing()
	var last *source.Step
	if len(path) > 0 {
		last = &path[len(path)-1]
	}
	at, ok = places.At(field.Position(), last)

	return at, missing, ok && !field.Inexact()
}

// changeOf is a change at a place and what is missing below it.
func changeOf(c lint.Change, file string, at yamledit.Place, missing source.Path) fix.Change {
	return fix.Change{File: file, Change: yamledit.Change{Place: at.Below(missing...), Remove: c.Remove, Rename: c.Rename, Value: c.Value}}
}

// valuesPlacer finds what feeds fields of a rendered chart in values files.
type valuesPlacer struct {
	ctx       context.Context //nolint:containedctx // It is that of one command.
	rendering *render.Rendering
	tracer    *provenance.Tracer
	// places are those of the files that the user can edit, and defaults those of the chart's own values.
	places, defaults func() *fix.Places
}

func (p valuesPlacer) place(c lint.Change) (fix.Change, bool) {
	file := c.At.Field.Position().File
	if c.Setting != "" {
		return p.setting(c, file)
	}
	if _, own := p.rendering.ChartOf(file); !own {
		return p.traced(c)
	}
	if len(c.At.Values) == 0 {
		return fix.Change{}, false
	}
	if change, ok := p.inList(c, file); ok {
		return change, true
	}
	placed, ok := p.rendering.Placed(file, alike(c.At.Values)...)
	if !ok {
		return fix.Change{}, false
	}
	at, left := p.places().Find(placed.File, placed.Path)
	if !placed.Written {
		// What is not there can't be renamed or removed, and of a list nobody knows where it goes.
		_, inList := index(c.At.Field)

		return changeOf(c, placed.File, at, source.Keys(left...)), !c.Remove && c.Rename == "" && !inList
	}

	return p.written(c, placed.File, at)
}

// inList is a change inside of a list that is as a values file has it, so that what stands there shows in the field.
func (p valuesPlacer) inList(c lint.Change, file string) (fix.Change, bool) {
	list, below := c.At.Field.InList()
	if list == nil {
		return fix.Change{}, false
	}
	placed, ok := p.rendering.PlacedList(file, list, alike(c.At.Values)...)
	if !ok {
		return fix.Change{}, false
	}
	at, left := p.places().Find(placed.File, placed.Path)
	_, missing := c.At.Field.Standing()
	at = at.Below(below[:max(0, len(below)-len(missing))]...)

	return changeOf(c, placed.File, at, missing), len(left) == 0 && (len(missing) == 0 || !c.Remove && c.Rename == "")
}

// alike are the first keys that are as deep as the first: what stands further up is another value.
func alike(keys []string) []string {
	depth := strings.Count(keys[0], ".")
	for i, key := range keys {
		if strings.Count(key, ".") != depth {
			return keys[:i]
		}
	}

	return keys
}

// setting is a change of a key of this project's chart.
func (p valuesPlacer) setting(c lint.Change, file string) (fix.Change, bool) {
	placed, ok := p.rendering.Placed(file, c.Setting)
	if !ok {
		return fix.Change{}, false
	}
	at, left := p.places().Find(placed.File, placed.Path)

	return changeOf(c, placed.File, at, source.Keys(left...)), true
}

// written is a change of what stands in a values file, if that is what the field shows.
func (p valuesPlacer) written(c lint.Change, file string, at yamledit.Place) (fix.Change, bool) {
	node := p.places().Node(file, at)
	if _, isItem := index(c.At.Field); isItem && node != nil && node.Kind == source.Sequence {
		for i, item := range node.Items {
			if item.Kind == source.Scalar && item.Value == c.At.Field.Text() {
				return changeOf(c, file, at.Below(source.Index(i)), nil), true
			}
		}

		return fix.Change{}, false
	}

	return changeOf(c, file, at, nil), node != nil && p.shows(c, at, node)
}

// shows tells whether a field shows what stands at a place of the values: its key where that is what changes, else its value.
func (p valuesPlacer) shows(c lint.Change, at yamledit.Place, node *source.Node) bool {
	field := c.At.Field
	if c.Rename == "" && !c.Remove {
		return !field.Written() || reflect.DeepEqual(field.Value(), node.Any()) || field.Text() != "" && field.Text() == node.Value
	}
	path, missing := field.Standing()
	last, ok := at.Last()

	return ok && len(missing) == 0 && len(path) > 0 && path[len(path)-1] == last
}

// traced is for charts of others: what feeds the field is found by rendering.
func (p valuesPlacer) traced(c lint.Change) (fix.Change, bool) {
	field := c.At.Field
	path, missing := field.Standing()
	if c.At.Object == nil || len(path) == 0 || field.Inexact() {
		return fix.Change{}, false
	}
	position, ok := p.tracer.Fed(p.ctx, lint.Finding{Object: c.At.Object.Ref, Path: path.String(), Position: field.Position()})
	if !ok {
		return fix.Change{}, false
	}
	if p.rendering.Default(position.File) && !p.rendering.Edits(position.File) {
		return p.over(c, position, &path[len(path)-1], missing)
	}
	at, ok := p.places().At(position, &path[len(path)-1])
	if !ok || len(missing) > 0 {
		return changeOf(c, position.File, at, missing), ok && !c.Remove && c.Rename == ""
	}

	return p.written(c, position.File, at)
}

// over is a change in the user's last values file of what stands in the chart's own: a value that is laid over it.
func (p valuesPlacer) over(c lint.Change, position source.Position, last *source.Step, missing source.Path) (fix.Change, bool) {
	files := p.rendering.Editable()
	if len(files) == 0 || c.Remove || c.Rename != "" {
		return fix.Change{}, false
	}
	defaults := p.defaults()
	at, ok := defaults.At(position, last)
	node := defaults.Node(position.File, at)
	if !ok || node == nil || at.Inside != nil || len(missing) == 0 && !p.shows(c, at, node) {
		return fix.Change{}, false
	}
	var keys []string
	for _, step := range at.Path.Join(missing...) {
		key, isKey := step.Key()
		if !isKey {
			return fix.Change{}, false // A list is laid over as a whole.
		}
		keys = append(keys, key)
	}
	file := files[len(files)-1].File
	there, left := p.places().Find(file, keys)

	return changeOf(c, file, there, source.Keys(left...)), true
}

// index is the index with which a field's path ends; false where that is a key.
func index(field lint.Field) (int, bool) {
	steps := field.Steps()
	if len(steps) == 0 {
		return 0, false
	}
	i, ok := steps[len(steps)-1].(int)

	return i, ok
}

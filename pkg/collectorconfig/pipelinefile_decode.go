package collectorconfig

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// decoder reads nodes into typed bodies and reports all that does not fit.
type decoder struct {
	table    component.Table
	problems []Problem
}

func (d *decoder) report(node *source.Node, path source.Path, hint, format string, args ...any) {
	d.problems = append(d.problems, Problem{Code: CodeInvalidConfig, Message: fmt.Sprintf(format, args...),
		Path: path.String(), Position: node.Position(), Hint: hint})
}

// into reads a node into what target points to. What says in messages what that is.
func (d *decoder) into(target any, node *source.Node, path source.Path, what string) {
	d.value(reflect.ValueOf(target).Elem(), node, path, what)
}

func (d *decoder) value(v reflect.Value, node *source.Node, path source.Path, what string) {
	switch {
	case v.Kind() == reflect.Pointer:
		// A null, as in a bare `grpc:`, is there with its defaults.
		v.Set(reflect.New(v.Type().Elem()))
		d.value(v.Elem(), node, path, what)
	case v.Kind() == reflect.Interface:
		if value := node.Any(); value != nil {
			v.Set(reflect.ValueOf(value))
		}
	case node.IsNull():
	case v.Type() == reflect.TypeFor[Raw]():
		d.raw(v, node, path)
	case v.Kind() == reflect.Struct:
		d.structure(v, node, path, what)
	case v.Kind() == reflect.Map:
		d.texts(v, node, path)
	case v.Kind() == reflect.Slice:
		d.list(v, node, path)
	case node.Kind != source.Scalar:
		d.report(node, path, "", "%s is %s, and this is a %s", lastKey(path), wanted(v), node.Kind)
	case v.Type() == reflect.TypeFor[time.Duration]():
		d.duration(v, node, path)
	default:
		d.scalar(v, node, path)
	}
}

func (d *decoder) structure(v reflect.Value, node *source.Node, path source.Path, what string) {
	if node.Kind != source.Mapping {
		d.report(node, path, "", "%s is a mapping, and this is a %s", what, node.Kind)
		return
	}
	fields := map[string]int{}
	var names []string
	for i := range v.NumField() {
		name, _ := jsonName(v.Type().Field(i))
		fields[name] = i
		names = append(names, name)
	}
	for _, pair := range node.Pairs {
		at := path.Join(source.Key(pair.Key.Value))
		field, known := fields[pair.Key.Value]
		if known {
			d.value(v.Field(field), pair.Value, at, pair.Key.Value)
			continue
		}
		hint := didYouMean(nearest(pair.Key.Value, names))
		if hint == "" {
			hint = "it has " + strings.Join(names, ", ") + rawHint(fields)
		}
		d.report(pair.Key, at, hint, "%s has no key %q", what, pair.Key.Value)
	}
}

func rawHint(fields map[string]int) string {
	if _, has := fields["raw"]; !has {
		return "; others go under raw of the component"
	}
	return "; others go under raw"
}

func (d *decoder) raw(v reflect.Value, node *source.Node, path source.Path) {
	m, ok := node.Any().(map[string]any)
	if !ok {
		d.report(node, path, "", "%s is a mapping, and this is a %s", lastKey(path), node.Kind)
		return
	}
	v.Set(reflect.ValueOf(Raw(m)))
}

// texts reads a map of texts; other scalars are taken as they are written.
func (d *decoder) texts(v reflect.Value, node *source.Node, path source.Path) {
	if node.Kind != source.Mapping {
		d.report(node, path, "", "%s is a mapping, and this is a %s", lastKey(path), node.Kind)
		return
	}
	m := reflect.MakeMap(v.Type())
	for _, pair := range node.Pairs {
		at := path.Join(source.Key(pair.Key.Value))
		if pair.Value.Kind != source.Scalar || pair.Value.IsNull() {
			d.report(pair.Value, at, "", "%s is a text, and this is a %s", pair.Key.Value, shape(pair.Value))
			continue
		}
		m.SetMapIndex(reflect.ValueOf(pair.Key.Value), reflect.ValueOf(pair.Value.Value))
	}
	v.Set(m)
}

func (d *decoder) list(v reflect.Value, node *source.Node, path source.Path) {
	if node.Kind != source.Sequence {
		d.report(node, path, "write it in brackets: ["+shortened(node.Value)+"]", "%s is a list, and this is a %s", lastKey(path), node.Kind)
		return
	}
	items := reflect.MakeSlice(v.Type(), len(node.Items), len(node.Items))
	for i, item := range node.Items {
		at := path.Join(source.Index(i))
		if item.IsNull() {
			d.report(item, at, "", "an item of %s is missing", lastKey(path))
			continue
		}
		d.value(items.Index(i), item, at, "an item of "+lastKey(path))
	}
	v.Set(items)
}

func (d *decoder) duration(v reflect.Value, node *source.Node, path source.Path) {
	duration, err := time.ParseDuration(node.Value)
	switch {
	case err != nil:
		hint := "write a number and a unit: 200ms, 10s, 1m"
		if expands(node) {
			hint = "put " + lastKey(path) + " under raw to take it from the environment"
		}
		d.report(node, path, hint, "%s is a duration, and %q is none", lastKey(path), shortened(node.Value))
	case duration < 0:
		d.report(node, path, "", "%s is below 0", lastKey(path))
	default:
		v.SetInt(int64(duration))
	}
}

func (d *decoder) scalar(v reflect.Value, node *source.Node, path source.Path) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(node.Value)
		return
	case reflect.Bool:
		if b, ok := node.Any().(bool); ok {
			v.SetBool(b)
			return
		}
	case reflect.Uint32:
		if n, err := strconv.ParseUint(node.Value, 10, 64); err == nil && n <= math.MaxUint32 {
			v.SetUint(n)
			return
		}
	default: // No other kind is in a body.
	}
	hint := ""
	if expands(node) {
		hint = "put " + lastKey(path) + " under raw to take it from the environment"
	}
	d.report(node, path, hint, "%s is %s, and %q is none", lastKey(path), wanted(v), shortened(node.Value))
}

// wanted names what a field takes.
func wanted(v reflect.Value) string {
	switch {
	case v.Type() == reflect.TypeFor[time.Duration]():
		return "a duration"
	case v.Kind() == reflect.String:
		return "a text"
	case v.Kind() == reflect.Bool:
		return "true or false"
	default:
		return "a whole number from 0 to 4294967295"
	}
}

// lastKey is the key that a path ends in, before any index.
func lastKey(path source.Path) string {
	for i := len(path) - 1; i >= 0; i-- {
		if key, is := path[i].Key(); is {
			return key
		}
	}
	return "the config"
}

package collectorconfig

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// fault is what is wrong at a path below the value that reports it.
type fault struct {
	path    source.Path
	message string
}

// faultAt is a fault of a field of the value that reports it.
func faultAt(field, message string) []fault {
	return []fault{{path: source.Keys(field), message: message}}
}

// Problems says what is wrong with the config, each with its path: what a body must
// have and lacks, values that a field can't take, bodies under an id of another type.
// References are not judged here; Parse and ParsePipelineFile do that. Sorted by path.
func (c Config) Problems() []Problem {
	var found []Problem
	for _, f := range c.faults() {
		found = append(found, Problem{Code: CodeInvalidConfig, Message: f.message, Path: f.path.String()})
	}
	sort.SliceStable(found, func(i, j int) bool { return found[i].Path < found[j].Path })
	return found
}

func (c Config) faults() []fault {
	var found []fault
	table := component.All()
	for _, b := range c.bodies() {
		own := func(format string, args ...any) {
			found = append(found, fault{path: source.Keys(string(b.kind), b.id), message: fmt.Sprintf(format, args...)})
		}
		if b.body == nil {
			own("%s has no body: give an empty one, such as Raw{}", b.id)
			continue
		}
		if name := typeOf(b.id); b.wants != "" && name != b.wants && canonicalType(table, b.kind, name) != b.wants {
			own("the id %s has a body of type %s: name it %s or %s/NAME", b.id, b.wants, b.wants, b.wants)
		}
		for _, f := range faultsIn(reflect.ValueOf(b.body)) {
			f.path = append(source.Keys(string(b.kind), b.id), f.path...)
			found = append(found, f)
		}
	}
	return found
}

// reporter is a type that knows more of its values than the tags of its fields say.
type reporter interface{ problems() []fault }

// faultsIn walks a typed body: `required` and `enum` of the fields' jsonschema tags, and
// what the types themselves report.
func faultsIn(v reflect.Value) []fault {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return faultsIn(v.Elem())
	case reflect.Slice:
		var found []fault
		for i := range v.Len() {
			found = append(found, below(source.Index(i), faultsIn(v.Index(i)))...)
		}
		return found
	case reflect.Struct:
		return faultsInStruct(v)
	default:
		return nil
	}
}

func faultsInStruct(v reflect.Value) []fault {
	var found []fault
	raw, _ := rawOf(v)
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, _ := jsonName(field)
		if _, given := raw[name]; given || name == "raw" {
			continue
		}
		required, enum := constraints(field.Tag.Get("jsonschema"))
		if required && (v.Field(i).IsZero() || v.Field(i).Kind() == reflect.Slice && v.Field(i).Len() == 0) {
			found = append(found, fault{path: source.Keys(name), message: name + " is required"})
			continue
		}
		if text := v.Field(i); len(enum) > 0 && text.String() != "" && !contains(enum, text.String()) && !strings.Contains(text.String(), "${") {
			found = append(found, fault{path: source.Keys(name), message: fmt.Sprintf("%s is %q, and can be %s", name, text.String(), strings.Join(enum, ", "))})
			continue
		}
		found = append(found, below(source.Key(name), faultsIn(v.Field(i)))...)
	}
	if r, ok := v.Interface().(reporter); ok && len(found) == 0 {
		found = append(found, r.problems()...)
	}
	return found
}

// rawOf is the Raw field of a typed body.
func rawOf(v reflect.Value) (Raw, bool) {
	field := v.FieldByName("Raw")
	if !field.IsValid() {
		return nil, false
	}
	raw, ok := field.Interface().(Raw)
	return raw, ok
}

func constraints(tag string) (required bool, enum []string) {
	for _, part := range strings.Split(tag, ",") {
		if value, ok := strings.CutPrefix(part, "enum="); ok {
			enum = append(enum, value)
		}
		required = required || part == "required"
	}
	return required, enum
}

func below(step source.Step, faults []fault) []fault {
	for i := range faults {
		faults[i].path = append(source.Path{step}, faults[i].path...)
	}
	return faults
}

func contains(list []string, item string) bool {
	for _, other := range list {
		if other == item {
			return true
		}
	}
	return false
}

package values

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Decode reads a values file. It is strict: keys that the chart does not have, values of
// a wrong shape and duplicate keys are errors, and each says where it stands and what
// was probably meant. The error is a source.Errors, of everything that is wrong.
//
// What a value may be within its type (a mode's name, the form of a digest) is for the
// schema to say.
func Decode(data []byte) (Values, error) { return DecodeFile("", data) }

// DecodeFile is Decode with the name of the file for the positions in errors.
func DecodeFile(file string, data []byte) (Values, error) {
	documents, err := source.Parse(file, data)
	if err != nil {
		return Values{}, fmt.Errorf("reading the values: %w", err)
	}
	if len(documents) == 0 {
		return Values{}, nil
	}
	if len(documents) > 1 {
		return Values{}, fmt.Errorf("reading the values: %w", source.Errors{{
			Position: documents[1].Root.Position(),
			Message:  "a second document, and values are one",
			Hint:     "merge the two, or pass two files",
		}})
	}
	root := documents[0].Root
	c := &checker{}
	c.check(root, reflect.TypeFor[Values](), "the values")
	if len(c.errs) > 0 {
		return Values{}, fmt.Errorf("reading the values: %w", c.errs)
	}
	v, err := unmarshal(data, root)
	if err != nil {
		return Values{}, fmt.Errorf("reading the values: %w", err)
	}
	return v, nil
}

// unmarshal decodes as Helm does: YAML to JSON to Go.
func unmarshal(data []byte, root *source.Node) (Values, error) {
	var v Values
	asJSON, err := yaml.YAMLToJSON(data)
	if err != nil {
		return v, fmt.Errorf("converting YAML to JSON: %w", err)
	}
	err = json.Unmarshal(asJSON, &v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return v, source.Errors{{
			Position: fieldPosition(root, wrong.Field),
			Message:  fmt.Sprintf("%s: a %s stands where %s is wanted", wrong.Field, wrong.Value, kindName(wrong.Type)),
			Hint:     "see values.schema.json",
		}}
	}
	if err != nil {
		return v, source.Errors{{Position: root.Position(), Message: err.Error()}}
	}
	return v, nil
}

// fieldPosition finds a field of a JSON error, whose path names embedded structs too and
// leaves out indices.
func fieldPosition(root *source.Node, field string) source.Position {
	at := root.Position()
	node := root
	for _, name := range strings.Split(field, ".") {
		if node.Get(name) == nil {
			continue
		}
		at = node.PositionOf(source.Keys(name))
		node = node.Get(name)
	}
	return at
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.String:
		return "a text (quote it)"
	case reflect.Slice:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "a map"
	default:
		return "a " + t.String()
	}
}

// checker compares a document's shape with that of a type.
type checker struct {
	errs source.Errors
}

func (c *checker) check(n *source.Node, t reflect.Type, what string) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.IsNull() || t == reflect.TypeFor[Global]() {
		return
	}
	if t == reflect.TypeFor[resource.Quantity]() {
		c.checkQuantity(n, what)
		return
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return
	}
	c.checkKind(n, t, what)
}

// checkKind compares a node with a type that has no way of its own to be written.
func (c *checker) checkKind(n *source.Node, t reflect.Type, what string) {
	switch t.Kind() {
	case reflect.Struct:
		if c.want(n, source.Mapping, what) {
			c.checkFields(n, t, what)
		}
	case reflect.Map:
		if c.want(n, source.Mapping, what) {
			for _, pair := range n.Pairs {
				c.check(pair.Value, t.Elem(), pair.Key.Value)
			}
		}
	case reflect.Slice:
		if c.want(n, source.Sequence, what) {
			for _, item := range n.Items {
				c.check(item, t.Elem(), "an item of "+what)
			}
		}
	case reflect.Interface:
	default:
		c.want(n, source.Scalar, what)
	}
}

func (c *checker) want(n *source.Node, kind source.Kind, what string) bool {
	if n.Kind == kind {
		return true
	}
	c.errs = append(c.errs, &source.Error{
		Position: n.Position(),
		Message:  fmt.Sprintf("%s is a %s, and a %s is wanted", what, n.Kind, kind),
		Hint:     "see values.schema.json",
	})
	return false
}

func (c *checker) checkQuantity(n *source.Node, what string) {
	if !c.want(n, source.Scalar, what) {
		return
	}
	if _, err := resource.ParseQuantity(n.Value); err != nil {
		c.errs = append(c.errs, &source.Error{
			Position: n.Position(),
			Message:  fmt.Sprintf("%s: %q is no quantity", what, n.Value),
			Hint:     "write it as 500m, 2 or 512Mi",
		})
	}
}

func (c *checker) checkFields(n *source.Node, t reflect.Type, what string) {
	fields := jsonFields(t)
	for _, pair := range n.Pairs {
		if field, ok := fields[pair.Key.Value]; ok {
			c.check(pair.Value, field, pair.Key.Value)
			continue
		}
		e := &source.Error{
			Position: pair.Key.Position(),
			Message:  fmt.Sprintf("unknown key %q in %s", pair.Key.Value, what),
			Hint:     "see values.schema.json for the keys",
		}
		if name := Nearest(pair.Key.Value, slices.Sorted(maps.Keys(fields))); name != "" {
			e.Hint = fmt.Sprintf("did you mean %q?", name)
		}
		c.errs = append(c.errs, e)
	}
}

// jsonFields gives the keys of a struct, those of embedded structs among them.
func jsonFields(t reflect.Type) map[string]reflect.Type {
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "-" || !field.IsExported():
		case field.Anonymous && name == "":
			for key, below := range jsonFields(field.Type) {
				fields[key] = below
			}
		case name == "":
			fields[field.Name] = field.Type
		default:
			fields[name] = field.Type
		}
	}
	return fields
}

package main

import (
	"go/ast"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// reader reads the structure of configuration out of Go types, as mapstructure and confmap decode into them.
type reader struct {
	packages *packages
	// shared collects the named structs by import path and name, a nil while one is being read.
	shared map[string]*component.Structure
	// approximate are those of shared that were read from another version than wanted.
	approximate map[string]bool
	// partly are those of them of which that is true of what they squash alone.
	partly map[string]bool
	// squashed tells that the struct that is being read took in one of those.
	squashed bool
}

// named returns the structure of a type of a package.
func (r *reader) named(p *goPackage, name string) component.Structure {
	if known, ok := wellKnown(p.path + "." + name); ok {
		return known
	}
	spec, ok := p.types[name]
	if !ok {
		return component.Structure{Type: unseen}
	}
	if ofPrometheus(p) {
		if structure, ok := r.prometheusType(p, name, spec); ok {
			return structure
		}
	}
	fields, isStruct := spec.expr.(*ast.StructType)
	if p.method(name, "UnmarshalText") != nil {
		return r.withRefusals(textual(spec.expr), p, name)
	}
	if !isStruct {
		of := r.expression(p, spec.file, spec.expr)
		if p.method(name, "Unmarshal") != nil && name != "PromConfig" {
			return anything() // It takes another shape.
		}

		return r.withRefusals(of, p, name)
	}
	id := p.path + "." + name
	if _, begun := r.shared[id]; !begun || r.approximate[id] && !p.approximate {
		r.shared[id], r.approximate[id] = nil, p.approximate
		around := r.squashed
		r.squashed = false
		structure := r.fields(p, spec, fields)
		structure.Open = structure.Open || decodesMore(p.method(name, "Unmarshal"))
		structure.Refuse = each(structure.Refuse, r.refusals(p, name))
		reshape(&structure, id)
		r.shared[id], r.approximate[id], r.partly[id] = &structure, p.approximate || r.squashed, r.squashed && !p.approximate
		r.squashed = around
	}

	return component.Structure{Ref: id}
}

// withRefusals adds what a type that is no struct refuses.
func (r *reader) withRefusals(structure component.Structure, p *goPackage, name string) component.Structure {
	if structure.Ref == "" {
		structure.Refuse = r.refusals(p, name)
	}

	return structure
}

// textual is the structure of a type that reads itself from a text. One that is a number can be written as one too.
func textual(underlying ast.Expr) component.Structure {
	if name, ok := underlying.(*ast.Ident); ok {
		if basic, _ := basicType(name.Name); basic != component.String {
			return anything()
		}
	}

	return component.Structure{Type: component.String}
}

// expression returns the structure of a type as it is written in a file.
func (r *reader) expression(p *goPackage, file *ast.File, expr ast.Expr) component.Structure {
	switch e := expr.(type) {
	case *ast.Ident:
		return r.ident(p, e.Name)
	case *ast.StarExpr:
		return r.expression(p, file, e.X)
	case *ast.ParenExpr:
		return r.expression(p, file, e.X)
	case *ast.SelectorExpr:
		return r.selected(p, file, e)
	case *ast.ArrayType:
		if element, ok := e.Elt.(*ast.Ident); ok && element.Name == "byte" {
			return component.Structure{Type: component.String}
		}
		of := r.expression(p, file, e.Elt)

		return component.Structure{Type: component.List, Of: &of}
	case *ast.MapType:
		of := r.expression(p, file, e.Value)

		return component.Structure{Type: component.Map, Of: &of}
	case *ast.StructType:
		return r.fields(p, &goType{file: file, expr: e}, e)
	case *ast.IndexExpr:
		return r.generic(p, file, e)
	default:
		return anything()
	}
}

// ident returns the structure of one of Go's own types, or of the package's.
func (r *reader) ident(p *goPackage, name string) component.Structure {
	basic, ok := basicType(name)
	if !ok || p.types[name] != nil {
		return r.named(p, name)
	}
	if basic == component.String && decodedAsYAML(p) {
		basic = component.Text
	}

	return component.Structure{Type: basic}
}

// selected returns the structure of package.Type.
func (r *reader) selected(p *goPackage, file *ast.File, e *ast.SelectorExpr) component.Structure {
	qualifier, ok := e.X.(*ast.Ident)
	if !ok {
		return anything()
	}
	path := importedAs(file, qualifier.Name)
	if known, ok := wellKnown(path + "." + e.Sel.Name); ok {
		return known
	}
	other := r.packages.imported(p, path)
	if other == nil {
		return component.Structure{Type: unseen}
	}

	return r.named(other, e.Sel.Name)
}

// generic returns the structure of what an optional value holds.
func (r *reader) generic(p *goPackage, file *ast.File, e *ast.IndexExpr) component.Structure {
	if selector, ok := e.X.(*ast.SelectorExpr); ok && selector.Sel.Name == "Optional" {
		structure := r.expression(p, file, e.Index)
		structure.Optional = true

		return structure
	}

	return anything()
}

// fields returns the structure of a struct: a map with the keys of its tags.
func (r *reader) fields(p *goPackage, spec *goType, of *ast.StructType) component.Structure {
	structure := component.Structure{Type: component.Map, Keys: map[string]*component.Structure{}}
	for _, field := range of.Fields.List {
		name, options := keyOf(p, field)
		switch {
		case name == "-":
			if isDiscoveries(field.Type) {
				r.discoveries(p, &structure)
			}
			if isScrapers(field) {
				r.scrapers(p, &structure)
			}
		case options["squash"]:
			r.squash(&structure, r.expression(p, spec.file, field.Type))
		case options["remain"]:
			r.remaining(p, spec, field, &structure)
		case name != "":
			value := r.expression(p, spec.file, field.Type)
			if len(field.Names) > 0 && strings.HasSuffix(field.Names[0].Name, "Placeholder") {
				value = component.Structure{Type: unseen} // Its type decodes it by itself into another field.
			}
			structure.Keys[name] = &value
		default:
			r.untagged(p, spec, field, &structure)
		}
	}

	return structure
}

// remaining takes the keys that no field names: of any value, or of that of a map that is not any.
func (r *reader) remaining(p *goPackage, spec *goType, field *ast.Field, structure *component.Structure) {
	all, isMap := field.Type.(*ast.MapType)
	if !isMap {
		structure.Open = true

		return
	}
	of := r.expression(p, spec.file, all.Value)
	if of.Type == component.Any || of.Type == unseen {
		structure.Open = true
	} else {
		structure.Of = &of
	}
}

// untagged adds the fields that mapstructure knows by their own names, as they are written.
func (r *reader) untagged(p *goPackage, spec *goType, field *ast.Field, structure *component.Structure) {
	for _, name := range field.Names {
		if !name.IsExported() || name.Name == "_" {
			continue
		}
		of := r.expression(p, spec.file, field.Type)
		structure.Keys[name.Name] = &of
	}
	if len(field.Names) == 0 {
		if embedded := embeddedName(field.Type); token.IsExported(embedded) {
			of := r.expression(p, spec.file, field.Type)
			structure.Keys[embedded] = &of
		}
	}
}

// squash lays the keys of a struct into the one that embeds it.
func (r *reader) squash(into *component.Structure, from component.Structure) {
	if from.Ref != "" {
		r.squashed = r.squashed || r.approximate[from.Ref]
		shared := r.shared[from.Ref]
		if shared == nil {
			into.Open = true

			return
		}
		from = *shared
	}
	into.Open = into.Open || from.Open || from.Type != component.Map
	if from.Of != nil {
		into.Of = from.Of
	}
	for key, of := range from.Keys {
		into.Keys[key] = of
	}
	into.Refuse = each(into.Refuse, from.Refuse)
}

// decodesMore tells whether a type's own way of decoding takes keys that its fields do not name.
func decodesMore(unmarshal *ast.FuncDecl) bool {
	if unmarshal == nil || unmarshal.Body == nil {
		return false
	}
	strict, lenient := false, false
	ast.Inspect(unmarshal.Body, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			strict = strict || selector.Sel.Name == "Unmarshal"
			lenient = lenient || reshapes(selector.Sel.Name)
		}

		return true
	})

	return lenient || !strict
}

// reshapes tells whether a type takes, by a function of confmap, what its fields would not.
func reshapes(function string) bool {
	return slices.Contains([]string{"WithIgnoreUnused", "ToStringMap", "Merge", "Delete", "NewFromStringMap"}, function)
}

func embeddedName(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.StarExpr:
		return embeddedName(e.X)
	default:
		return ""
	}
}

// keyOf returns the key that a field is decoded from, and the options behind it: of mapstructure, or the same of YAML.
func keyOf(p *goPackage, field *ast.Field) (string, map[string]bool) {
	if !ofPrometheus(p) {
		return tag(field, "mapstructure")
	}
	name, options := tag(field, "yaml")
	if options["inline"] {
		options["squash"] = true
	}
	if name == "" && len(field.Names) > 0 {
		name = strings.ToLower(field.Names[0].Name)
	}

	return name, options
}

// isDiscoveries tells whether a field holds what Prometheus' service discoveries take.
func isDiscoveries(expr ast.Expr) bool {
	selector, ok := expr.(*ast.SelectorExpr)

	return ok && embeddedName(selector.X) == "discovery" && selector.Sel.Name == "Configs"
}

// tag returns what a field's tag of a kind names, and the options behind it.
func tag(field *ast.Field, kind string) (string, map[string]bool) {
	options := map[string]bool{}
	if field.Tag == nil {
		return "", options
	}
	text, err := strconv.Unquote(field.Tag.Value)
	if err != nil {
		return "", options
	}
	name, rest, _ := strings.Cut(reflect.StructTag(text).Get(kind), ",")
	for _, option := range strings.Split(rest, ",") {
		options[strings.TrimSpace(option)] = true
	}

	return name, options
}

// unseen is the type of what can't be read in one version, and may be in another one. What no version tells becomes any.
const unseen component.Type = "unseen"

func anything() component.Structure { return component.Structure{Type: component.Any} }

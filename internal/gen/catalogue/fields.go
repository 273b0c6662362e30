package main

import (
	"go/ast"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// A place is where a Go expression stands in the map that a type decodes, and of which type it is.
type place struct {
	path []string // of keys; none: the map itself
	in   *goPackage
	file *ast.File
	expr ast.Expr
	// element tells that the path begins at an element of the list that is visited, not at the map.
	element bool
	// anyCase tells that small letters are not told from large ones.
	anyCase bool
	// known is set where that is known.
	known bool
}

// is compares with words.
func (pl place) is() component.Op {
	if pl.anyCase {
		return component.IsAnyCase
	}

	return component.Is
}

func (pl place) String() string { return strings.Join(pl.path, ".") }

// field returns the place of a field of what stands at a place.
func (r *reader) field(at place, name string) place {
	if in, name := r.typeName(at); in != nil && in.readsItself(name) {
		return place{}
	}
	at = r.underlying(at)
	fields, isStruct := at.expr.(*ast.StructType)
	if !at.known || !isStruct {
		return place{}
	}
	for _, field := range fields.Fields.List {
		if below, found := r.below(at, field, name); found {
			return below
		}
	}
	for _, field := range fields.Fields.List {
		if len(field.Names) > 0 {
			continue
		}
		if below, found := r.below(at, field, embeddedName(field.Type)); found && below.known {
			if promoted := r.field(below, name); promoted.known {
				return promoted
			}
		}
	}

	return place{}
}

// below returns the place of a field, if it has this name.
func (r *reader) below(at place, field *ast.Field, name string) (below place, found bool) {
	has := len(field.Names) == 0 && embeddedName(field.Type) == name
	for _, ident := range field.Names {
		has = has || ident.Name == name
	}
	if !has {
		return place{}, false
	}
	key, options := keyOf(at.in, field)
	switch {
	case options["squash"]:
		key = ""
	case key == "-" && isScrapers(field):
		key = "scrapers"
	case key == "-" || options["remain"] || key == "" && !ast.IsExported(name):
		return place{}, true
	case key == "":
		key = name
	}
	key = strings.ReplaceAll(key, ".", "~")
	below = place{path: at.path, in: at.in, file: at.file, expr: field.Type, element: at.element, known: true}
	if key != "" {
		below.path = append(append([]string{}, at.path...), key)
	}

	return below, true
}

// underlying follows names, pointers and what is optional to the type that they stand for.
func (r *reader) underlying(at place) place {
	for range 20 { // A type that holds itself alone does not compile.
		if !at.known || at.in == nil {
			return place{}
		}
		switch e := at.expr.(type) {
		case *ast.StarExpr:
			at.expr = e.X
		case *ast.ParenExpr:
			at.expr = e.X
		case *ast.IndexExpr:
			selector, ok := e.X.(*ast.SelectorExpr)
			if !ok || selector.Sel.Name != "Optional" {
				return place{}
			}
			at.expr = e.Index
		case *ast.Ident:
			spec, ok := at.in.types[e.Name]
			if !ok {
				return at
			}
			at.file, at.expr = spec.file, spec.expr
		case *ast.SelectorExpr:
			other, name := r.typeName(at)
			if other == nil || other.types[name] == nil {
				return at // a type such as time.Duration
			}
			at.in, at.file, at.expr = other, other.types[name].file, other.types[name].expr
		default:
			return at
		}
	}

	return place{}
}

// typeName is the package and the name of the type of what stands at a place, pointers and what is optional left out.
func (r *reader) typeName(at place) (in *goPackage, name string) {
	switch e := at.expr.(type) {
	case *ast.StarExpr:
		at.expr = e.X

		return r.typeName(at)
	case *ast.IndexExpr:
		at.expr = e.Index

		return r.typeName(at)
	case *ast.Ident:
		return at.in, e.Name
	case *ast.SelectorExpr:
		if qualifier, ok := e.X.(*ast.Ident); ok {
			return r.packages.imported(at.in, importedAs(at.file, qualifier.Name)), e.Sel.Name
		}
	}

	return nil, ""
}

// readsItself tells whether a type is decoded from a text, so that its fields are no keys.
func (p *goPackage) readsItself(name string) bool {
	spec, ok := p.types[name]
	if !ok {
		return false
	}
	fields, isStruct := spec.expr.(*ast.StructType)

	return p.method(name, "UnmarshalText") != nil || ofPrometheus(p) && p.method(name, "UnmarshalYAML") != nil && isStruct && !hasTags(fields)
}

package main

import (
	"go/ast"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// A value is what Go code builds: a constant, the fields of a struct, or what is not known.
type value struct {
	constant any
	fields   map[string]*value // by their Go names
	// unknown is set where something stands that is not understood.
	unknown bool
	// optional tells that the value is one of something optional that is there. One that is only kept ready is not.
	optional bool
	// pointer tells that it is one to a struct, which is there though all its fields are nothing.
	pointer bool
}

func unknownValue() *value { return &value{unknown: true} }

// defaults returns the values that a component has where its config says nothing, by the paths of their keys: constants,
// and nil where there is one that is not understood. What is not in it is nothing, "", 0 or false; below a path that ends
// with * nothing is known, nor below a null that does not stand there with {} behind it too.
func (r *reader) defaults(p *goPackage) map[string]any {
	found := map[string]any{}
	for _, f := range p.functions {
		if !returnsConfig(f.declaration) {
			continue
		}
		expr := p.returned(f.declaration.Body)
		if expr == nil {
			expr = ast.NewIdent("Config")
		}
		m := maker{reader: r}
		root := place{in: p, file: f.file, expr: expr, known: true}
		if _, isStruct := r.underlying(root).expr.(*ast.StructType); !isStruct {
			break
		}
		m.flatten(m.made(p, f.declaration), root, found)
		if _, decodes := p.values["scraperFactories"]; decodes {
			found["scrapers.*"] = nil
		}

		return found
	}
	found[""] = nil

	return found
}

// maker follows the functions that make values.
type maker struct {
	*reader
	depth int
}

// made returns what a function returns first.
func (m *maker) made(p *goPackage, function *ast.FuncDecl) *value {
	// Which metrics are on is not kept: there are thousands.
	if function == nil || function.Body == nil || m.depth >= mostCalls || strings.HasSuffix(p.path, "/internal/metadata") {
		return unknownValue()
	}
	m.depth++
	defer func() { m.depth-- }()
	file := p.fileOf(function)
	variables := map[string]*value{}
	for _, statement := range function.Body.List {
		switch st := statement.(type) {
		case *ast.AssignStmt:
			m.assigned(p, file, st, variables)
		case *ast.ReturnStmt:
			if len(st.Results) == 0 {
				return unknownValue()
			}

			return m.value(p, file, st.Results[0], variables)
		default:
			forget(statement, variables)
		}
	}

	return unknownValue()
}

// forget takes what a statement that is not followed names for unknown.
func forget(statement ast.Node, variables map[string]*value) {
	ast.Inspect(statement, func(node ast.Node) bool {
		if name, ok := node.(*ast.Ident); ok && variables[name.Name] != nil {
			variables[name.Name] = unknownValue()
		}

		return true
	})
}

func (m *maker) assigned(p *goPackage, file *ast.File, st *ast.AssignStmt, variables map[string]*value) {
	if len(st.Lhs) != len(st.Rhs) {
		forget(st, variables)

		return
	}
	for i, left := range st.Lhs {
		made := m.value(p, file, st.Rhs[i], variables)
		switch l := left.(type) {
		case *ast.Ident:
			variables[l.Name] = made
		case *ast.SelectorExpr:
			set(l, made, variables)
		default:
			forget(left, variables)
		}
	}
}

// set sets a field of a variable.
func set(selector *ast.SelectorExpr, to *value, variables map[string]*value) {
	root := rootOf(selector)
	holder := variables[root]
	if holder == nil {
		return
	}
	var names []string
	for expr := ast.Expr(selector); ; {
		s, ok := expr.(*ast.SelectorExpr)
		if !ok {
			break
		}
		names = append([]string{s.Sel.Name}, names...)
		expr = s.X
	}
	for i, name := range names {
		if holder.unknown {
			return
		}
		if holder.fields == nil {
			holder.fields = map[string]*value{}
		}
		if i == len(names)-1 {
			holder.fields[name] = to

			return
		}
		if holder.fields[name] == nil {
			holder.fields[name] = &value{}
		}
		holder = holder.fields[name]
	}
}

func (m *maker) value(p *goPackage, file *ast.File, expr ast.Expr, variables map[string]*value) *value {
	if constant, ok := m.constant(p, file, expr); ok {
		return &value{constant: constant}
	}
	switch e := expr.(type) {
	case *ast.Ident:
		if e.Name == "nil" {
			return &value{}
		}
		if known := variables[e.Name]; known != nil {
			return known.copied()
		}

		return m.declared(p, e.Name)
	case *ast.SelectorExpr:
		if qualifier, ok := e.X.(*ast.Ident); ok {
			if other := m.packages.imported(p, importedAs(file, qualifier.Name)); other != nil {
				return m.declared(other, e.Sel.Name)
			}
		}
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			made := m.value(p, file, e.X, variables)
			made.pointer = true

			return made
		}
	case *ast.StarExpr:
		return m.value(p, file, e.X, variables)
	case *ast.CompositeLit:
		return m.composite(p, file, e, variables)
	case *ast.CallExpr:
		return m.result(p, file, e, variables)
	}

	return unknownValue()
}

// declared returns what a variable of a package is set to where it is declared.
func (m *maker) declared(p *goPackage, name string) *value {
	declared, ok := p.values[name]
	if !ok || m.depth >= mostCalls {
		return unknownValue()
	}
	m.depth++
	defer func() { m.depth-- }()

	return m.value(p, declared.file, declared.expr, nil)
}

func (m *maker) composite(p *goPackage, file *ast.File, e *ast.CompositeLit, variables map[string]*value) *value {
	switch e.Type.(type) {
	case *ast.ArrayType, *ast.MapType:
		if len(e.Elts) == 0 {
			return &value{}
		}

		return unknownValue()
	}
	made := &value{fields: map[string]*value{}}
	for _, element := range e.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return unknownValue()
		}
		name, ok := pair.Key.(*ast.Ident)
		if !ok {
			return unknownValue()
		}
		made.fields[name.Name] = m.value(p, file, pair.Value, variables)
	}

	return made
}

// result returns what a call makes.
func (m *maker) result(p *goPackage, file *ast.File, call *ast.CallExpr, variables map[string]*value) *value {
	function := call.Fun
	if index, ok := function.(*ast.IndexExpr); ok {
		function = index.X
	}
	switch f := function.(type) {
	case *ast.Ident:
		if f.Name != "new" {
			return m.made(p, p.function(f.Name))
		}
	case *ast.SelectorExpr:
		qualifier, ok := f.X.(*ast.Ident)
		if !ok {
			return unknownValue()
		}
		path := importedAs(file, qualifier.Name)
		if strings.HasSuffix(path, "/configoptional") {
			return m.optional(p, file, f.Sel.Name, call, variables)
		}
		if other := m.packages.imported(p, path); path != "" && other != nil {
			return m.made(other, other.function(f.Sel.Name))
		}
	}

	return unknownValue()
}

func (m *maker) optional(p *goPackage, file *ast.File, kind string, call *ast.CallExpr, variables map[string]*value) *value {
	switch {
	case kind == "None":
		return &value{}
	case len(call.Args) == 1 && (kind == "Some" || kind == "Default"):
		made := m.value(p, file, call.Args[0], variables)
		made.optional, made.pointer = kind == "Some", false

		return made
	default:
		return unknownValue()
	}
}

func (v *value) copied() *value {
	same := *v
	same.fields = map[string]*value{}
	for name, field := range v.fields {
		same.fields[name] = field.copied()
	}

	return &same
}

// flatten writes what a value has, by the paths of keys.
func (m *maker) flatten(v *value, at place, into map[string]any) {
	switch {
	case v.unknown:
		note(into, at, nil)
	case v.constant != nil && at.String() == "":
		note(into, at, nil)
	case v.constant != nil:
		if !zero(v.constant) {
			note(into, at, written(v.constant))
		}
	default:
		if v.optional || v.pointer && at.String() != "" {
			note(into, at, nil)
			into[at.String()+".{}"] = nil
		}
		for _, name := range slices.Sorted(maps.Keys(v.fields)) {
			below, field := m.field(at, name), v.fields[name]
			switch {
			case !below.known:
			case field.unknown && below.String() == at.String():
				m.unknownKeys(below, into)
			default:
				m.flatten(field, below, into)
			}
		}
	}
}

// unknownKeys writes that the values of all keys of a struct which is laid into another one are not known.
func (m *maker) unknownKeys(at place, into map[string]any) {
	at = m.underlying(at)
	fields, isStruct := at.expr.(*ast.StructType)
	if !isStruct {
		note(into, at, nil)

		return
	}
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			if below := m.field(at, name.Name); below.known && below.String() != at.String() {
				note(into, below, nil)
			}
		}
	}
}

// note writes a default. Of two fields that have the same key, the value is not known.
func note(into map[string]any, at place, value any) {
	if other, has := into[at.String()]; has && other != value {
		value = nil
	}
	into[at.String()] = value
}

// function returns a function without a receiver; nil where there is none.
func (p *goPackage) function(name string) *ast.FuncDecl {
	for _, f := range p.functions {
		if f.declaration.Recv == nil && f.declaration.Name.Name == name {
			return f.declaration
		}
	}

	return nil
}

package main

import (
	"go/ast"
	"go/token"
	"maps"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// A binding is what a name of Go code stands for: a place, a condition, or what is not known.
type binding struct {
	place     place
	condition formula
	// fault tells that the name is an error, which is one where the condition holds.
	fault bool
	// call is what made the name, where it is an error that a function of the package returns.
	call *ast.CallExpr
}

// scope is what the names in a function stand for.
type scope struct {
	in    *goPackage
	file  *ast.File
	names map[string]binding
	// changed are the paths of what the code has given another value. It is one for all scopes.
	changed map[string]bool
	// each is the path of the list whose elements are visited.
	each string
}

func newScope(p *goPackage, file *ast.File) *scope {
	return &scope{in: p, file: file, names: map[string]binding{}, changed: map[string]bool{}}
}

func (s *scope) bind(name string, b binding) {
	if name != "_" {
		s.names[name] = b
	}
}

func (s *scope) inner() *scope {
	inner := *s
	inner.names = maps.Clone(s.names)

	return &inner
}

// assign binds what is assigned to names, and notes what is joined with errors.
func (v *validator) assign(st *ast.AssignStmt, guard formula, s *scope) {
	for _, right := range st.Rhs {
		if call, isCall := right.(*ast.CallExpr); isError(right) || isCall && joins(call) {
			v.outcome(right, guard, s)
		}
	}
	for i, left := range st.Lhs {
		name, ok := left.(*ast.Ident)
		if !ok {
			v.overwrite(left, s)

			continue
		}
		switch {
		case len(st.Lhs) == len(st.Rhs):
			s.bind(name.Name, v.bound(st.Rhs[i], s))
		case i == 1 && len(st.Rhs) == 1:
			s.bind(name.Name, v.second(st.Rhs[0], s))
		default:
			s.bind(name.Name, binding{})
		}
	}
}

// second is what the second result of an expression stands for: whether a map has a key, or whether a text is no regular
// expression.
func (v *validator) second(expr ast.Expr, s *scope) binding {
	call, isCall := expr.(*ast.CallExpr)
	if !isCall || len(call.Args) != 1 {
		return binding{condition: v.member(expr, s)}
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || embeddedName(selector.X) != "regexp" || selector.Sel.Name != "Compile" {
		return binding{}
	}
	if at := v.placeOf(betweenTexts(call.Args[0]), s); at.known {
		return binding{condition: isTerm(at.String(), component.NoRegexp), fault: true}
	}

	return binding{}
}

// betweenTexts is what stands between texts in a sum such as "^" + pattern + "$".
func betweenTexts(expr ast.Expr) ast.Expr {
	sum, ok := expr.(*ast.BinaryExpr)
	if !ok || sum.Op != token.ADD {
		return expr
	}
	if _, isText := sum.Y.(*ast.BasicLit); isText {
		return betweenTexts(sum.X)
	}
	if _, isText := sum.X.(*ast.BasicLit); isText {
		return betweenTexts(sum.Y)
	}

	return expr
}

// overwrite notes that what stands at a place gets another value.
func (v *validator) overwrite(left ast.Expr, s *scope) {
	if _, isStar := left.(*ast.StarExpr); isStar {
		return // *c = DefaultConfig is what presetBy knows.
	}
	at := v.placeOf(left, s)
	switch {
	case at.known && at.element:
		s.bind(rootOf(left), binding{})
	case at.known:
		s.changed[at.String()] = true
	}
}

// hasChanged tells whether what stands at a place, or around it or in it, was given another value.
func (s *scope) hasChanged(at place) bool {
	for path := range s.changed {
		if path == "" || path == at.String() || strings.HasPrefix(path, at.String()+".") || strings.HasPrefix(at.String(), path+".") {
			return !at.element
		}
	}

	return false
}

func rootOf(expr ast.Expr) string {
	switch e := expr.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return rootOf(e.X)
	case *ast.StarExpr:
		return rootOf(e.X)
	default:
		return ""
	}
}

func (v *validator) bound(expr ast.Expr, s *scope) binding {
	if at := v.placeOf(expr, s); at.known {
		return binding{place: at}
	}

	call, _ := expr.(*ast.CallExpr)

	return binding{condition: v.condition(expr, s), call: call}
}

// member is when a map of the package has what is looked up in it.
func (v *validator) member(expr ast.Expr, s *scope) formula {
	index, ok := expr.(*ast.IndexExpr)
	if !ok {
		return formula{}
	}
	name, ok := index.X.(*ast.Ident)
	at := v.placeOf(index.Index, s)
	if !ok || !at.known {
		return formula{}
	}
	value, ok := s.in.values[name.Name]
	if !ok {
		return formula{}
	}
	entries, ok := value.expr.(*ast.CompositeLit)
	if !ok || !v.isText(at) {
		return formula{}
	}
	var words []any
	for _, entry := range entries.Elts {
		pair, ok := entry.(*ast.KeyValueExpr)
		if !ok || isFalse(pair.Value) {
			return formula{}
		}
		word, ok := v.constant(s.in, value.file, pair.Key)
		if !ok {
			return formula{}
		}
		words = append(words, written(word))
	}

	return isOneOf(at, words)
}

func isFalse(expr ast.Expr) bool {
	name, ok := expr.(*ast.Ident)

	return ok && name.Name == "false"
}

// mostCalls is how deep calls are followed.
const mostCalls = 5

// called walks through a function of the same package that is called for its error.
func (v *validator) called(call *ast.CallExpr, guard formula, s *scope) {
	declaration, inner := v.callee(call, s)
	if declaration == nil || v.depth >= mostCalls || returnsBool(declaration) {
		return
	}
	v.depth++
	v.block(declaration.Body.List, guard, inner)
	v.depth--
}

func returnsBool(d *ast.FuncDecl) bool {
	if d.Type.Results.NumFields() != 1 {
		return false
	}
	name, ok := d.Type.Results.List[0].Type.(*ast.Ident)

	return ok && name.Name == "bool"
}

// callee returns the function that is called, with what its parameters stand for; nil where it is not known.
func (v *validator) callee(call *ast.CallExpr, s *scope) (*ast.FuncDecl, *scope) {
	var declaration *ast.FuncDecl
	in := s.in
	self := binding{}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		declaration = in.function(f.Name)
	case *ast.SelectorExpr:
		at := v.placeOf(f.X, s)
		// A Validate below is called for its own type.
		if !at.known || f.Sel.Name == "Validate" {
			return nil, nil
		}
		var name string
		if in, name = v.typeName(at); in == nil {
			return nil, nil
		}
		declaration, self = in.method(name, f.Sel.Name), binding{place: at}
	}
	if declaration == nil || declaration.Body == nil {
		return nil, nil
	}
	inner := newScope(in, in.fileOf(declaration))
	inner.each, inner.changed = s.each, s.changed
	if declaration.Recv != nil {
		inner.bind(receiver(declaration), self)
	}
	at := 0
	for _, field := range declaration.Type.Params.List {
		for _, name := range field.Names {
			if at < len(call.Args) {
				inner.bind(name.Name, v.bound(call.Args[at], s))
			}
			at++
		}
	}

	return declaration, inner
}

// isText tells whether a string stands at a place.
func (v *validator) isText(at place) bool {
	name, ok := v.underlying(at).expr.(*ast.Ident)

	return ok && name.Name == "string"
}

// forgetAssigned forgets what something within a statement, but not the statement itself, gives another value.
func (v *validator) forgetAssigned(statement ast.Stmt, s *scope) {
	ast.Inspect(statement, func(node ast.Node) bool {
		assign, ok := node.(*ast.AssignStmt)
		if !ok || assign.Tok == token.DEFINE || node == ast.Node(statement) {
			return true
		}
		for _, left := range assign.Lhs {
			if name, isName := left.(*ast.Ident); isName {
				if _, bound := s.names[name.Name]; bound {
					s.bind(name.Name, binding{})
				}
			} else {
				v.overwrite(left, s)
			}
		}

		return true
	})
}

// forgetChanged forgets what a call is made on for what it does, as defaults are set.
func (v *validator) forgetChanged(st *ast.ExprStmt, s *scope) {
	call, ok := st.X.(*ast.CallExpr)
	if !ok {
		return
	}
	for _, expr := range call.Args {
		v.overwrite(expr, s)
	}
	if method, ok := call.Fun.(*ast.SelectorExpr); ok {
		v.overwrite(method.X, s)
	}
}

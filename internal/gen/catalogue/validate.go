package main

import (
	"go/ast"
	"go/token"
	"maps"
	"regexp"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// refusals returns the cases in which a type's own Validate, or UnmarshalText, refuses a value. What of it is not
// understood is left out: a case that stands here is one, and there may be more.
func (r *reader) refusals(p *goPackage, typeName string) []component.Refusal {
	var found []component.Refusal
	for _, method := range []string{"Validate", "UnmarshalText", "UnmarshalYAML"} {
		declaration := p.method(typeName, method)
		if declaration == nil || declaration.Body == nil || method == "Validate" && afterGlobals(p) {
			continue
		}
		file := p.fileOf(declaration)
		v := &validator{reader: r}
		self := place{in: p, file: file, expr: ast.NewIdent(typeName), known: true}
		s := newScope(p, file)
		if method == "UnmarshalText" {
			s.bind(parameter(declaration), binding{place: self})
		} else {
			s.bind(receiver(declaration), binding{place: self})
		}
		if _, isStruct := r.underlying(self).expr.(*ast.StructType); method == "UnmarshalYAML" && !isStruct {
			s.bind(decodedInto(declaration), binding{place: self})
		}
		v.block(declaration.Body.List, always(), s)
		found = each(found, v.found)
	}
	if ofPrometheus(p) {
		preset := r.presetBy(p, typeName)
		found = slices.DeleteFunc(found, func(refusal component.Refusal) bool { return slices.ContainsFunc(refusal.If, preset) })
	}

	return each(found, supplement(p.path+"."+typeName))
}

// each puts refusals together, each once.
func each(a, b []component.Refusal) []component.Refusal {
	for _, refusal := range b {
		if !slices.ContainsFunc(a, refusal.Same) {
			a = append(a, refusal)
		}
	}

	return a
}

// presetOf is the variable that a method sets its receiver to first: *c = DefaultConfig.
func presetOf(d *ast.FuncDecl) string {
	if d == nil || len(d.Body.List) == 0 {
		return ""
	}
	assign, ok := d.Body.List[0].(*ast.AssignStmt)
	if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
		return ""
	}
	if star, ok := assign.Lhs[0].(*ast.StarExpr); !ok || rootOf(star) != receiver(d) {
		return ""
	}
	name, ok := assign.Rhs[0].(*ast.Ident)
	if !ok {
		return ""
	}

	return name.Name
}

// presetBy tells whether a term is about what is set before Prometheus decodes a type.
func (r *reader) presetBy(p *goPackage, typeName string) func(component.Term) bool {
	preset := presetOf(p.method(typeName, "UnmarshalYAML"))
	if preset == "" {
		return func(component.Term) bool { return false }
	}
	m := maker{reader: r}
	defaults := map[string]any{}
	m.flatten(m.declared(p, preset), place{in: p, file: p.types[typeName].file, expr: ast.NewIdent(typeName), known: true}, defaults)

	return func(term component.Term) bool {
		_, isSet := defaults[term.Path]
		_, isUnknown := defaults[""]

		return isSet || isUnknown
	}
}

func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 || len(d.Recv.List[0].Names) == 0 {
		return "_"
	}

	return d.Recv.List[0].Names[0].Name
}

func parameter(d *ast.FuncDecl) string {
	if d.Type.Params.NumFields() != 1 || len(d.Type.Params.List[0].Names) == 0 {
		return "_"
	}

	return d.Type.Params.List[0].Names[0].Name
}

// decodedInto is the variable that a method of YAML decodes into: s of unmarshal(&s).
func decodedInto(d *ast.FuncDecl) string {
	variable := "_"
	ast.Inspect(d.Body, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) != 1 || embeddedName(call.Fun) != "unmarshal" {
			return true
		}
		if address, ok := call.Args[0].(*ast.UnaryExpr); ok {
			variable = rootOf(address.X)
		}

		return false
	})

	return variable
}

// validator walks through the statements of a Validate.
type validator struct {
	*reader
	found []component.Refusal
	depth int // of calls
}

// A binding is what a name of Go code stands for: a place, a condition, or what is not known.
type binding struct {
	place     place
	condition formula
	// fault tells that the name is an error, which is one where the condition holds.
	fault bool
}

// scope is what the names in a function stand for.
type scope struct {
	in    *goPackage
	file  *ast.File
	names map[string]binding
	// each is the path of the list whose elements are visited.
	each string
}

func newScope(p *goPackage, file *ast.File) *scope {
	return &scope{in: p, file: file, names: map[string]binding{}}
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

// refuse notes the cases of a condition.
func (v *validator) refuse(condition formula, s *scope) {
	for _, terms := range condition.cases() {
		if len(terms) == 0 {
			continue
		}
		r := component.Refusal{Each: s.each, If: terms}
		if !slices.ContainsFunc(v.found, r.Same) {
			v.found = append(v.found, r)
		}
	}
}

// block walks through statements that are reached where a guard holds, and returns when what is behind them is reached.
func (v *validator) block(statements []ast.Stmt, guard formula, s *scope) formula {
	for _, statement := range statements {
		guard = v.statement(statement, guard, s)
		if guard.isNever() {
			return guard
		}
	}

	return guard
}

func (v *validator) statement(statement ast.Stmt, guard formula, s *scope) formula {
	switch st := statement.(type) {
	case *ast.IfStmt:
		return v.ifElse(st, guard, s)
	case *ast.SwitchStmt:
		return v.switchCase(st, guard, s)
	case *ast.RangeStmt:
		v.loop(st, guard, s)
		if endsWell(st) {
			return and(guard, formula{})
		}
	case *ast.BlockStmt:
		return v.block(st.List, guard, s.inner())
	case *ast.AssignStmt:
		v.assign(st, guard, s)
	case *ast.ReturnStmt:
		for _, result := range st.Results {
			v.outcome(result, guard, s)
		}

		return never()
	case *ast.BranchStmt:
		return never()
	default:
		if endsWell(st) {
			return and(guard, formula{})
		}
	}

	return guard
}

// outcome notes what an expression that is returned as an error, or joined with others, refuses.
func (v *validator) outcome(expr ast.Expr, guard formula, s *scope) {
	if isError(expr) {
		v.refuse(guard, s)

		return
	}
	if name, isName := expr.(*ast.Ident); isName && s.names[name.Name].fault {
		v.refuse(and(guard, s.names[name.Name].condition), s)

		return
	}
	call, ok := expr.(*ast.CallExpr)
	if !ok {
		return
	}
	if joins(call) {
		for _, arg := range call.Args {
			v.outcome(arg, guard, s)
		}

		return
	}
	v.called(call, guard, s)
}

var errorName = regexp.MustCompile(`^[eE]rr[A-Z]`)

// isError tells whether an expression is an error for certain.
func isError(expr ast.Expr) bool {
	switch e := expr.(type) {
	case *ast.Ident:
		return errorName.MatchString(e.Name)
	case *ast.SelectorExpr:
		return errorName.MatchString(e.Sel.Name)
	case *ast.CallExpr:
		selector, ok := e.Fun.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		qualifier, ok := selector.X.(*ast.Ident)

		return ok && (qualifier.Name == "errors" && selector.Sel.Name == "New" || qualifier.Name == "fmt" && selector.Sel.Name == "Errorf")
	default:
		return false
	}
}

// joins tells whether a call puts errors together.
func joins(call *ast.CallExpr) bool {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name == "append"
	case *ast.SelectorExpr:
		qualifier, ok := f.X.(*ast.Ident)

		return ok && (qualifier.Name == "errors" && f.Sel.Name == "Join" ||
			qualifier.Name == "multierr" && (f.Sel.Name == "Append" || f.Sel.Name == "Combine"))
	default:
		return false
	}
}

func (v *validator) ifElse(st *ast.IfStmt, guard formula, s *scope) formula {
	s = s.inner()
	if assign, ok := st.Init.(*ast.AssignStmt); ok {
		v.assign(assign, guard, s)
	}
	condition := v.condition(st.Cond, s)
	v.block(st.Body.List, and(guard, condition), s.inner())
	passedBy := not(condition)
	if st.Else != nil {
		v.statement(st.Else, and(guard, passedBy), s.inner())
		if succeeds(st.Else) {
			guard = and(guard, condition)
		}
	}
	if succeeds(st.Body) {
		guard = and(guard, passedBy)
	}

	return guard
}

// succeeds tells whether a block ends the function and may end it without an error. One that ends it with an error does not
// count, since what is behind it is then wrong too.
func succeeds(statement ast.Stmt) bool {
	found := endsWell(statement)
	ast.Inspect(statement, func(node ast.Node) bool {
		_, isBranch := node.(*ast.BranchStmt)
		found = found || isBranch

		return true
	})

	return found
}

// endsWell tells whether a statement may end the function without an error.
func endsWell(statement ast.Stmt) bool {
	found := false
	ast.Inspect(statement, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.ReturnStmt:
			fails := len(n.Results) > 0
			for _, result := range n.Results {
				ident, isIdent := result.(*ast.Ident)
				_, isCall := result.(*ast.CallExpr)
				if isIdent && ident.Name == "nil" || isCall && !isError(result) {
					fails = false
				}
			}
			found = found || !fails
		}

		return true
	})

	return found
}

func (v *validator) switchCase(st *ast.SwitchStmt, guard formula, s *scope) formula {
	s = s.inner()
	if assign, ok := st.Init.(*ast.AssignStmt); ok {
		v.assign(assign, guard, s)
	}
	before, after := always(), guard // before: none of the cases above holds
	var byDefault *ast.CaseClause
	for _, statement := range st.Body.List {
		clause, ok := statement.(*ast.CaseClause)
		if !ok {
			continue
		}
		if clause.List == nil {
			byDefault = clause

			continue
		}
		condition := and(before, v.caseOf(st.Tag, clause.List, s))
		v.block(clause.Body, and(guard, condition), s.inner())
		if succeeds(&ast.BlockStmt{List: clause.Body}) {
			after = and(after, not(condition))
		}
		if st.Tag != nil || !fails(clause.Body) {
			before = and(before, not(v.caseOf(st.Tag, clause.List, s)))
		}
	}
	if byDefault != nil {
		v.block(byDefault.Body, and(guard, before), s.inner())
		if succeeds(&ast.BlockStmt{List: byDefault.Body}) {
			after = and(after, not(before))
		}
	}

	return after
}

// fails tells whether statements end with an error, so that what would come behind them is wrong too.
func fails(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	last, ok := body[len(body)-1].(*ast.ReturnStmt)

	return ok && len(last.Results) > 0 && isError(last.Results[len(last.Results)-1])
}

// caseOf is when a clause of a switch is taken, whatever stands above it.
func (v *validator) caseOf(tag ast.Expr, values []ast.Expr, s *scope) formula {
	if tag == nil {
		var parts []formula
		for _, value := range values {
			parts = append(parts, v.condition(value, s))
		}

		return or(parts...)
	}
	at := v.placeOf(tag, s)
	var words []any
	for _, value := range values {
		word, ok := v.constant(s.in, s.file, value)
		if !ok || !at.known {
			return formula{}
		}
		words = append(words, written(word))
	}

	return isTerm(at.String(), at.is(), words...)
}

// loop visits the elements of a list. One in another is passed over.
func (v *validator) loop(st *ast.RangeStmt, guard formula, s *scope) {
	if call, ok := st.X.(*ast.CallExpr); ok && joins(call) {
		for _, arg := range call.Args {
			part := *st
			part.X = arg
			v.loop(&part, guard, s)
		}

		return
	}
	value, ok := st.Value.(*ast.Ident)
	list := v.underlying(v.placeOf(st.X, s))
	array, isList := list.expr.(*ast.ArrayType)
	if !ok || !list.known || list.element || s.each != "" || !isList || !guard.isAlways() {
		return
	}
	inner := s.inner()
	inner.each = v.placeOf(st.X, s).String()
	// What stands outside of the list is not told apart from what stands in it.
	for name, b := range inner.names {
		if b.place.known && !b.place.element {
			inner.names[name] = binding{}
		}
	}
	inner.bind(value.Name, binding{place: place{in: list.in, file: list.file, expr: array.Elt, element: true, known: true}})
	if inner.each != "" {
		v.block(st.Body.List, always(), inner)
	}
}

// assign binds what is assigned to names, and notes what is joined with errors.
func (v *validator) assign(st *ast.AssignStmt, guard formula, s *scope) {
	for _, right := range st.Rhs {
		v.outcome(right, guard, s)
	}
	for i, left := range st.Lhs {
		name, ok := left.(*ast.Ident)
		if !ok {
			v.overwritten(left, s)

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

// overwritten forgets what a name stands for when a part of it gets another value.
func (v *validator) overwritten(left ast.Expr, s *scope) {
	ast.Inspect(left, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok {
			if at := v.placeOf(selector, s); at.known && len(at.path) > 0 {
				if root := rootOf(selector); root != "" {
					s.bind(root, binding{})
				}
			}
		}

		return true
	})
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

	return binding{condition: v.condition(expr, s)}
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

	return isTerm(at.String(), at.is(), words...)
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
	inner.each = s.each
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

	return ok && name.Name == "string" && token.IsIdentifier(name.Name)
}

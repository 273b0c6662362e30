package main

import (
	"go/ast"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// refusals returns the cases in which a type's own Validate, or UnmarshalText, refuses a value. What of it is not
// understood is left out: there may be more.
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

	found = each(found, r.operatorRefusals(p, typeName))

	return each(found, supplement(p.path+"."+typeName, minor(p.module.version)))
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

// refuse notes the cases of a condition.
func (v *validator) refuse(condition formula, s *scope) {
	for _, terms := range condition.cases() {
		// What only a gate decides says nothing of the config, and one that is switched says it by itself.
		if !slices.ContainsFunc(terms, func(t component.Term) bool { _, _, is := t.Gate(); return !is }) ||
			slices.ContainsFunc(terms, func(t component.Term) bool { _, byDefault, is := t.Gate(); return is && !byDefault }) {
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
	defer v.forgetAssigned(statement, s)
	switch st := statement.(type) {
	case *ast.IfStmt:
		return v.ifElse(st, guard, s)
	case *ast.SwitchStmt:
		return v.switchCase(st, guard, s)
	case *ast.ExprStmt:
		v.forgetChanged(st, s)
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
	if name, isName := expr.(*ast.Ident); isName {
		switch local, isLocal := s.names[name.Name]; {
		case local.fault:
			v.refuse(and(guard, local.condition), s)
		case local.call != nil:
			v.called(local.call, guard, s)
		case !isLocal && isError(expr):
			v.refuse(guard, s)
		}

		return
	}
	if isError(expr) {
		v.refuse(guard, s)

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

func (v *validator) ifElse(st *ast.IfStmt, guard formula, s *scope) formula {
	s = s.inner()
	if assign, ok := st.Init.(*ast.AssignStmt); ok {
		v.assign(assign, guard, s)
	}
	checked := checkedError(st)
	if checked != "" && !s.names[checked].fault {
		// What makes the error says when there is one.
		if call := s.names[checked].call; call != nil && passesOn(st.Body, checked) {
			v.called(call, guard, s)
		}
		if !passesOn(st.Body, checked) && endsWell(st.Body) || st.Else != nil {
			return and(guard, formula{})
		}

		return guard
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
	if succeeds(st.Body) && (checked == "" || !passesOn(st.Body, checked)) {
		guard = and(guard, passedBy)
	}

	return guard
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

	return isOneOf(at, words)
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
		if !b.place.element {
			inner.names[name] = binding{}
		}
	}
	inner.bind(value.Name, binding{place: place{in: list.in, file: list.file, expr: array.Elt, element: true, known: true}})
	if inner.each != "" {
		v.block(st.Body.List, always(), inner)
	}
}

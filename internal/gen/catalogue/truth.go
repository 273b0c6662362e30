package main

import (
	"go/ast"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// truth returns when a call gives true.
func (v *validator) truth(call *ast.CallExpr, s *scope) formula {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		if known, ok := v.truthOf(selector, call.Args, s); ok {
			return known
		}
	}
	declaration, inner := v.callee(call, s)
	if declaration == nil || v.depth >= mostCalls || !returnsBool(declaration) || len(declaration.Body.List) != 1 {
		return formula{}
	}
	result, ok := declaration.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(result.Results) != 1 {
		return formula{}
	}
	v.depth++
	defer func() { v.depth-- }()

	return v.condition(result.Results[0], inner)
}

// truthOf returns when a call of a method or function gives true whose meaning is known, without a look at its code.
func (v *validator) truthOf(function *ast.SelectorExpr, args []ast.Expr, s *scope) (formula, bool) {
	qualifier, _ := function.X.(*ast.Ident)
	in := func(name string) bool { return qualifier != nil && qualifier.Name == name && len(args) == 2 }
	switch name := function.Sel.Name; {
	case name == "HasValue":
		at := v.placeOf(function.X, s)

		return isTerm(at.String(), component.Given), at.known
	case name == "IsEnabled" && len(args) == 0:
		known := v.gate(function.X, s)

		return known, known.kind != unknown
	case name == "HasPrefix" && in("strings"):
		return v.begins(args[0], args[1], s), true
	case name == "Contains" && in("slices"):
		return v.contained(args[0], args[1], s), true
	default:
		return formula{}, false
	}
}

// gate is when a feature gate is on, which a variable of this or another package is.
func (v *validator) gate(expr ast.Expr, s *scope) formula {
	p, name := s.in, ""
	switch e := expr.(type) {
	case *ast.Ident:
		name = e.Name
	case *ast.SelectorExpr:
		if qualifier, ok := e.X.(*ast.Ident); ok {
			p, name = v.packages.imported(s.in, importedAs(s.file, qualifier.Name)), e.Sel.Name
		}
	}
	if p == nil {
		return formula{}
	}
	declared, ok := p.values[name]
	if !ok {
		return formula{}
	}
	call, ok := declared.expr.(*ast.CallExpr)
	if !ok || embeddedName(call.Fun) != "MustRegister" || len(call.Args) < 2 {
		return formula{}
	}
	id, isConstant := v.constant(p, declared.file, call.Args[0])
	stage := embeddedName(call.Args[1])
	if stage == "StageStable" {
		return always() // Nobody can switch it off.
	}
	on, isStage := map[string]bool{"StageAlpha": false, "StageBeta": true, "StageDeprecated": false}[stage]
	if !isConstant || !isStage {
		return formula{}
	}

	return isTerm("", component.GateOn, id, on)
}

// begins is when a text does with a constant.
func (v *validator) begins(text, with ast.Expr, s *scope) formula {
	at := v.placeOf(text, s)
	prefix, ok := v.constant(s.in, s.file, with)
	if !ok || !at.known || at.anyCase {
		return formula{}
	}

	return isTerm(at.String(), component.Begins, prefix)
}

// contained is when a value is one of a list of constants.
func (v *validator) contained(list, value ast.Expr, s *scope) formula {
	file := s.file
	if name, ok := list.(*ast.Ident); ok {
		declared, ok := s.in.values[name.Name]
		if !ok {
			return formula{}
		}
		list, file = declared.expr, declared.file
	}
	elements, ok := list.(*ast.CompositeLit)
	at := v.placeOf(value, s)
	if !ok || !at.known {
		return formula{}
	}
	var words []any
	for _, element := range elements.Elts {
		word, ok := v.constant(s.in, file, element)
		if !ok {
			return formula{}
		}
		words = append(words, written(word))
	}

	return isOneOf(at, words)
}

// isOneOf is when a value is one of some words; unknown without any, since they may come later.
func isOneOf(at place, words []any) formula {
	if len(words) == 0 {
		return formula{}
	}

	return isTerm(at.String(), at.is(), words...)
}

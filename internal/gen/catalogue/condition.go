package main

import (
	"go/ast"
	"go/token"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// condition returns when a boolean expression is true.
func (v *validator) condition(expr ast.Expr, s *scope) formula {
	switch e := expr.(type) {
	case *ast.ParenExpr:
		return v.condition(e.X, s)
	case *ast.UnaryExpr:
		if e.Op == token.NOT {
			return not(v.condition(e.X, s))
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.LAND:
			return and(v.condition(e.X, s), v.condition(e.Y, s))
		case token.LOR:
			return or(v.condition(e.X, s), v.condition(e.Y, s))
		default:
			return v.comparison(e, s)
		}
	case *ast.CallExpr:
		return v.truth(e, s)
	case *ast.IndexExpr:
		return v.member(e, s)
	case *ast.Ident:
		if b, ok := s.names[e.Name]; ok && !b.place.known {
			return b.condition
		}
	}
	if at := v.placeOf(expr, s); at.known && v.isBool(at) {
		return isTerm(at.String(), component.Set)
	}

	return formula{}
}

func (v *validator) isBool(at place) bool {
	name, ok := v.underlying(at).expr.(*ast.Ident)

	return ok && name.Name == "bool"
}

// comparison returns when one holds.
func (v *validator) comparison(e *ast.BinaryExpr, s *scope) formula {
	left, right, op := e.X, e.Y, e.Op
	if _, isConstant := v.constant(s.in, s.file, left); isConstant || isNil(left) {
		left, right, op = right, left, mirrored(op)
	}
	if of := lengthOf(left); of != nil {
		return v.lengthComparison(of, right, op, s)
	}
	at := v.placeOf(left, s)
	if !at.known {
		if name, isName := left.(*ast.Ident); isName && isNil(right) && s.names[name.Name].fault {
			return map[token.Token]formula{token.NEQ: s.names[name.Name].condition, token.EQL: not(s.names[name.Name].condition)}[op]
		}

		return v.unlike(e, s)
	}
	if isNil(right) {
		if at.String() == "" && !at.element {
			return map[token.Token]formula{token.EQL: never(), token.NEQ: always()}[op]
		}

		return equality(at, op, component.NotGiven)
	}
	value, isConstant := v.constant(s.in, s.file, right)
	if !isConstant {
		return v.between(at, v.placeOf(right, s), op)
	}
	return compared(at, op, value)
}

// compared compares with a constant.
func compared(at place, op token.Token, value any) formula {
	if (op == token.EQL || op == token.NEQ) && zero(value) {
		return equality(at, op, component.Unset)
	}
	ops := map[token.Token]component.Op{
		token.EQL: at.is(), token.NEQ: at.is().Not(), token.LSS: component.Less, token.LEQ: component.AtMost,
		token.GTR: component.More, token.GEQ: component.AtLeast,
	}
	if found, ok := ops[op]; ok {
		return isTerm(at.String(), found, written(value))
	}

	return formula{}
}

// unlike compares two conditions.
func (v *validator) unlike(e *ast.BinaryExpr, s *scope) formula {
	if e.Op != token.NEQ && e.Op != token.EQL {
		return formula{}
	}
	a, b := v.condition(e.X, s), v.condition(e.Y, s)
	if e.Op == token.EQL {
		b = not(b)
	}

	return or(and(a, not(b)), and(not(a), b))
}

// equality is a comparison by == with what an op means.
func equality(at place, op token.Token, means component.Op) formula {
	switch op {
	case token.EQL:
		return isTerm(at.String(), means)
	case token.NEQ:
		return not(isTerm(at.String(), means))
	default:
		return formula{}
	}
}

// between compares two values of the map.
func (v *validator) between(a, b place, op token.Token) formula {
	ops := map[token.Token]component.Op{
		token.LSS: component.Less, token.LEQ: component.AtMost, token.GTR: component.More, token.GEQ: component.AtLeast,
	}
	found, ok := ops[op]
	if !ok || !b.known || a.element != b.element || b.String() == "" {
		return formula{}
	}

	return formula{kind: atom, term: component.Term{Path: a.String(), Op: found, Other: b.String()}}
}

// lengthComparison compares a length with a number.
func (v *validator) lengthComparison(of, with ast.Expr, op token.Token, s *scope) formula {
	at := v.placeOf(of, s)
	number, ok := v.constant(s.in, s.file, with)
	if !at.known || !ok {
		return formula{}
	}
	switch {
	case number == float64(0) && (op == token.EQL || op == token.LEQ), number == float64(1) && op == token.LSS:
		return isTerm(at.String(), component.Empty)
	case number == float64(0) && (op == token.NEQ || op == token.GTR), number == float64(1) && op == token.GEQ:
		return isTerm(at.String(), component.NotEmpty)
	}
	n, _ := number.(float64)

	return longer(at, op, n)
}

// longer compares a length with a number that is not 0.
func longer(at place, op token.Token, n float64) formula {
	switch op {
	case token.GTR:
		return isTerm(at.String(), component.Longer, n)
	case token.GEQ:
		return isTerm(at.String(), component.Longer, n-1)
	case token.LEQ:
		return isTerm(at.String(), component.NotLonger, n)
	case token.LSS:
		return isTerm(at.String(), component.NotLonger, n-1)
	default:
		return formula{}
	}
}

func lengthOf(expr ast.Expr) ast.Expr {
	call, ok := expr.(*ast.CallExpr)
	if !ok || len(call.Args) != 1 {
		return nil
	}
	if name, ok := call.Fun.(*ast.Ident); ok && name.Name == "len" {
		return call.Args[0]
	}

	return nil
}

func isNil(expr ast.Expr) bool {
	name, ok := expr.(*ast.Ident)

	return ok && name.Name == "nil"
}

func mirrored(op token.Token) token.Token {
	switch op {
	case token.LSS:
		return token.GTR
	case token.GTR:
		return token.LSS
	case token.LEQ:
		return token.GEQ
	case token.GEQ:
		return token.LEQ
	default:
		return op
	}
}

// placeOf returns where an expression stands in the map; unknown where it is computed.
func (v *validator) placeOf(expr ast.Expr, s *scope) place {
	switch e := expr.(type) {
	case *ast.Ident:
		return s.names[e.Name].place
	case *ast.ParenExpr:
		return v.placeOf(e.X, s)
	case *ast.StarExpr:
		return v.placeOf(e.X, s)
	case *ast.UnaryExpr:
		if e.Op == token.AND {
			return v.placeOf(e.X, s)
		}
	case *ast.SelectorExpr:
		if at := v.placeOf(e.X, s); at.known {
			if below := v.field(at, e.Sel.Name); !s.hasChanged(below) {
				return below
			}
		}
	case *ast.CallExpr:
		return v.sameAs(e, s)
	}

	return place{}
}

// sameAs returns the place of what a call gives back as it is: of a conversion, and of what is optional.
func (v *validator) sameAs(call *ast.CallExpr, s *scope) place {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok && len(call.Args) == 0 {
		if selector.Sel.Name == "Get" || selector.Sel.Name == "GetOrInsertDefault" {
			return v.placeOf(selector.X, s)
		}

		return place{}
	}
	if len(call.Args) != 1 || !v.converts(call.Fun, s) {
		return place{}
	}
	at := v.placeOf(call.Args[0], s)
	at.anyCase = at.anyCase || changesCase(call.Fun)

	return at
}

// converts tells whether what is called is a type that holds the same as its argument.
func (v *validator) converts(function ast.Expr, s *scope) bool {
	switch f := function.(type) {
	case *ast.Ident:
		basic, ok := basicType(f.Name)
		_, own := s.in.types[f.Name]

		return own || ok && basic != component.Any
	case *ast.SelectorExpr:
		qualifier, ok := f.X.(*ast.Ident)
		if !ok {
			return false
		}
		path := importedAs(s.file, qualifier.Name)
		if path == "strings" && (f.Sel.Name == "TrimSpace" || changesCase(f)) {
			return true
		}
		other := v.packages.imported(s.in, path)

		return other != nil && other.types[f.Sel.Name] != nil
	default:
		return false
	}
}

// changesCase tells whether a function is of those that make letters small or large.
func changesCase(function ast.Expr) bool {
	selector, ok := function.(*ast.SelectorExpr)

	return ok && (selector.Sel.Name == "ToLower" || selector.Sel.Name == "ToUpper")
}

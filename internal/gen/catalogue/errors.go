package main

import (
	"go/ast"
	"go/token"
	"regexp"
	"strings"
)

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

// checkedError is the name that an if compares with nil, as err != nil; empty where it does something else.
func checkedError(st *ast.IfStmt) string {
	comparison, ok := st.Cond.(*ast.BinaryExpr)
	if !ok || comparison.Op != token.NEQ || !isNil(comparison.Y) {
		return ""
	}
	name, ok := comparison.X.(*ast.Ident)
	if !ok || !strings.Contains(strings.ToLower(name.Name), "err") {
		return ""
	}

	return name.Name
}

// passesOn tells whether a block returns an error that it got, or joins it with others.
func passesOn(body *ast.BlockStmt, name string) bool {
	if len(body.List) == 0 {
		return false
	}
	mentions := func(node ast.Node) bool {
		found := false
		ast.Inspect(node, func(n ast.Node) bool {
			ident, ok := n.(*ast.Ident)
			found = found || ok && ident.Name == name

			return true
		})

		return found
	}
	switch last := body.List[len(body.List)-1].(type) {
	case *ast.ReturnStmt:
		return mentions(last)
	case *ast.AssignStmt:
		call, ok := last.Rhs[0].(*ast.CallExpr)

		return ok && joins(call) && mentions(call)
	default:
		return false
	}
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
		case *ast.IfStmt:
			name := checkedError(n)

			return name == "" || !passesOn(n.Body, name)
		case *ast.ReturnStmt:
			found = found || len(n.Results) == 0 || !isError(n.Results[len(n.Results)-1])
		}

		return true
	})

	return found
}

// fails tells whether statements end with an error, so that what would come behind them is wrong too.
func fails(body []ast.Stmt) bool {
	if len(body) == 0 {
		return false
	}
	last, ok := body[len(body)-1].(*ast.ReturnStmt)

	return ok && len(last.Results) > 0 && !endsWell(&ast.BlockStmt{List: body})
}

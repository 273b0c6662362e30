package main

import (
	"go/ast"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// configuration returns the structure that a component's factory decodes its config into.
func (r *reader) configuration(p *goPackage) component.Structure {
	for _, f := range p.functions {
		if !returnsConfig(f.declaration) {
			continue
		}
		if expr := p.returned(f.declaration.Body); expr != nil {
			return r.expression(p, f.file, expr)
		}
		if other := r.delegated(p, f); other != nil {
			return r.configuration(other)
		}
	}

	return r.named(p, "Config")
}

// delegated returns the package whose function makes the default config that a function returns, as datadog's do; nil where
// it is none.
func (r *reader) delegated(p *goPackage, f goFunction) *goPackage {
	statements := f.declaration.Body.List
	if len(statements) == 0 {
		return nil
	}
	last, ok := statements[len(statements)-1].(*ast.ReturnStmt)
	if !ok || len(last.Results) != 1 {
		return nil
	}
	call, ok := last.Results[0].(*ast.CallExpr)
	if !ok {
		return nil
	}
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	qualifier, ok := selector.X.(*ast.Ident)
	if !ok {
		return nil
	}
	other := r.packages.imported(p, importedAs(f.file, qualifier.Name))
	if other == nil {
		return nil
	}
	if made := other.function(selector.Sel.Name); made == nil || !returnsConfig(made) {
		return nil
	}

	return other
}

// returnsConfig tells whether a function makes a default config: it returns component.Config.
func returnsConfig(f *ast.FuncDecl) bool {
	if f.Body == nil || f.Type.Params.NumFields() > 0 || f.Type.Results.NumFields() != 1 {
		return false
	}
	selector, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr)

	if !ok || selector.Sel.Name != "Config" {
		return false
	}
	qualifier, ok := selector.X.(*ast.Ident)

	return ok && qualifier.Name == "component"
}

// returned finds the type of the struct whose address a function returns, directly or by a variable.
func (p *goPackage) returned(body *ast.BlockStmt) ast.Expr {
	variables := map[string]ast.Expr{}
	var found ast.Expr
	ast.Inspect(body, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.FuncLit:
			return false
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok && i < len(n.Rhs) {
					variables[name.Name] = p.literalType(n.Rhs[i], variables)
				}
			}
		case *ast.ReturnStmt:
			if found == nil && len(n.Results) == 1 {
				found = p.literalType(n.Results[0], variables)
			}
		}

		return true
	})

	return found
}

func (p *goPackage) literalType(expr ast.Expr, variables map[string]ast.Expr) ast.Expr {
	switch e := expr.(type) {
	case *ast.UnaryExpr:
		return p.literalType(e.X, variables)
	case *ast.CompositeLit:
		return e.Type
	case *ast.Ident:
		return variables[e.Name]
	case *ast.CallExpr:
		return p.result(e.Fun)
	default:
		return nil
	}
}

// result returns the type of what a function of the package returns first.
func (p *goPackage) result(function ast.Expr) ast.Expr {
	name, ok := function.(*ast.Ident)
	if !ok {
		return nil
	}
	for _, f := range p.functions {
		results := f.declaration.Type.Results
		if f.declaration.Name.Name == name.Name && f.declaration.Recv == nil && results.NumFields() > 0 {
			return results.List[0].Type
		}
	}

	return nil
}

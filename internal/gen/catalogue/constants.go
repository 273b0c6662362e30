package main

import (
	"go/ast"
	"go/token"
	"strconv"
	"strings"
	"time"
)

// constant returns the value of a constant expression: a string, a bool, a float64, or a time.Duration.
func (r *reader) constant(p *goPackage, file *ast.File, expr ast.Expr) (any, bool) {
	switch e := expr.(type) {
	case *ast.BasicLit:
		return literal(e)
	case *ast.ParenExpr:
		return r.constant(p, file, e.X)
	case *ast.Ident:
		if e.Name == "true" || e.Name == "false" {
			return e.Name == "true", true
		}

		return r.constantNamed(p, e.Name)
	case *ast.SelectorExpr:
		return r.constantSelected(p, file, e)
	case *ast.UnaryExpr:
		if number, ok := r.constant(p, file, e.X); ok && e.Op == token.SUB {
			return negative(number)
		}
	case *ast.BinaryExpr:
		return r.product(p, file, e)
	case *ast.CallExpr:
		// A conversion, such as string(ModeA), or a function that wraps one, such as attribute.Key("a").
		if len(e.Args) == 1 && e.Ellipsis == token.NoPos && conversion(e.Fun) {
			return r.constant(p, file, e.Args[0])
		}
	}

	return nil, false
}

// conversion tells whether a call may be the conversion of a constant to a type.
func conversion(function ast.Expr) bool {
	switch f := function.(type) {
	case *ast.Ident:
		_, basic := basicType(f.Name)

		return basic || ast.IsExported(f.Name) || strings.HasSuffix(strings.ToLower(f.Name), "type")
	case *ast.SelectorExpr:
		return f.Sel.Name == "Key" || f.Sel.Name == "Duration" || strings.HasSuffix(f.Sel.Name, "Type")
	default:
		return false
	}
}

func literal(e *ast.BasicLit) (any, bool) {
	switch e.Kind {
	case token.STRING:
		text, err := strconv.Unquote(e.Value)

		return text, err == nil
	case token.INT:
		number, err := strconv.ParseInt(e.Value, 0, 64)

		return float64(number), err == nil
	case token.FLOAT:
		number, err := strconv.ParseFloat(e.Value, 64)

		return number, err == nil
	default:
		return nil, false
	}
}

func negative(number any) (any, bool) {
	switch n := number.(type) {
	case float64:
		return -n, true
	case time.Duration:
		return -n, true
	default:
		return nil, false
	}
}

// constantNamed returns the value of a constant of a package, or of a variable that is set where it is declared.
func (r *reader) constantNamed(p *goPackage, name string) (any, bool) {
	value, ok := p.values[name]
	if !ok || !value.constant {
		return nil, false
	}

	return r.constant(p, value.file, value.expr)
}

func (r *reader) constantSelected(p *goPackage, file *ast.File, e *ast.SelectorExpr) (any, bool) {
	qualifier, ok := e.X.(*ast.Ident)
	if !ok {
		return nil, false
	}
	path := importedAs(file, qualifier.Name)
	if path == "time" {
		unit, ok := map[string]time.Duration{
			"Nanosecond": 1, "Microsecond": time.Microsecond, "Millisecond": time.Millisecond,
			"Second": time.Second, "Minute": time.Minute, "Hour": time.Hour,
		}[e.Sel.Name]

		return unit, ok
	}
	if other := r.packages.imported(p, path); path != "" && other != nil {
		return r.constantNamed(other, e.Sel.Name)
	}

	return nil, false
}

// product multiplies numbers, and numbers with durations.
func (r *reader) product(p *goPackage, file *ast.File, e *ast.BinaryExpr) (any, bool) {
	left, ok := r.constant(p, file, e.X)
	right, also := r.constant(p, file, e.Y)
	if !ok || !also || e.Op != token.MUL && e.Op != token.SHL {
		return nil, false
	}
	a, aIsNumber := left.(float64)
	b, bIsNumber := right.(float64)
	switch {
	case e.Op == token.SHL && aIsNumber && bIsNumber:
		return float64(int64(a) << uint(b)), true
	case e.Op == token.SHL:
		return nil, false
	case aIsNumber && bIsNumber:
		return a * b, true
	case aIsNumber:
		unit, isDuration := right.(time.Duration)

		return time.Duration(a * float64(unit)), isDuration
	case bIsNumber:
		unit, isDuration := left.(time.Duration)

		return time.Duration(b * float64(unit)), isDuration
	default:
		return nil, false
	}
}

// written is a constant as a config has it.
func written(value any) any {
	if d, ok := value.(time.Duration); ok {
		return d.String()
	}

	return value
}

// zero tells whether a constant is what Go has where nothing is set.
func zero(value any) bool {
	return value == "" || value == false || value == float64(0) || value == time.Duration(0)
}

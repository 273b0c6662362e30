package values

import (
	"embed"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
)

// The linker leaves the sources out of a program that does not call Schema.
//
//go:embed access.go autoscaling.go config.go image.go monitoring.go pod.go routes.go tls.go values.go
var sources embed.FS

// fieldComments gives the comments of the fields of this package's structs, by
// "Type.Field", each on one line.
func fieldComments() (map[string]string, error) {
	entries, err := sources.ReadDir(".")
	if err != nil {
		return nil, fmt.Errorf("listing the embedded sources: %w", err)
	}
	comments := map[string]string{}
	for _, entry := range entries {
		data, err := sources.ReadFile(entry.Name())
		if err != nil {
			return nil, fmt.Errorf("reading the embedded source %s: %w", entry.Name(), err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), entry.Name(), data, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parsing the embedded source: %w", err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if fields, ok := spec.Type.(*ast.StructType); ok {
				addComments(comments, spec.Name.Name, fields)
			}
			return false
		})
	}
	return comments, nil
}

func addComments(comments map[string]string, typeName string, fields *ast.StructType) {
	for _, field := range fields.Fields.List {
		for _, name := range field.Names {
			comments[typeName+"."+name.Name] = strings.Join(strings.Fields(field.Doc.Text()), " ")
		}
	}
}

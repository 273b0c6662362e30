package main

import (
	"go/ast"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

const stanza = "github.com/open-telemetry/opentelemetry-collector-contrib/pkg/stanza"

// operatorRefusals are the cases in which an operator of a receiver of logs is refused: its type has to be one that a
// package of the same module registers.
func (r *reader) operatorRefusals(p *goPackage, typeName string) []component.Refusal {
	if p.path != stanza+"/operator" || typeName != "Config" {
		return nil
	}
	types := r.operators(p.module)
	if len(types) == 0 {
		return nil
	}

	return []component.Refusal{
		{If: []component.Term{{Path: "type", Op: component.Unset}}},
		{If: []component.Term{{Path: "type", Op: component.IsNot, Values: types}, {Path: "type", Op: component.Set}}},
	}
}

// operators are the types that the packages of a module register, sorted.
func (r *reader) operators(module *goModule) (types []any) {
	root := filepath.Join(module.dir, "operator")
	_ = filepath.WalkDir(root, func(dir string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			return nil //nolint:nilerr // What can't be read registers nothing.
		}
		below, err := filepath.Rel(module.dir, dir)
		if err != nil {
			return err
		}
		if p := r.packages.load(module, module.path+"/"+filepath.ToSlash(below)); p != nil {
			types = append(types, r.registeredBy(p)...)
		}

		return nil
	})
	slices.SortFunc(types, func(a, b any) int { return strings.Compare(component.Plain(a), component.Plain(b)) })

	return slices.Compact(types)
}

// registeredBy are the first arguments of a package's calls of operator.Register.
func (r *reader) registeredBy(p *goPackage) (types []any) {
	for _, f := range p.functions {
		if f.declaration.Name.Name != "init" || f.declaration.Body == nil {
			continue
		}
		ast.Inspect(f.declaration.Body, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 || !strings.HasPrefix(embeddedName(call.Fun), "Register") {
				return true
			}
			if name, ok := r.constant(p, f.file, call.Args[0]); ok {
				types = append(types, name)
			}

			return true
		})
	}

	return types
}

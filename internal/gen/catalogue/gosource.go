package main

import (
	"context"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
)

// goModule is a module as the proxy has it.
type goModule struct {
	path, version, dir string
	requires           map[string]string
}

// goPackage is the syntax of one package, its tests and what is not for Linux left out. Nothing is type-checked, since
// most of what a module imports is not at hand.
type goPackage struct {
	path   string
	module *goModule
	// approximate tells that its module is of another version than the one that was required.
	approximate bool
	types       map[string]*goType
	// functions are all, with and without a receiver.
	functions []goFunction
	// values are the constants and variables that are set where they are declared.
	values map[string]goValue
}

type goValue struct {
	file     *ast.File
	expr     ast.Expr
	constant bool
}

type goFunction struct {
	file        *ast.File
	declaration *ast.FuncDecl
}

type goType struct {
	file *ast.File
	expr ast.Expr
}

// method returns a method of a type; nil where it has none of this name.
func (p *goPackage) method(typeName, method string) *ast.FuncDecl {
	for _, f := range p.functions {
		d := f.declaration
		if d.Name.Name == method && d.Recv != nil && len(d.Recv.List) > 0 && embeddedName(d.Recv.List[0].Type) == typeName {
			return d
		}
	}

	return nil
}

// fileOf returns the file of a function.
func (p *goPackage) fileOf(d *ast.FuncDecl) *ast.File {
	for _, f := range p.functions {
		if f.declaration == d {
			return f.file
		}
	}

	return nil
}

// packages reads the packages of modules, each once.
type packages struct {
	ctx    context.Context
	proxy  *proxy
	loaded map[string]*goPackage
}

// imported returns a package that another one imports; nil where it can't be had.
func (ps *packages) imported(by *goPackage, importPath string) *goPackage {
	module, approximate := by.module, by.approximate
	if !within(importPath, module.path) {
		required := longestPrefix(importPath, module.requires)
		if required == "" || !strings.Contains(required, "opentelemetry") && !strings.HasPrefix(required, prometheusModules) {
			return nil
		}
		var err error
		if module, err = ps.proxy.nearest(ps.ctx, required, module.requires[required]); err != nil {
			return nil
		}
		approximate = approximate || module.version != by.module.requires[required]
	}
	p := ps.load(module, importPath)
	if p != nil && approximate && !p.approximate {
		same := *p
		same.approximate = true

		return &same
	}

	return p
}

// load reads a package of a module; nil where the module has none of this path.
func (ps *packages) load(module *goModule, importPath string) *goPackage {
	id := importPath + "@" + module.version
	if p, ok := ps.loaded[id]; ok {
		return p
	}
	p := parsePackage(module, importPath)
	ps.loaded[id] = p

	return p
}

func parsePackage(module *goModule, importPath string) *goPackage {
	dir := filepath.Join(module.dir, filepath.FromSlash(strings.TrimPrefix(strings.TrimPrefix(importPath, module.path), "/")))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	p := &goPackage{path: importPath, module: module, types: map[string]*goType{}, values: map[string]goValue{}}
	platform := build.Default
	platform.GOOS, platform.GOARCH, platform.CgoEnabled = "linux", "amd64", true
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if match, err := platform.MatchFile(dir, name); err != nil || !match {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err == nil {
			p.add(file)
		}
	}

	return p
}

func (p *goPackage) add(file *ast.File) {
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					p.types[s.Name.Name] = &goType{file: file, expr: s.Type}
				case *ast.ValueSpec:
					for i, name := range s.Names {
						if i < len(s.Values) {
							p.values[name.Name] = goValue{file: file, expr: s.Values[i], constant: d.Tok == token.CONST}
						}
					}
				}
			}
		case *ast.FuncDecl:
			p.functions = append(p.functions, goFunction{file: file, declaration: d})
		}
	}
}

// importedAs returns the import path that a file knows by a name.
func importedAs(file *ast.File, name string) string {
	for _, spec := range file.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if spec.Name != nil && spec.Name.Name == name || spec.Name == nil && packageName(importPath) == name {
			return importPath
		}
	}

	return ""
}

// packageName guesses a package's name from its path, as all of upstream's are named.
func packageName(importPath string) string {
	base := path.Base(importPath)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(importPath))
	}

	return base
}

func within(importPath, modulePath string) bool {
	return importPath == modulePath || strings.HasPrefix(importPath, modulePath+"/")
}

func longestPrefix(importPath string, modules map[string]string) string {
	longest := ""
	for module := range modules {
		if within(importPath, module) && len(module) > len(longest) {
			longest = module
		}
	}

	return longest
}

// requirements reads the versions that a module's go.mod requires.
func requirements(dir string) (map[string]string, error) {
	file := filepath.Join(dir, "go.mod")
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	parsed, err := modfile.ParseLax(file, data, nil)
	if err != nil {
		return nil, err
	}
	requires := map[string]string{}
	for _, r := range parsed.Require {
		requires[r.Mod.Path] = r.Mod.Version
	}

	return requires, nil
}

package main

import (
	"go/ast"
	"os"
	"path/filepath"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// The prometheus receiver takes a config of Prometheus, whose types are decoded from YAML: by other tags, and by methods of
// their own.
const prometheusModules = "github.com/prometheus/"

// ofPrometheus tells whether a package's types are decoded from YAML.
func ofPrometheus(p *goPackage) bool { return strings.HasPrefix(p.path, prometheusModules) }

// decodedAsYAML tells whether a string of a package may be written as a number. Those of Prometheus' client are only used in
// types of the collector.
func decodedAsYAML(p *goPackage) bool {
	return ofPrometheus(p) && !strings.HasPrefix(p.path, prometheusModules+"client_golang")
}

// afterGlobals tells whether a package's types are validated when what they lack was taken from the global settings.
func afterGlobals(p *goPackage) bool { return p.path == prometheusModules+"prometheus/config" }

// prometheusType returns the structure of a type of Prometheus that its fields do not tell.
func (r *reader) prometheusType(p *goPackage, name string, spec *goType) (component.Structure, bool) {
	text := component.Structure{Type: component.Text}
	switch strings.TrimPrefix(p.path, prometheusModules) + "." + name {
	case "common/model.Duration":
		return component.Structure{Type: component.PrometheusDuration}, true
	case "prometheus/model/labels.Labels":
		return component.Structure{Type: component.Map, Of: &text}, true
	case "prometheus/discovery/targetgroup.Group":
		labels := component.Structure{Type: component.Map, Of: &text}

		return component.Structure{Type: component.Map, Keys: map[string]*component.Structure{
			"targets": {Type: component.List, Of: &text}, "labels": &labels,
		}}, true
	case "prometheus/discovery.StaticConfig":
		group := r.named(p.sibling(r, "targetgroup"), "Group")

		return component.Structure{Type: component.List, Of: &group}, true
	}
	if p.method(name, "UnmarshalYAML") == nil && p.method(name, "UnmarshalText") == nil {
		return component.Structure{}, false
	}
	if fields, isStruct := spec.expr.(*ast.StructType); isStruct && hasTags(fields) {
		return component.Structure{}, false
	}

	return r.withRefusals(text, p, name), true
}

// sibling is a package below another one.
func (p *goPackage) sibling(r *reader, name string) *goPackage {
	return r.packages.load(p.module, p.path+"/"+name)
}

func hasTags(fields *ast.StructType) bool {
	for _, field := range fields.Fields.List {
		if name, options := tag(field, "yaml"); name != "" || options["inline"] {
			return true
		}
	}

	return false
}

// discoveries adds the keys of the service discoveries, which register themselves under names: dns_sd_configs of "dns".
func (r *reader) discoveries(p *goPackage, into *component.Structure) {
	const folder = "discovery"
	root := filepath.Join(p.module.dir, folder)
	into.Keys["static_configs"] = &component.Structure{Type: component.List, Of: r.of(r.packages.load(p.module, p.module.path+"/"+folder+"/targetgroup"), "Group")}
	entries, err := os.ReadDir(root)
	if err != nil {
		return
	}
	for _, entry := range entries {
		if !entry.IsDir() {
			continue
		}
		discovery := r.packages.load(p.module, p.module.path+"/"+folder+"/"+entry.Name())
		if discovery == nil {
			continue
		}
		for _, f := range discovery.functions {
			if name := discoveryName(f.declaration); name != "" {
				of := r.of(discovery, embeddedName(f.declaration.Recv.List[0].Type))
				into.Keys[name+"_sd_configs"] = &component.Structure{Type: component.List, Of: of}
			}
		}
	}
}

func (r *reader) of(p *goPackage, name string) *component.Structure {
	if p == nil {
		return nil
	}
	structure := r.named(p, name)

	return &structure
}

// discoveryName is what a method called Name of a type …SDConfig returns; empty where the function is another one.
func discoveryName(d *ast.FuncDecl) string {
	if d.Name.Name != "Name" || d.Recv == nil || !strings.HasSuffix(embeddedName(d.Recv.List[0].Type), "SDConfig") || len(d.Body.List) != 1 {
		return ""
	}
	result, ok := d.Body.List[0].(*ast.ReturnStmt)
	if !ok || len(result.Results) != 1 {
		return ""
	}
	text, ok := result.Results[0].(*ast.BasicLit)
	if !ok {
		return ""
	}
	name, _ := literal(text)
	word, _ := name.(string)

	return word
}

package main

import (
	"go/ast"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// scrapers adds what a receiver decodes by itself into its Scrapers: a key for each package of a scraper in the variable
// scraperFactories, such as cpu of cpuscraper.
func (r *reader) scrapers(p *goPackage, into *component.Structure) {
	factories, ok := p.values["scraperFactories"]
	if !ok {
		return
	}
	keys := map[string]*component.Structure{}
	ast.Inspect(factories.expr, func(node ast.Node) bool {
		selector, ok := node.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		qualifier, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		name, isScraper := strings.CutSuffix(qualifier.Name, "scraper")
		if scraper := r.packages.imported(p, importedAs(factories.file, qualifier.Name)); isScraper && scraper != nil {
			structure := r.configuration(scraper)
			keys[name] = &structure
		}

		return false
	})
	if len(keys) > 0 {
		into.Keys["scrapers"] = &component.Structure{Type: component.Map, Keys: keys}
	}
}

// isScrapers tells whether a field holds the scrapers that a receiver decodes by itself.
func isScrapers(field *ast.Field) bool {
	return len(field.Names) == 1 && field.Names[0].Name == "Scrapers"
}

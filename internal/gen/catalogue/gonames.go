package main

import "github.com/helm-otlp/helm-otlp/pkg/component"

// basicType returns what one of Go's own types decodes.
func basicType(name string) (component.Type, bool) {
	switch name {
	case "string":
		return component.String, true
	case "bool":
		return component.Bool, true
	case "int", "int8", "int16", "int32", "int64", "rune":
		return component.Int, true
	case "uint", "uint8", "uint16", "uint32", "uint64", "byte":
		return component.Uint, true
	case "float32", "float64":
		return component.Float, true
	case "any", "error":
		return component.Any, true
	default:
		return "", false
	}
}

// wellKnown returns the structure of types that decode as their Go structure does not tell.
func wellKnown(name string) (component.Structure, bool) {
	const collector = "go.opentelemetry.io/collector/"
	switch name {
	case "time.Duration":
		return component.Structure{Type: component.Duration}, true
	case "time.Time", "time.Location", "net/url.URL", "regexp.Regexp",
		collector + "component.Type", collector + "pipeline.ID", collector + "config/configopaque.String":
		return component.Structure{Type: component.String}, true
	case "net/url.Values":
		return component.Structure{Type: component.Map, Of: &component.Structure{Type: component.List, Of: &component.Structure{Type: component.String}}}, true
	case collector + "component.ID":
		return component.Structure{Type: component.ID}, true
	case collector + "component.Config", collector + "config/configopaque.MapList":
		return anything(), true
	default:
		return component.Structure{}, false
	}
}

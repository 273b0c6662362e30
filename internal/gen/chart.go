package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// valuesSchema makes the schema that Helm holds values to.
func valuesSchema(string) ([]byte, error) {
	schema, err := values.Schema()
	if err != nil {
		return nil, fmt.Errorf("reflecting pkg/values: %w", err)
	}
	return schema, nil
}

// componentTable makes the data that the chart's interpreter reads: JSON, since parsing
// it as YAML would take longer than the rest of a render.
func componentTable(string) ([]byte, error) {
	var table bytes.Buffer
	encoder := json.NewEncoder(&table)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(component.All()); err != nil {
		return nil, fmt.Errorf("writing pkg/component as JSON: %w", err)
	}
	return table.Bytes(), nil
}

// chartDefaults makes the copy of the defaults that the templates can read, with the keys of a layer that may be null.
func chartDefaults(root string) ([]byte, error) {
	data, err := readDefaults(root)
	if err != nil {
		return nil, err
	}
	var defaults struct {
		Modes map[string]map[string]any `json:"modes"`
	}
	if err := yaml.Unmarshal(data, &defaults); err != nil {
		return nil, fmt.Errorf("reading the defaults: %w", err)
	}
	schema, err := readSchema()
	if err != nil {
		return nil, err
	}
	nullable := map[string]any{}
	for _, layer := range defaults.Modes {
		schema.nullable(schema.Definitions["Settings"], layer, nullable)
	}
	text, err := json.Marshal(map[string]any{"modes": defaults.Modes, "nullable": nullable})
	if err != nil {
		return nil, fmt.Errorf("writing the defaults as JSON: %w", err)
	}
	return append(text, '\n'), nil
}

// nullable finds the keys that may be null, which are true, and the blocks that have some.
func (s schemaNode) nullable(of schemaNode, defaults, found map[string]any) {
	for key, value := range defaults {
		property := s.resolve(of.Properties[key])
		if types, _ := property.Type.([]any); slices.Contains(types, any("null")) {
			found[key] = true
			continue
		}
		if block, is := value.(map[string]any); is {
			under, _ := found[key].(map[string]any)
			if under == nil {
				under = map[string]any{}
			}
			if s.nullable(property, block, under); len(under) > 0 {
				found[key] = under
			}
		}
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"fmt"

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

package otelcol_test

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/helm-otlp/helm-otlp/pkg/values"
)

// takenBySchema holds that Helm, by the chart's schema, refuses none of the configs that the collector takes.
func takenBySchema(t *testing.T, compared []comparison) {
	t.Helper()
	data, err := values.Schema()
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("file:///values.schema.json", document))
	schema, err := compiler.Compile("file:///values.schema.json")
	require.NoError(t, err)
	taken := 0
	for _, c := range compared {
		var config map[string]any
		if c.verdict != "" || yaml.Unmarshal([]byte(c.config), &config) != nil {
			continue
		}
		taken++
		if err := schema.Validate(map[string]any{"config": config}); err != nil {
			t.Errorf("%s: %s: %v\n%s", c.class, c.name, err, c.config)
		}
	}
	assert.Greater(t, taken, 1000)
}

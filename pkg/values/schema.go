package values

import (
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"strings"

	"github.com/invopop/jsonschema"
)

// Schema gives values.schema.json: one draft 7 document without remote references, in
// which every key but those of free maps is known, none is required, and a key may be null
// where the chart can do without it (a field's tag nullable=false says that it can't).
// Descriptions stand on the chart's own keys alone, because Helm
// stores the schema in every release.
//
// The schema is made from the Go types and their comments; the plugin prints the file.
func Schema() ([]byte, error) {
	comments, err := fieldComments()
	if err != nil {
		return nil, fmt.Errorf("making the schema of the values: %w", err)
	}
	reflector := &jsonschema.Reflector{
		Anonymous:                  true,
		ExpandedStruct:             true,
		RequiredFromJSONSchemaTags: true,
		Namer:                      definitionName,
		Mapper:                     mapped,
		LookupComment: func(t reflect.Type, field string) string {
			if t.PkgPath() != ownPackage() {
				return ""
			}
			return comments[t.Name()+"."+field]
		},
	}
	reflected, err := json.Marshal(reflector.Reflect(&Values{}))
	if err != nil {
		return nil, fmt.Errorf("making the schema of the values: %w", err)
	}
	var schema map[string]any
	if err := json.Unmarshal(reflected, &schema); err != nil {
		return nil, fmt.Errorf("making the schema of the values: %w", err)
	}
	schema, err = draft7(schema)
	if err != nil {
		return nil, fmt.Errorf("making the schema of the values: %w", err)
	}
	return append(printJSON(schema), '\n'), nil
}

// nullable is what the tag jsonschema_extras:"nullable=false" leaves in a reflected schema.
const nullable = "nullable"

func ownPackage() string { return reflect.TypeFor[Values]().PkgPath() }

// definitionName keeps types of one name apart: core.Probe is Kubernetes', Probe ours.
func definitionName(t reflect.Type) string {
	if t.Name() == "" || t.PkgPath() == "" || t.PkgPath() == ownPackage() {
		return t.Name()
	}
	return path.Base(path.Dir(t.PkgPath())) + "." + t.Name() // k8s.io/api/core/v1
}

// draft7 turns what was reflected (draft 2020-12) into draft 7, and lets null stand at
// the keys of the settings.
func draft7(schema map[string]any) (map[string]any, error) {
	definitions, ok := schema["$defs"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the reflected schema has no $defs")
	}
	delete(schema, "$defs")
	delete(schema, "description")
	for name, definition := range definitions {
		object, ok := definition.(map[string]any)
		if !ok {
			return nil, fmt.Errorf("definition %s is a %T", name, definition)
		}
		relaxKeys(object)
		if mayBeNull(name) {
			allowNull(object)
		}
	}
	relaxKeys(schema)
	setType(schema, "mode", "string")
	global, ok := definitions["Global"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("the reflected schema has no definition Global")
	}
	global["additionalProperties"] = true
	for _, of := range []map[string]any{property(definitions, "ServiceConfig"), property(definitions, "Without"), property(definitions, "Settings"), schema} {
		nameKeys(of, pipelineID, "pipelines", "exactPipelines")
	}
	judgeComponents(schema, definitions)
	schema["$schema"] = "http://json-schema.org/draft-07/schema#"
	schema["title"] = "Values of the chart otlp-collector"
	schema["definitions"] = definitions
	return schema, nil
}

// pipelineID is the form of a pipeline's id: signal or signal/name.
const pipelineID = "^(traces|metrics|logs|profiles)(/.+)?$"

// nameKeys holds the keys of free maps to a pattern.
func nameKeys(of map[string]any, pattern string, names ...string) {
	properties := property(of, "properties")
	for _, name := range names {
		if free := property(properties, name); free["additionalProperties"] != nil {
			free["patternProperties"] = map[string]any{pattern: free["additionalProperties"]}
			free["additionalProperties"] = false
		}
	}
}

func property(of map[string]any, name string) map[string]any {
	found, _ := of[name].(map[string]any)

	return found
}

// mayBeNull tells whether a definition's object can be taken away as a whole. Of the
// chart's own, most can't: the templates read their keys.
func mayBeNull(name string) bool {
	switch name {
	case "Alerts", "Config", "Components", "ServiceConfig", "Pipeline", "Without", "Preset", "LoadBalancing", "Presets", "Probe", "RollingUpdate":
		return true
	default:
		return strings.Contains(name, ".") // a Kubernetes type
	}
}

// setType undoes allowNull for a key that the chart can't do without.
func setType(schema map[string]any, key, name string) {
	properties, _ := schema["properties"].(map[string]any)
	property, _ := properties[key].(map[string]any)
	if values, ok := property["enum"].([]any); ok {
		property["enum"] = values[:len(values)-1]
	}
	property["type"] = name
}

// relaxKeys lets null stand at every key of an object schema, and nowhere in its lists.
func relaxKeys(schema map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	for _, property := range properties {
		if property, ok := property.(map[string]any); ok {
			relaxValue(property)
		}
	}
	if values, ok := schema["additionalProperties"].(map[string]any); ok {
		relaxValue(values)
	}
	relaxItems(schema)
}

func relaxValue(schema map[string]any) {
	if ref, ok := schema["$ref"].(string); ok {
		schema["$ref"] = "#/definitions/" + strings.TrimPrefix(ref, "#/$defs/")
		return
	}
	relaxKeys(schema)
	if schema[nullable] != false {
		allowNull(schema)
	}
	delete(schema, nullable)
}

// relaxItems makes the schema of a list's items. A definition may be null for the sake
// of keys; an item may not.
func relaxItems(schema map[string]any) {
	items, ok := schema["items"].(map[string]any)
	if !ok {
		return
	}
	if ref, ok := items["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/$defs/")
		schema["items"] = map[string]any{"type": "object", "allOf": []any{map[string]any{"$ref": "#/definitions/" + name}}}
		return
	}
	relaxKeys(items)
}

func allowNull(schema map[string]any) {
	switch kind := schema["type"].(type) {
	case string:
		schema["type"] = []any{kind, "null"}
	case []any:
		schema["type"] = append(kind, "null")
	}
	if values, ok := schema["enum"].([]any); ok {
		schema["enum"] = append(values, nil)
	}
}

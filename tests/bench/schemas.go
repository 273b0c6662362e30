package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// openAPI is the part of Kubernetes' description of its API that schemas are made of.
type openAPI struct {
	Definitions map[string]map[string]any `json:"definitions"`
}

// schemasApart has another process of this program write the schemas: what this one ever held counts for the programs that
// it starts.
func schemasApart(ctx context.Context, folder string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	if said, err := exec.CommandContext(ctx, program, "-schemas", folder).CombinedOutput(); err != nil {
		return fmt.Errorf("lay out schemas for kubeconform: %w: %s", err, said)
	}

	return nil
}

// layOutSchemas writes a JSON Schema for each kind of Kubernetes into the folder, which stands alone and is named as
// kubeconform looks for it: deployment-apps-v1.json. They are made of what the module of the test cluster's API server
// describes.
func layOutSchemas(ctx context.Context, checkout, folder string) error {
	api, err := describedAPI(ctx, checkout)
	if err != nil {
		return err
	}
	// Both may be written as numbers, which their Go types decode by themselves.
	api.Definitions["io.k8s.apimachinery.pkg.util.intstr.IntOrString"] = map[string]any{"type": []string{"string", "integer"}}
	api.Definitions["io.k8s.apimachinery.pkg.api.resource.Quantity"] = map[string]any{"type": []string{"string", "number"}}

	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for name, definition := range api.Definitions {
		kinds, _ := definition["x-kubernetes-group-version-kind"].([]any)
		// Those of several kinds, such as DeleteOptions, are no objects of their own.
		if len(kinds) != 1 {
			continue
		}
		needed := map[string]any{}
		api.collect(name, needed)
		schema, err := json.Marshal(map[string]any{"$ref": "#/definitions/" + name, "definitions": needed})
		if err != nil {
			return err
		}
		kind, _ := kinds[0].(map[string]any)
		if err := os.WriteFile(filepath.Join(folder, schemaFile(kind)), schema, 0o644); err != nil {
			return err
		}
	}

	return nil
}

// describedAPI reads the description out of the module of Kubernetes, which the go command knows or downloads.
func describedAPI(ctx context.Context, checkout string) (openAPI, error) {
	list := exec.CommandContext(ctx, "go", "mod", "download", "-json", "k8s.io/kubernetes")
	list.Dir = filepath.Join(checkout, "tests", "cluster", "servers")
	out, err := list.Output()
	if err != nil {
		return openAPI{}, fmt.Errorf("download the module of Kubernetes: %w", err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return openAPI{}, fmt.Errorf("read what go mod download printed: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(module.Dir, "api", "openapi-spec", "swagger.json"))
	if err != nil {
		return openAPI{}, err
	}
	var api openAPI
	if err := json.Unmarshal(text, &api); err != nil {
		return openAPI{}, fmt.Errorf("read the description of Kubernetes' API: %w", err)
	}

	return api, nil
}

// collect adds the named definition and all that it refers to.
func (api openAPI) collect(name string, into map[string]any) {
	if _, there := into[name]; there {
		return
	}
	into[name] = api.Definitions[name]
	walk(api.Definitions[name], func(reference string) { api.collect(strings.TrimPrefix(reference, "#/definitions/"), into) })
}

// walk calls visit with each $ref.
func walk(node any, visit func(reference string)) {
	switch node := node.(type) {
	case map[string]any:
		for key, value := range node {
			if reference, is := value.(string); is && key == "$ref" {
				visit(reference)
			}
			walk(value, visit)
		}
	case []any:
		for _, value := range node {
			walk(value, visit)
		}
	}
}

// schemaFile is the name by which kubeconform looks for the schema of a kind: of its group the first part alone.
func schemaFile(kind map[string]any) string {
	group, _, _ := strings.Cut(fmt.Sprint(kind["group"]), ".")
	parts := []string{fmt.Sprint(kind["kind"]), group, fmt.Sprint(kind["version"])}
	if group == "" {
		parts = []string{parts[0], parts[2]}
	}

	return strings.ToLower(strings.Join(parts, "-")) + ".json"
}

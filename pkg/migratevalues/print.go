package migratevalues

import (
	"bytes"
	"fmt"
	"slices"

	"gopkg.in/yaml.v3"
)

// first are the keys that a reader looks for, in this order; the others follow by name.
func first() []string {
	return []string{
		"mode", "nameOverride", "fullnameOverride", "namespaceOverride", "global", "image", "imagePullSecrets", "replicas", "autoscaling",
		"resources", "persistence", "presets", "config", "without", "exactPipelines",
	}
}

// written is values as YAML, in the chart's order.
func written(values map[string]any) ([]byte, error) {
	keys := first()
	for _, key := range sorted(values) {
		if !slices.Contains(first(), key) {
			keys = append(keys, key)
		}
	}
	root := &yaml.Node{Kind: yaml.MappingNode}
	for _, key := range keys {
		value, ok := values[key]
		if !ok {
			continue
		}
		name, node := &yaml.Node{}, &yaml.Node{}
		name.SetString(key)
		if err := node.Encode(value); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		root.Content = append(root.Content, name, node)
	}
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(root); err != nil {
		return nil, err //nolint:wrapcheck // The caller says what was being done.
	}

	return text.Bytes(), nil
}

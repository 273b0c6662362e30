package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"gopkg.in/yaml.v3"
)

// metadata is what a component says of itself.
type metadata struct {
	Type           string `yaml:"type"`
	DeprecatedType string `yaml:"deprecated_type"`
	Status         struct {
		Class         string              `yaml:"class"`
		Stability     map[string][]string `yaml:"stability"`
		Distributions []string            `yaml:"distributions"`
	} `yaml:"status"`
}

// readMetadata reads it from a component's folder. Old versions of some have none, and so no type.
func readMetadata(dir string) (metadata, error) {
	file := filepath.Join(dir, "metadata.yaml")
	data, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return metadata{}, nil
	case err != nil:
		return metadata{}, err
	}
	var m metadata
	if err := yaml.Unmarshal(data, &m); err != nil {
		return metadata{}, fmt.Errorf("%s: %w", file, err)
	}

	return m, nil
}

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// The parts of a bill of materials of CycloneDX 1.6 that are written here: https://cyclonedx.org/docs/1.6/json/.
type (
	billOfMaterials struct {
		Format       string       `json:"bomFormat"`
		Spec         string       `json:"specVersion"`
		Version      int          `json:"version"`
		Metadata     billMetadata `json:"metadata"`
		Components   []component  `json:"components"`
		Dependencies []dependency `json:"dependencies"`
	}
	billMetadata struct {
		Timestamp string    `json:"timestamp"`
		Component component `json:"component"`
	}
	component struct {
		Type       string     `json:"type"`
		Reference  string     `json:"bom-ref"`
		Name       string     `json:"name"`
		Version    string     `json:"version"`
		Scope      string     `json:"scope,omitempty"`
		Hashes     []hash     `json:"hashes,omitempty"`
		Licenses   []license  `json:"licenses,omitempty"`
		PURL       string     `json:"purl"`
		Properties []property `json:"properties,omitempty"`
	}
	hash struct {
		Algorithm string `json:"alg"`
		Content   string `json:"content"`
	}
	license struct {
		License struct {
			ID string `json:"id"`
		} `json:"license"`
	}
	property struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	dependency struct {
		Reference string   `json:"ref"`
		DependsOn []string `json:"dependsOn,omitempty"`
	}
)

// bill is the bill of materials of a built program: its modules as the linker wrote them into it, and Go's standard library.
// A module has the hash that go.sum has of it, which is that of a list of its files' and so none of CycloneDX's.
func bill(info *debug.BuildInfo, version, platform string, program []byte, when time.Time) ([]byte, error) {
	main := component{
		Type: "application", Name: "helm-otlp", Version: version, PURL: purl(info.Main.Path, "v"+version),
		Hashes:     []hash{{"SHA-256", fmt.Sprintf("%x", sha256.Sum256(program))}},
		Licenses:   make([]license, 1),
		Properties: []property{{"go:platform", platform}},
	}
	main.Licenses[0].License.ID = "Apache-2.0"
	main.Reference = main.PURL
	for _, setting := range info.Settings {
		main.Properties = append(main.Properties, property{"go:build:" + setting.Key, setting.Value})
	}

	goVersion := strings.TrimPrefix(info.GoVersion, "go")
	library := component{Type: "library", Name: "std", Version: goVersion, Scope: "required", PURL: purl("std", goVersion)}
	library.Reference = library.PURL
	components := []component{library}
	for _, module := range info.Deps {
		if module.Replace != nil {
			module = module.Replace
		}
		if module.Sum == "" {
			return nil, fmt.Errorf("write the bill of materials: %s %s has no hash: a release is built of no folders", module.Path, module.Version)
		}
		one := component{
			Type: "library", Name: module.Path, Version: module.Version, Scope: "required", PURL: purl(module.Path, module.Version),
			Properties: []property{{"go:sum", module.Sum}},
		}
		one.Reference = one.PURL
		components = append(components, one)
	}
	slices.SortFunc(components, func(a, b component) int { return strings.Compare(a.Reference, b.Reference) })
	whole := dependency{Reference: main.Reference}
	for _, c := range components {
		whole.DependsOn = append(whole.DependsOn, c.Reference)
	}

	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(billOfMaterials{
		Format: "CycloneDX", Spec: "1.6", Version: 1, Components: components, Dependencies: []dependency{whole},
		Metadata: billMetadata{Timestamp: when.Format(time.RFC3339), Component: main},
	})

	return text.Bytes(), err
}

// purl is the package URL of a module.
func purl(module, version string) string {
	return "pkg:golang/" + module + "@" + strings.ReplaceAll(version, "+", "%2B")
}

package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// loaded is a package with one file.
func loaded(t *testing.T, text string) (*reader, *goPackage) {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "config.go"), []byte(text), 0o600))
	r := &reader{packages: &packages{ctx: context.Background(), loaded: map[string]*goPackage{}}, shared: map[string]*component.Structure{}, approximate: map[string]bool{}, partly: map[string]bool{}}
	p := r.packages.load(&goModule{path: "example.com/a", version: "v0.1.0", dir: dir}, "example.com/a")

	return r, p
}

// read returns the structure that a package's factory decodes into, with the shared ones in their places.
func read(t *testing.T, text string) string {
	t.Helper()
	r, p := loaded(t, text)
	structure := r.configuration(p)
	if structure.Ref != "" {
		structure = *r.shared[structure.Ref]
	}
	data, err := json.Marshal(&structure)
	require.NoError(t, err)

	return string(data)
}

func TestAFactoryMayLeaveTheConfigToAnotherPackage(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "config"), 0o700))
	for file, text := range map[string]string{
		"factory.go": `package a
			import ("example.com/a/config"; "go.opentelemetry.io/collector/component")
			func (*factory) createDefaultConfig() component.Config { return config.CreateDefaultConfig() }`,
		"config/config.go": `package config
			import "go.opentelemetry.io/collector/component"
			type Config struct { A bool "mapstructure:\"a\"" }
			func CreateDefaultConfig() component.Config { return &Config{A: true} }`,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
	}
	r := &reader{packages: &packages{ctx: t.Context(), loaded: map[string]*goPackage{}}, shared: map[string]*component.Structure{}, approximate: map[string]bool{}, partly: map[string]bool{}}
	structure := r.configuration(r.packages.load(&goModule{path: "example.com/a", version: "v0.1.0", dir: dir}, "example.com/a"))
	assert.Equal(t, component.Structure{Ref: "example.com/a/config.Config"}, structure)
	assert.Equal(t, map[string]*component.Structure{"a": {Type: component.Bool}}, r.shared[structure.Ref].Keys)
}

func TestTheStructureOfGoTypes(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{
			"scalars, lists and maps", `package a
				import "time"
				type Config struct {
					A string "mapstructure:\"a\""
					B []int "mapstructure:\"b\""
					C map[string]time.Duration "mapstructure:\"c\""
					D *float64 "mapstructure:\"d\""
					E any "mapstructure:\"e\""
					F []byte "mapstructure:\"f\""
					Untagged bool
					Never bool "mapstructure:\"-\""
					hidden bool
				}`,
			`{"type":"map","keys":{"Untagged":"bool","a":"string","b":"[]int","c":"{}duration","d":"float","e":"any","f":"string"}}`,
		},
		{
			"what is squashed and what remains", `package a
				type Inner struct { X bool "mapstructure:\"x\"" }
				type Config struct {
					Inner "mapstructure:\",squash\""
					Rest map[string]any "mapstructure:\",remain\""
				}`,
			`{"type":"map","keys":{"x":"bool"},"open":true}`,
		},
		{
			"what remains, of one type", `package a
				type Config struct {
					A bool "mapstructure:\"a\""
					Rest map[string]map[string]any "mapstructure:\",remain\""
				}`,
			`{"type":"map","keys":{"a":"bool"},"of":"{}any"}`,
		},
		{
			"types of the package, and one that holds itself", `package a
				type Level string
				type Config struct {
					L Level "mapstructure:\"level\""
					Next *Config "mapstructure:\"next\""
				}`,
			`{"type":"map","keys":{"level":"string","next":"@example.com/a.Config"}}`,
		},
		{
			"what reads itself from a text", `package a
				type Size int
				func (s *Size) UnmarshalText([]byte) error { return nil }
				type Mode struct{}
				func (m *Mode) UnmarshalText([]byte) error { return nil }
				type Config struct { S Size "mapstructure:\"s\""; M Mode "mapstructure:\"m\"" }`,
			`{"type":"map","keys":{"m":"string","s":"any"}}`,
		},
		{
			"an optional value", `package a
				import "go.opentelemetry.io/collector/config/configoptional"
				type Config struct { TLS configoptional.Optional[map[string]string] "mapstructure:\"tls\"" }`,
			`{"type":"map","keys":{"tls":{"type":"map","of":"string","optional":true}}}`,
		},
		{
			"a type that decodes strictly by itself", `package a
				import "go.opentelemetry.io/collector/confmap"
				type Config struct { A bool "mapstructure:\"a\"" }
				func (c *Config) Unmarshal(conf *confmap.Conf) error { return conf.Unmarshal(c) }`,
			`{"type":"map","keys":{"a":"bool"}}`,
		},
		{
			"a type that takes what its fields would not", `package a
				import "go.opentelemetry.io/collector/confmap"
				type Config struct { A bool "mapstructure:\"a\"" }
				func (c *Config) Unmarshal(conf *confmap.Conf) error { return conf.Unmarshal(c, confmap.WithIgnoreUnused()) }`,
			`{"type":"map","keys":{"a":"bool"},"open":true}`,
		},
		{
			"a config of another name, made by a function that a method calls", `package a
				import "go.opentelemetry.io/collector/component"
				type Other struct { A bool "mapstructure:\"a\"" }
				type factory struct{}
				func (factory) CreateDefaultConfig() component.Config { return makeOther() }
				func makeOther() *Other { return &Other{} }`,
			`{"type":"map","keys":{"a":"bool"}}`,
		},
		{
			"a config in a variable", `package a
				import "go.opentelemetry.io/collector/component"
				type Other struct { A bool "mapstructure:\"a\"" }
				func createDefaultConfig() component.Config { c := &Other{}; c.A = true; return c }`,
			`{"type":"map","keys":{"a":"bool"}}`,
		},
	} {
		t.Run(test.name, func(t *testing.T) { assert.JSONEq(t, test.want, read(t, test.text)) })
	}
}

package otelcol

import (
	"fmt"
	"maps"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// section is one map of a collector config.
type section = map[string]any

// parseConfig decodes a collector config. An empty one is an error, since no collector starts on it.
func parseConfig(text string) (section, error) {
	var config section
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		return nil, fmt.Errorf("parsing the collector config as YAML: %w", err)
	}
	if len(config) == 0 {
		return nil, fmt.Errorf("parsing the collector config: it is empty; give one with a service and pipelines")
	}
	return config, nil
}

func encodeConfig(config section) (string, error) {
	text, err := yaml.Marshal(config)
	if err != nil {
		return "", fmt.Errorf("writing the collector config as YAML: %w", err)
	}
	return string(text), nil
}

// at returns the map below the given keys, nil where there is none.
func at(config section, keys ...string) section {
	for _, key := range keys {
		next, ok := config[key].(section)
		if !ok {
			return nil
		}
		config = next
	}
	return config
}

// sure is at, but creates each map that is missing or null, so that the result can be written to.
func sure(config section, keys ...string) section {
	for _, key := range keys {
		next, ok := config[key].(section)
		if !ok {
			next = section{}
			config[key] = next
		}
		config = next
	}
	return config
}

func sortedKeys(config section) []string {
	return slices.Sorted(maps.Keys(config))
}

// names returns a list of component ids, such as those of a pipeline.
func names(value any) []string {
	list, _ := value.([]any)
	found := make([]string, 0, len(list))
	for _, item := range list {
		found = append(found, fmt.Sprint(item))
	}
	return found
}

// typeOf returns the type in a component id: otlp for otlp/backend.
func typeOf(id string) string {
	kind, _, _ := strings.Cut(id, "/")
	return strings.TrimSpace(kind)
}

// hasType tells whether a component id is of one of the types, each given in its current spelling or an older one.
func hasType(id string, types ...string) bool {
	plain := func(s string) string { return strings.ReplaceAll(s, "_", "") }
	return slices.ContainsFunc(types, func(t string) bool { return plain(t) == plain(typeOf(id)) })
}

// environmentReference matches ${env:NAME}, ${NAME} and a default after :-.
var environmentReference = regexp.MustCompile(`\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}`)

// expand replaces references to the environment by the given values, else by their defaults, else by nothing, as
// the collector does.
func expand(text string, env map[string]string) string {
	return environmentReference.ReplaceAllStringFunc(text, func(reference string) string {
		match := environmentReference.FindStringSubmatch(reference)
		if value, ok := env[match[1]]; ok {
			return value
		}
		return match[2]
	})
}

// dialAddress turns what a component listens on into what a client on this machine can reach.
func dialAddress(endpoint string, env map[string]string) string {
	endpoint = strings.TrimPrefix(strings.TrimPrefix(expand(endpoint, env), "http://"), "https://")
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		return endpoint
	}
	switch host {
	case "", "0.0.0.0", "localhost":
		host = "127.0.0.1"
	case "::":
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}

// environment returns the process environment of a collector: where to find files, and what the caller gave.
// Nothing else of the test's own environment leaks in, so KUBECONFIG or GOMEMLIMIT are set only on purpose.
func environment(env map[string]string) []string {
	list := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.TempDir()}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		list = append(list, name+"="+env[name])
	}
	return list
}

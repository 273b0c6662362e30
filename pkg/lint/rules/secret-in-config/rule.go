// Package secretinconfig has the rule secret-in-config.
package secretinconfig

import (
	_ "embed"
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a collector config has a password, key or token in plain text.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "secret-in-config",
		Severity: lint.Warning,
		Summary:  "A collector config has a password, key or token in plain text.",
		Why:      "Whoever may read ConfigMaps, arguments or resources of the namespace reads it, and so does whoever sees the repository, the release or a debug bundle. A Secret is for those who must.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/security/config-best-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		c.Config.Scalars(func(path []any, text string) {
			// A bare config may be kept in a Secret.
			if object := c.Config.ObjectOf(c.Config.At(path...)); object != nil && holds(c.Config, path, text) {
				p.ReportConfig(c, path, nil,
					"%s has a secret in plain text in %s %s: keep it in a Secret, hand it to the container by env with valueFrom.secretKeyRef, and write ${env:NAME} here",
					dotted(path), object.Ref.Kind, object.Ref.Name)
			}
		})
	}
}

// addresses are the keys whose values may have a password in them.
var addresses = regexp.MustCompile(`(?:endpoints?|ur[il]s?|dsn|data_?source|connection(?:_string)?|brokers?|hosts?|servers?|address(?:es)?)$`)

// holds tells whether what stands at a path of the config is a secret, or has one in it.
func holds(config *lint.Config, path []any, text string) bool {
	name, above := keys(path)
	switch {
	case name == "inline" && above == "htpasswd":
		return secret.Users(text)
	case addresses.MatchString(name):
		return secret.Within(text)
	case name == "key" && above == "api":
		return secret.Literal(text)
	case strings.HasSuffix(above, "headers"):
		if name == "value" || name == "default_value" {
			name = named(config, path)
		}

		return secret.Key(name) && secret.Literal(text)
	default:
		return secret.Credential(name) && secret.Literal(text)
	}
}

// keys are the last key of a path and the one above it.
func keys(path []any) (name, above string) {
	for i := len(path) - 1; i >= 0 && above == ""; i-- {
		key, isKey := path[i].(string)
		switch {
		case isKey && name == "":
			name = key
		case isKey:
			above = key
		}
	}

	return name, above
}

// named is what the entry of a list is called, of which the path leads to the value.
func named(config *lint.Config, path []any) string {
	entry := config.At(path[:len(path)-1]...)
	if name := entry.At("name").Text(); name != "" {
		return name
	}

	return entry.At("key").Text()
}

func dotted(path []any) string {
	var out strings.Builder
	for _, step := range path {
		if key, isKey := step.(string); isKey {
			out.WriteString("." + key)
		}
	}

	return out.String()[1:]
}

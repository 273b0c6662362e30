// Package secretinenv has the rule secret-in-env.
package secretinenv

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
	"github.com/helm-otlp/helm-otlp/pkg/secret"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a variable of the collector's container has a password, key or token in plain text.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "secret-in-env",
		Severity: lint.Warning,
		Summary:  "A variable of the collector's container has a password, key or token in plain text.",
		Why:      "Whoever may read Pods and workloads of the namespace reads it, and so does whoever sees the repository or the release. A Secret is for those who must.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/inject-data-application/distribute-credentials-secure/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		for _, variable := range c.Container.At("env").Items() {
			name, value := variable.At("name").Text(), variable.At("value")
			if value.Exists() && holds(name, value.Text()) {
				p.Report(c.Place(value, "env"),
					"the variable %s of %s has a secret in plain text: keep it in a Secret, and take it by valueFrom.secretKeyRef", name, c.Name())
			}
		}
	}
}

// holds tells whether a variable has a secret, or a list of headers with one.
func holds(name, value string) bool {
	if strings.HasSuffix(name, "_HEADERS") {
		return secret.Listed(value)
	}

	credential := secret.Credential(name) || strings.HasSuffix(name, "_TOKEN")

	return credential && secret.Literal(value) || secret.Within(value)
}

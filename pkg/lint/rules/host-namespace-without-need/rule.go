// Package hostnamespacewithoutneed has the rule host-namespace-without-need.
package hostnamespacewithoutneed

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the Pod shares the node's processes or its memory for messages, and nothing in the config needs them.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-namespace-without-need",
		Severity: lint.Warning,
		Summary:  "The Pod shares the node's processes or its memory for messages, and nothing in the config needs them.",
		Why:      "Whoever breaks into the container sees the processes of all Pods of the node with their variables and arguments, and may end them where it is root.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Settled() || !c.Single() || c.Defines(component.Receiver, "host_metrics") {
			continue
		}
		for key, what := range map[string]string{"hostPID": "processes", "hostIPC": "shared memory"} {
			if field := c.PodSpec(key); field.True() {
				p.Report(c.Place(field), "the Pods of %s share the node's %s, and nothing in the config needs them: take %s out", c.Name(), what, key).Drop(c.Place(field))
			}
		}
	}
}

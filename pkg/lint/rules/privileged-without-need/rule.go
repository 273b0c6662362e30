// Package privilegedwithoutneed has the rule privileged-without-need.
package privilegedwithoutneed

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector's container has the rights of the node's root, and nothing in its config needs them.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "privileged-without-need",
		Severity: lint.Warning,
		Summary:  "The collector's container has the rights of the node's root, and nothing in its config needs them.",
		Why:      "Whoever breaks into a privileged container has the node, its Pods and their Secrets; a collector that takes data from the network and sends it on needs none of it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/security/pod-security-standards/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Settled() || len(c.HostMounts()) > 0 || c.Defines(component.Receiver, "host_metrics") {
			continue
		}
		if privileged := c.Container.At("securityContext", "privileged"); privileged.True() {
			p.Report(c.Place(privileged, "securityContext.privileged", "securityContext"),
				"%s runs privileged, and nothing in its config needs the node: take privileged out", c.Name()).
				Drop(c.Place(privileged, "securityContext.privileged"))

			continue
		}
		added := c.Container.At("securityContext", "capabilities", "add")
		if names := more(added.Texts()); len(names) > 0 {
			p.Report(c.Place(added, "securityContext.capabilities.add", "securityContext"),
				"%s has the capabilities %s, and nothing in its config needs them: take them out", c.Name(), strings.Join(names, ", "))
		}
	}
}

// more are the capabilities beyond that of a port below 1024.
func more(names []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return strings.HasSuffix(name, "NET_BIND_SERVICE") })
}

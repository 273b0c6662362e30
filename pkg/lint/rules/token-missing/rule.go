// Package tokenmissing has the rule token-missing.
package tokenmissing

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component asks the Kubernetes API, and the Pod has no token for it.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "token-missing",
		Severity: lint.Error,
		Summary:  "A component asks the Kubernetes API, and the Pod has no token for it.",
		Why:      "The component fails at its start and ends the collector, or learns nothing, whatever its account may do.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
		Run:      run,
	}
}

// folder is where clients of the API look for the token.
const folder = "/var/run/secrets/kubernetes.io/serviceaccount"

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || p.Kustomized() || len(c.Needed()) == 0 || asksOtherwise(c) {
			continue
		}
		if at, mounted, known := p.Token(c); known && !mounted {
			place := c.Place(at, "rbac")
			p.Report(place, "%s needs %s of the Kubernetes API, and its Pods have no token: leave automountServiceAccountToken out, or set it to true",
				c.Name(), c.Needed()[0]).Set(c.Place(c.PodSpec("automountServiceAccountToken")), true)
		}
	}
}

// asksOtherwise tells whether a component may ask with something else than the token of the Pod.
func asksOtherwise(c *lint.Collector) bool {
	_, configured := c.Env("KUBECONFIG")
	found := configured || c.Container.At("envFrom").Len() > 0 || slices.ContainsFunc(c.Container.At("volumeMounts").Items(), func(mount lint.Field) bool {
		return strings.HasPrefix(mount.At("mountPath").Text(), strings.TrimSuffix(folder, "/kubernetes.io/serviceaccount"))
	})
	c.Config.Scalars(func(path []any, text string) {
		found = found || path[len(path)-1] == "auth_type" && text != "serviceAccount"
	})

	return found
}

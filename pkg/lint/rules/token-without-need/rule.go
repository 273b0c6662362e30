// Package tokenwithoutneed has the rule token-without-need.
package tokenwithoutneed

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the Pod has a token for the Kubernetes API, which nothing in the config asks.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "token-without-need",
		Severity: lint.Info,
		Summary:  "The Pod has a token for the Kubernetes API, which nothing in the config asks.",
		Why:      "Whoever breaks into the container has it, and all that its account may do now or later.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if !c.Settled() || !c.Pod.Exists() || !c.Single() || c.Mode == lint.Sidecar || asksAPI(c) {
			continue
		}
		if at, mounted, known := p.Token(c); known && mounted {
			p.Report(c.Place(at, "rbac"), "the Pods of %s have a token for the Kubernetes API, which nothing in the config asks: set automountServiceAccountToken: false", c.Name()).
				Set(c.Place(c.PodSpec("automountServiceAccountToken")), false)
		}
	}
}

// asksAPI tells whether a component asks the API server, or might, or reads the token itself.
func asksAPI(c *lint.Collector) bool {
	found := len(c.Needed()) > 0
	c.Config.Scalars(func(path []any, text string) {
		for _, step := range path {
			key, _ := step.(string)
			found = found || key == "kubernetes_sd_configs" || key == "target_allocator" || strings.HasPrefix(key, "kubelet") || strings.HasPrefix(key, "k8s_") || strings.HasPrefix(key, "k8sobserver")
		}
		found = found || strings.Contains(text, "serviceaccount") || text == "serviceAccount"
	})

	return found
}

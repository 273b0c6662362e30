// Package hostmetricsingateway has the rule host-metrics-in-gateway.
package hostmetricsingateway

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

// Rule finds it: a gateway measures whichever nodes its Pods run on.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-metrics-in-gateway",
		Severity: lint.Warning,
		Summary:  "A gateway of several Pods measures the nodes that they happen to run on.",
		Why:      "Other nodes are measured by nobody, a node with two of the Pods twice, and after a rollout it is another one. Of a gateway with one Pod it is an info: a cluster may have one node.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/platforms/kubernetes/collector/components/#host-metrics-receiver",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || c.Mode != lint.Gateway || !c.Runs() || placed(c) || p.Repeated(c.Object) {
			continue
		}
		count, _, known := p.Replicas(c)
		if !known || count == 0 {
			continue
		}
		for _, id := range c.Config.UsedIn("receivers") {
			if lint.Canonical(component.Receiver, id) == "host_metrics" && ofNode(c, id) {
				report(p, c, id)
			}
		}
	}
}

func report(p *lint.Pass, c *lint.Collector, id string) {
	at := []any{"receivers", id}
	field := c.Config.At(at...)
	place := lint.Place{Object: c.Config.ObjectOf(field), Field: field, Values: lint.ConfigValues(at...), Severity: lint.Info}
	where := "the node on which the Pod of " + c.Name() + " happens to run"
	if p.Several(c) {
		place.Severity, where = "", "the nodes on which the Pods of "+c.Name()+" happen to run"
	}
	p.Report(place, "%s measures %s, and no other: collect it by a DaemonSet", id, where)
}

// placed says that the Pods are to run on certain nodes.
func placed(c *lint.Collector) bool {
	common := func(key string) bool {
		return strings.HasPrefix(key, "kubernetes.io/") || strings.HasPrefix(key, "beta.kubernetes.io/")
	}
	own := slices.ContainsFunc(c.PodSpec("nodeSelector").Keys(), func(key string) bool { return !common(key) || key == "kubernetes.io/hostname" })

	return own || c.PodSpec("affinity").At("nodeAffinity").Len() > 0 || c.PodSpec("nodeName").Exists()
}

// ofNode says that a receiver measures what is the node's, not its own process alone.
func ofNode(c *lint.Collector, id string) bool {
	return slices.ContainsFunc(c.Config.At("receivers", id, "scrapers").Keys(), func(scraper string) bool {
		return scraper != "process" && scraper != "processes"
	})
}

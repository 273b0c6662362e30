// Package samedatafromeverypod has the rule same-data-from-every-pod.
package samedatafromeverypod

import (
	_ "embed"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: each of several Pods collects the same.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "same-data-from-every-pod",
		Severity: lint.Warning,
		Summary:  "Each of several Pods collects the same.",
		Why:      "Everything is collected and paid for once for each Pod, and the copies of a counter mix into one series that jumps. Receivers that watch the whole cluster need a k8s_leader_elector; in a DaemonSet, a scrape of Pods takes those of its own node; in a gateway, scrapes need a target allocator, or a collector of one Pod.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/scaling/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !onNodes(c) && !p.Several(c) {
			continue
		}
		for _, id := range c.Leaderless() {
			p.ReportConfig(c, []any{"receivers", id}, nil,
				"%s watches the whole cluster in each Pod of %s, and each sends everything: give it a k8s_leader_elector, or run it in one Pod", id, c.Name())
		}
		for _, id := range c.Config.UsedIn("receivers") {
			if lint.Canonical(component.Receiver, id) == "prometheus" && !sharedOut(c, id) && !labelled(c, id) {
				scrapes(p, c, id)
			}
		}
	}
}

// onNodes tells of a DaemonSet, unless it selects nodes: that may be one alone.
func onNodes(c *lint.Collector) bool {
	keys := c.PodSpec("nodeSelector").Keys()
	terms := c.PodSpec("affinity").At("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
	for _, term := range terms.Items() {
		for _, expression := range append(term.At("matchExpressions").Items(), term.At("matchFields").Items()...) {
			keys = append(keys, expression.At("key").Text())
		}
	}
	selects := slices.ContainsFunc(keys, func(key string) bool {
		return key != "kubernetes.io/os" && key != "kubernetes.io/arch"
	})

	return c.Mode == lint.DaemonSet && !selects
}

// sharedOut tells whether a target allocator gives each Pod targets of its own.
func sharedOut(c *lint.Collector, id string) bool {
	operators := c.Container.At("targetAllocator", "enabled").Text()

	return c.Config.At("receivers", id, "target_allocator").Exists() || operators != "" && operators != "false"
}

// labelled tells whether each Pod's copies are marked, so that the backend keeps one, as Prometheus' pairs do.
func labelled(c *lint.Collector, id string) bool {
	if lint.Varies(c.Config.At("receivers", id, "config", "global", "external_labels").Value()) {
		return true
	}

	return slices.ContainsFunc(c.Config.UsedIn("exporters"), func(exporter string) bool {
		return lint.Varies(c.Config.At("exporters", exporter, "external_labels").Value())
	})
}

func scrapes(p *lint.Pass, c *lint.Collector, id string) {
	path := []any{"receivers", id, "config", "scrape_configs"}
	for i, job := range c.Config.At(path...).Items() {
		if lint.Varies(job.Value()) || shards(job) || readdressed(job) {
			continue
		}
		target := elsewhere(p, c, job)
		if job.At("kubernetes_sd_configs").Len() > 0 {
			target = "what it finds in the cluster"
		}
		if target != "" {
			p.ReportConfig(c, append(slices.Clone(path), i), nil, "the job %s of %s scrapes %s from each Pod of %s: %s",
				job.At("job_name").Text(), id, target, c.Name(), mend(c, job))
		}
	}
}

func mend(c *lint.Collector, job lint.Field) string {
	switch {
	case c.Mode != lint.DaemonSet:
		return "run it in one Pod, or with a target allocator"
	case job.At("kubernetes_sd_configs").Len() > 0:
		return "have each take the Pods of its own node, by a selector or a keep of relabel_configs with the node's name from a variable"
	default:
		return "run it in a collector of one Pod"
	}
}

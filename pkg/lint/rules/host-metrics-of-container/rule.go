// Package hostmetricsofcontainer has the rule host-metrics-of-container.
package hostmetricsofcontainer

import (
	_ "embed"
	"path"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the node's files are mounted, and host_metrics looks at the container's.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "host-metrics-of-container",
		Severity: lint.Warning,
		Summary:  "The node's file system is mounted into an agent, and its host_metrics has no root_path, so that it measures the container.",
		Why:      "The receiver looks at the container's own mounts and processes then, and the node's disks fill up unseen.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/receiver/hostmetricsreceiver/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		at := rootOf(c)
		if c.Config == nil || c.Mode != lint.DaemonSet || at == "" || told(c) {
			continue
		}
		for _, id := range c.Config.UsedIn("receivers") {
			path := []any{"receivers", id}
			what := measures(c, id)
			if lint.Canonical(component.Receiver, id) != "host_metrics" || what == "" || c.Config.At(append(path, "root_path")...).Exists() {
				continue
			}
			p.ReportConfig(c, path, nil, "%s measures the %s of the container, not the node's, which is mounted at %s: set root_path to %s", id, what, at, at)
		}
	}
}

// rootOf is where all of the node's files are mounted; empty where they are not.
func rootOf(c *lint.Collector) string {
	for _, host := range c.HostMounts() {
		if path.Clean(host.Path) == "/" && host.At != "" && host.Mount.At("subPath").Text() == "" {
			return host.At
		}
	}

	return ""
}

// told says that a variable tells the receiver where the node's files are, or may.
func told(c *lint.Collector) bool {
	for _, variable := range c.Container.At("env").Items() {
		if strings.HasPrefix(variable.At("name").Text(), "HOST_") {
			return true
		}
	}

	return c.Container.At("envFrom").Len() > 0
}

// measures is what a receiver takes of the container for want of a root_path; empty for nothing. Load, CPU and memory are the
// node's in any container.
func measures(c *lint.Collector, id string) string {
	scrapers := c.Config.At("receivers", id, "scrapers")
	alone := !c.PodSpec("hostPID").True()
	switch {
	case scrapers.At("filesystem").Written():
		return "file systems"
	case alone && (scrapers.At("process").Written() || scrapers.At("processes").Written()):
		return "processes"
	default:
		return ""
	}
}

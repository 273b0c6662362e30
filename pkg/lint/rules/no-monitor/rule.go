// Package nomonitor has the rule no-monitor.
package nomonitor

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: nothing collects the collector's own metrics.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "no-monitor",
		Severity: lint.Info,
		Summary:  "Nothing collects the collector's own metrics.",
		Why:      "Refused, dropped and queued data shows there and nowhere else.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/internal-telemetry/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Pod.Exists() || c.Operator || c.Mode != lint.Gateway && c.Mode != lint.DaemonSet {
			continue
		}
		if monitored(p, c) || annotated(p, c) || pushes(c) {
			continue
		}
		p.Report(c.Place(c.Object.At("spec"), "serviceMonitor.enabled", "serviceMonitor"),
			"nothing collects the metrics of %s itself: give it a ServiceMonitor or PodMonitor, or scrape annotations", c.Name())
	}
}

// monitored says that a monitor of the Prometheus operator selects the Pods, or a Service
// that does.
func monitored(p *lint.Pass, c *lint.Collector) bool {
	for _, object := range p.Objects {
		selector := object.At("spec", "selector")
		if object.Kind("monitoring.coreos.com", "PodMonitor") && lint.Selects(selector, c.Labels(), true) {
			return true
		}
		if !object.Kind("monitoring.coreos.com", "ServiceMonitor") {
			continue
		}
		for _, service := range p.Services(c) {
			if lint.Selects(selector, service.Labels(), true) {
				return true
			}
		}
	}
	return false
}

// annotated says that the Pods or a Service ask to be scraped.
func annotated(p *lint.Pass, c *lint.Collector) bool {
	if c.Pod.At("metadata", "annotations", "prometheus.io/scrape").True() {
		return true
	}
	for _, service := range p.Services(c) {
		if service.At("metadata", "annotations", "prometheus.io/scrape").True() {
			return true
		}
	}
	return false
}

// pushes says that the collector sends its metrics itself, or scrapes itself.
func pushes(c *lint.Collector) bool {
	for _, reader := range c.Config.At("service", "telemetry", "metrics", "readers").Items() {
		if reader.At("periodic").Exists() {
			return true
		}
	}
	for _, id := range c.Config.UsedIn("receivers") {
		for _, job := range c.Config.At("receivers", id, "config", "scrape_configs").Items() {
			if job.At("static_configs").Len() > 0 {
				return true
			}
		}
	}
	return false
}

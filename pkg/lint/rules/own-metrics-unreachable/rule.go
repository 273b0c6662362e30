// Package ownmetricsunreachable has the rule own-metrics-unreachable.
package ownmetricsunreachable

import (
	_ "embed"

	"golang.org/x/mod/semver"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: something scrapes the collector's own metrics, which it serves on the loopback.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "own-metrics-unreachable",
		Severity: lint.Warning,
		Summary:  "Something scrapes the collector's own metrics, which it serves on the loopback.",
		Why:      "The connection of every scrape is refused. Refused, dropped and queued data shows in these metrics and nowhere else. Since 0.111 the loopback is also the default.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/internal-telemetry/#configure-internal-metrics",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() {
			continue
		}
		for _, socket := range c.Sockets {
			if socket.Kind != "" || !socket.Loopback() || socket.HostVaries || socket.Port == 0 || c.OtherPorts()[socket.Port] {
				continue
			}
			if by, scraped := scraper(p, c, socket.Port); scraped {
				report(p, c, socket, by)
			}
		}
	}
}

func report(p *lint.Pass, c *lint.Collector, socket collectorconfig.Socket, by string) {
	byDefault := ""
	if len(c.Config.At("service", "telemetry", "metrics", "readers").Items()) == 0 && !c.Config.At("service", "telemetry", "metrics", "address").Exists() {
		if !servesOnLoopback(c) {
			return
		}
		byDefault = " by default"
	}
	p.ReportSocket(c, socket, []string{"config.service.telemetry.metrics", "serviceMonitor"},
		"%s scrapes the metrics of %s itself at port %d, which it serves on %s%s alone: give the reader the host 0.0.0.0, or the Pod's address",
		by, c.Name(), socket.Port, socket.Text, byDefault)
}

// servesOnLoopback says that the image's default is the loopback: upstream's since 0.111, where
// a feature gate does not say otherwise. The operator has a default of its own.
func servesOnLoopback(c *lint.Collector) bool {
	if on, given := c.FeatureGate("telemetry.UseLocalHostAsDefaultMetricsAddress"); given && !on {
		return false
	}

	return !c.Operator && c.Image.Stated && c.Image.Distribution != lint.Custom && semver.Compare("v"+c.Image.Version, "v0.111.0") >= 0
}

// scraper is what scrapes a port of the collector's Pods.
func scraper(p *lint.Pass, c *lint.Collector, port int64) (string, bool) {
	if c.Operator {
		return "the ServiceMonitor that the operator makes", c.Container.At("observability", "metrics", "enableMetrics").True()
	}
	for _, monitor := range p.Monitors(c) {
		for _, number := range monitor.Ports {
			if number == port {
				return monitor.Object.Ref.Kind + " " + monitor.Object.Ref.Name, true
			}
		}
	}
	annotated := append([]lint.Field{c.Pod.At("metadata", "annotations")}, annotations(p.Services(c))...)
	for _, at := range annotated {
		number, _ := at.At("prometheus.io/port").Int()
		if at.At("prometheus.io/scrape").True() && number == port {
			return "whoever heeds the annotation prometheus.io/scrape", true
		}
	}

	return "", false
}

func annotations(services []*lint.Object) []lint.Field {
	found := make([]lint.Field, 0, len(services))
	for _, service := range services {
		found = append(found, service.At("metadata", "annotations"))
	}

	return found
}

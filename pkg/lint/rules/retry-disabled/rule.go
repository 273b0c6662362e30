// Package retrydisabled has the rule retry-disabled.
package retrydisabled

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an exporter makes one attempt alone.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "retry-disabled",
		Severity: lint.Warning,
		Summary:  "An exporter makes one attempt alone, behind a queue that has acknowledged the data.",
		Why:      "The sender has its answer when the queue takes the data. Whatever then fails once, as while a backend restarts, is dropped.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/exporterhelper",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, id := range c.Config.UsedIn("exporters") {
			if c.Config.At("exporters", id, "retry_on_failure", "enabled").Text() == "false" && queues(c, id) {
				p.ReportConfig(c, []any{"exporters", id, "retry_on_failure", "enabled"}, nil,
					"the exporter %s drops what fails once, after the sender was told that it is safe: leave retry_on_failure on", id).
					Set(c.ConfigPlace("exporters", id, "retry_on_failure", "enabled"), true)
			}
		}
	}
}

// queues tells whether an exporter has a queue for certain: without one the sender hears of the failure, and may try again.
func queues(c *lint.Collector, id string) bool {
	queue := c.Config.At("exporters", id, "sending_queue")
	if queue.Exists() {
		return queue.At("enabled").Text() != "false"
	}
	name := lint.Canonical(component.Exporter, id)

	return name == "otlp_grpc" || name == "otlp_http"
}

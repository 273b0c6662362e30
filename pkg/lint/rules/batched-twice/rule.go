// Package batchedtwice has the rule batched-twice.
package batchedtwice

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a batch processor gathers what every exporter behind it gathers again.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "batched-twice",
		Severity: lint.Info,
		Summary:  "A batch processor gathers what every exporter behind it gathers again.",
		Why:      "The exporters make batches in their queues. The processor before them only adds its wait, and tells senders that data is safe before a queue has it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/tree/main/exporter/exporterhelper",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.BatchesInQueue() {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			processors := c.Config.Steps(pipeline, "processors")
			exporters := c.Config.Steps(pipeline, "exporters")
			if len(processors) == 0 || !allBatch(c, exporters) {
				continue
			}
			// A processor behind it may want whole batches, as group_by_attrs does.
			last := processors[len(processors)-1]
			if lint.Canonical(component.Processor, last.ID) == "batch" {
				p.ReportConfig(c, last.Path, []string{"config.processors." + last.ID},
					"%s gathers what %s gathers again in sending_queue.batch: leave it out of the pipeline %s", last.ID, called(exporters), pipeline)
			}
		}
	}
}

func called(exporters []lint.Step) string {
	names := make([]string, 0, len(exporters))
	for _, exporter := range exporters {
		names = append(names, exporter.ID)
	}

	return strings.Join(names, ", and ")
}

// allBatch tells whether each exporter makes batches in its queue. Queues on disk are for batch-before-queue-on-disk.
func allBatch(c *lint.Collector, exporters []lint.Step) bool {
	for _, exporter := range exporters {
		queue := c.Config.At("exporters", exporter.ID, "sending_queue")
		_, batches := queue.At("batch").Value().(map[string]any)
		off := queue.At("enabled").Text() == "false" || queue.At("batch", "enabled").Text() == "false"
		if !batches || off || c.Config.QueuesOnDisk(exporter.ID) {
			return false
		}
	}

	return len(exporters) > 0
}

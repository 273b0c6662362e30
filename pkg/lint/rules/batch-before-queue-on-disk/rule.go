// Package batchbeforequeueondisk has the rule batch-before-queue-on-disk.
package batchbeforequeueondisk

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a batch processor stands before a queue on disk.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "batch-before-queue-on-disk",
		Severity: lint.Warning,
		Summary:  "A batch processor stands before an exporter whose queue is on disk.",
		Why:      "The batch processor acknowledges what it holds in memory, and a collector that is killed loses it: what the queue on disk is there to prevent.",
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
		for _, pipeline := range c.Config.Pipelines() {
			if exporter, kept := onDisk(c, pipeline); kept {
				report(p, c, pipeline, exporter)
			}
		}
	}
}

// onDisk is the first exporter of a pipeline that keeps its queue on disk.
func onDisk(c *lint.Collector, pipeline string) (exporter string, kept bool) {
	for _, id := range c.Config.At("service", "pipelines", pipeline, "exporters").Texts() {
		if c.Config.QueuesOnDisk(id) {
			return id, true
		}
	}

	return "", false
}

func report(p *lint.Pass, c *lint.Collector, pipeline, exporter string) {
	instead := ", and set sending_queue.batch of the exporter"
	if !c.BatchesInQueue() {
		instead = " (exporters make batches by themselves from " + lint.BatchInQueue + " on, and the image is " + c.Image.Version + ")"
	}
	path := []any{"service", "pipelines", pipeline, "processors"}
	for i, id := range c.Config.At(path...).Texts() {
		if lint.Canonical(component.Processor, id) == "batch" {
			p.ReportConfig(c, append(path, i), []string{"config.processors." + id},
				"%s holds in memory what the queue of %s is to keep on disk: leave it out%s", id, exporter, instead)
		}
	}
}

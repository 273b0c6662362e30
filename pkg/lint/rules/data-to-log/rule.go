// Package datatolog has the rule data-to-log.
package datatolog

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

// Rule finds it: a pipeline sends its data to the collector's own log, or nowhere.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "data-to-log",
		Severity: lint.Warning,
		Summary:  "A pipeline sends its data to the collector's own log, or nowhere.",
		Why:      "The exporter debug prints data and nop drops it: what such a pipeline takes is lost, and senders are told that all is well. It is an info where no pipeline has another exporter, as in a first try.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/exporter/debugexporter/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		severity := lint.Info
		if slices.ContainsFunc(c.Config.UsedIn("exporters"), func(id string) bool { return sends(c, id) }) {
			severity = lint.Warning
		}
		for _, pipeline := range c.Config.Pipelines() {
			exporters := c.Config.At("service", "pipelines", pipeline, "exporters")
			ids := exporters.Texts()
			if len(ids) == 0 || slices.ContainsFunc(ids, func(id string) bool { return !losing(id) }) {
				continue
			}
			p.Report(lint.Place{
				Object: c.Config.ObjectOf(exporters), Field: exporters, Severity: severity,
				Values: append(lint.ConfigValues("service", "pipelines", pipeline, "exporters")[:2], lint.ConfigValues("exporters")...),
			}, "the pipeline %s of %s has no exporter but %s, so its data is lost: give it one that sends", pipeline, c.Name(), ids[0])
		}
	}
}

// losing says that an exporter passes nothing on.
func losing(id string) bool {
	name := lint.Canonical(component.Exporter, id)
	return name == "debug" || name == "nop"
}

// sends says that an id is that of an exporter which is defined and passes data on.
func sends(c *lint.Collector, id string) bool {
	return !losing(id) && slices.Contains(c.Config.Components("exporters"), id)
}

// Package queueondiskgivenup has the rule queue-on-disk-given-up.
package queueondiskgivenup

import (
	_ "embed"
	"time"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a queue on disk is given up after a time.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "queue-on-disk-given-up",
		Severity: lint.Warning,
		Summary:  "A queue is kept on disk, and what it holds is given up after some minutes.",
		Why:      "Each request is dropped when retry_on_failure.max_elapsed_time has passed, five minutes by default in most exporters, however much room the disk has.",
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
			at := func(keys ...any) lint.Field { return c.Config.At(append([]any{"exporters", id}, keys...)...) }
			if !c.Config.QueuesOnDisk(id) || at("retry_on_failure", "enabled").Text() == "false" {
				continue
			}
			byDefault, retries := defaultOf(c, id)
			switch most := at("retry_on_failure", "max_elapsed_time"); {
			case !retries:
			case most.Exists() && passes(most.Text()):
				p.ReportConfig(c, []any{"exporters", id, "retry_on_failure", "max_elapsed_time"}, nil,
					"the exporter %s keeps its queue on disk, and gives up what it holds after %s: set 0", id, most.Text()).
					Set(c.ConfigPlace("exporters", id, "retry_on_failure", "max_elapsed_time"), 0)
			case !most.Exists() && passes(byDefault):
				p.ReportConfig(c, []any{"exporters", id, "sending_queue", "storage"}, nil,
					"the exporter %s keeps its queue on disk, and gives up what it holds after %s: set retry_on_failure.max_elapsed_time: 0", id, byDefault).
					Set(c.ConfigPlace("exporters", id, "retry_on_failure", "max_elapsed_time"), 0)
			}
		}
	}
}

// defaultOf is after which time an exporter gives up where its config does not say, empty where nobody knows; and whether it
// tries again at all.
func defaultOf(c *lint.Collector, id string) (most string, retries bool) {
	entry := component.Known().Entry(component.Exporter, lint.Canonical(component.Exporter, id))
	if entry == nil {
		return "", false
	}
	if structure := component.Known().Resolve(entry.Structure); structure == nil || structure.Keys["retry_on_failure"] == nil {
		return "", false
	}
	value, _ := entry.Default(c.Image.Version, "retry_on_failure.max_elapsed_time")
	most, _ = value.(string)

	return most, true
}

// passes tells of a time that it ends: 0 is without end, and a variable may be anything.
func passes(text string) bool {
	duration, err := time.ParseDuration(text)

	return err == nil && duration > 0
}

package collectorconfig

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// checkSignalRefusals reports what components refuse in a pipeline of one signal and take in others.
func (c *checker) checkSignalRefusals(doc *Document) {
	for _, refusal := range component.SignalRefusals() {
		for _, d := range doc.Components {
			if d.Kind != refusal.Kind || d.Body == nil || canonicalType(c.table, d.Kind, d.Type()) != refusal.Type {
				continue
			}
			if pipeline := pipelineOf(doc, d, refusal.Signal); pipeline != "" {
				c.checkSignalRefusal(d, pipeline, refusal)
			}
		}
	}
}

// pipelineOf is a pipeline of a signal that has a component; empty where there is none.
func pipelineOf(doc *Document, d Definition, signal string) string {
	for _, pipeline := range doc.Pipelines {
		if pipeline.Signal() == signal && slices.ContainsFunc(pipeline.references(d.Kind), func(r Reference) bool { return r.ID == d.ID }) {
			return pipeline.ID
		}
	}

	return ""
}

func (c *checker) checkSignalRefusal(d Definition, pipeline string, refusal component.SignalRefusal) {
	s := structureChecker{checker: c, subject: theOne(d.Kind) + " " + d.ID, entry: &component.Entry{}, position: d.Position}
	for _, path := range refusal.Parts {
		keys := keysOf(path)
		node := d.Body.Lookup(keys)
		if node == nil || node.Kind != source.Mapping {
			continue
		}
		before := len(c.problems)
		s.checkRefusals(node, &component.Structure{Refuse: refusal.Refuse}, d.Path.Join(keys...))
		for i := range c.problems[before:] {
			c.problems[before+i].Message += ", in the pipeline " + pipeline
		}
	}
}

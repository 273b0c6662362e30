package collectorconfig

import (
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Named are the places of the config that name a component: pipelines, service.extensions, and bodies of others. What a
// pipeline names is a connector where there is no receiver or exporter of the id.
func (d *Document) Named(definition Definition) []source.Path {
	var found []source.Path
	note := func(refs []Reference, kinds ...component.Kind) {
		for _, ref := range refs {
			if ref.ID == definition.ID && d.isOf(ref.ID, kinds) == definition.Kind {
				found = append(found, ref.Path)
			}
		}
	}
	for _, pipeline := range d.Pipelines {
		note(pipeline.Receivers, component.Receiver, component.Connector)
		note(pipeline.Processors, component.Processor)
		note(pipeline.Exporters, component.Exporter, component.Connector)
	}
	if definition.Kind == component.Extension {
		note(slices.Concat(d.Extensions, ExtensionReferences(d)), component.Extension)
	}
	return found
}

// isOf is the first of the kinds that has a component of the id.
func (d *Document) isOf(id string, kinds []component.Kind) component.Kind {
	for _, kind := range kinds {
		if _, ok := d.Defined(kind, id); ok {
			return kind
		}
	}
	return ""
}

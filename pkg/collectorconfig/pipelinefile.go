package collectorconfig

import (
	"fmt"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// ParsePipelineFile reads a typed config from YAML. The file has the sections of a
// collector config, and their ids; the type of an id decides which keys its body may
// have, and every other key is a problem that names the nearest right one. What a typed
// body lacks goes under its `raw:`, in the collector's own words. A component that has
// no typed body is taken as it is.
//
// All problems are reported at once, sorted by position; the config holds what could be
// read, and is never nil. A component that no pipeline names is not a problem: Compile
// adds it to every pipeline of its signals.
func ParsePipelineFile(file string, data []byte) (*Config, []Problem) {
	doc, parsed := Parse(file, data)
	d := &decoder{table: component.All()}
	config := d.config(doc)
	unshaped := map[string]bool{}
	for _, p := range d.problems {
		unshaped[p.Path] = true
	}
	problems := d.problems
	for _, p := range parsed {
		if p.Code != CodeUnused {
			problems = append(problems, p)
		}
	}
	for _, f := range config.faults() {
		// A value that could not be read is not also missing.
		if !unshaped[f.path.String()] && doc.Root != nil {
			problems = append(problems, Problem{Code: CodeInvalidConfig, Message: f.message,
				Path: f.path.String(), Position: doc.Root.PositionOf(f.path)})
		}
	}
	return config, sorted(problems)
}

// Model is the document as a typed config. A body with anything that its type does not
// have is Raw, as is one of no known type; so nothing is lost.
func (d *Document) Model() *Config {
	config := &Config{Receivers: map[string]Receiver{}, Processors: map[string]Processor{}, Exporters: map[string]Exporter{},
		Connectors: map[string]Raw{}, Extensions: map[string]Raw{}}
	table := component.All()
	for _, definition := range d.Components {
		attempt := &decoder{table: table}
		body := attempt.body(definition)
		if len(attempt.problems) > 0 {
			body, _ = definition.Body.Any().(map[string]any)
			body = asRaw(body)
		}
		config.put(definition.Kind, definition.ID, body)
	}
	(&decoder{}).service(d, config)
	return config
}

func asRaw(body any) any {
	m, _ := body.(map[string]any)
	return Raw(m)
}

// put files a body under its kind; a body that does not fit there is dropped.
func (c *Config) put(kind component.Kind, id string, body any) {
	switch kind {
	case component.Receiver:
		if b, ok := body.(Receiver); ok {
			c.Receivers[id] = b
		}
	case component.Processor:
		if b, ok := body.(Processor); ok {
			c.Processors[id] = b
		}
	case component.Exporter:
		if b, ok := body.(Exporter); ok {
			c.Exporters[id] = b
		}
	case component.Connector:
		c.Connectors[id], _ = body.(Raw)
	case component.Extension:
		c.Extensions[id], _ = body.(Raw)
	}
}

// typedBody is a new body of a type, by kind and type; nil: there is none of that name.
func typedBody(kind component.Kind, canonical string) any {
	switch string(kind) + "/" + canonical {
	case "receivers/otlp":
		return &OTLPReceiver{}
	case "receivers/prometheus":
		return &PrometheusReceiver{}
	case "receivers/jaeger":
		return &JaegerReceiver{}
	case "receivers/file_log":
		return &FilelogReceiver{}
	case "processors/batch":
		return &BatchProcessor{}
	case "processors/resource_detection":
		return &ResourceDetectionProcessor{}
	case "processors/attributes":
		return &AttributesProcessor{}
	case "processors/memory_limiter":
		return &MemoryLimiterProcessor{}
	case "exporters/otlp_grpc":
		return &OTLPExporter{}
	case "exporters/otlp_http":
		return &OTLPHTTPExporter{}
	case "exporters/jaeger":
		return &JaegerExporter{}
	case "exporters/prometheus":
		return &PrometheusExporter{}
	case "exporters/debug":
		return &DebugExporter{}
	case "exporters/logging":
		return &LoggingExporter{}
	}
	return nil
}

// config decodes the components and the service of a document.
func (d *decoder) config(doc *Document) *Config {
	config := &Config{Receivers: map[string]Receiver{}, Processors: map[string]Processor{}, Exporters: map[string]Exporter{},
		Connectors: map[string]Raw{}, Extensions: map[string]Raw{}}
	for _, definition := range doc.Components {
		config.put(definition.Kind, definition.ID, d.body(definition))
	}
	d.service(doc, config)
	return config
}

func (d *decoder) body(definition Definition) any {
	typed := typedBody(definition.Kind, definition.Type())
	if typed == nil {
		typed = typedBody(definition.Kind, canonicalType(d.table, definition.Kind, definition.Type()))
	}
	if typed == nil {
		return asRaw(definition.Body.Any())
	}
	d.into(typed, definition.Body, definition.Path, fmt.Sprintf("the typed %s %s", definition.Type(), singular(definition.Kind)))
	return typed
}

func (d *decoder) service(doc *Document, config *Config) {
	for _, ref := range doc.Extensions {
		config.Service.Extensions = append(config.Service.Extensions, ref.ID)
	}
	if doc.Root != nil {
		if telemetry := doc.Root.Lookup(source.Keys("service", "telemetry")); telemetry != nil {
			config.Service.Telemetry, _ = asRaw(telemetry.Any()).(Raw)
		}
	}
	for _, p := range doc.Pipelines {
		if config.Service.Pipelines == nil {
			config.Service.Pipelines = map[string]Pipeline{}
		}
		config.Service.Pipelines[p.ID] = Pipeline{Receivers: idsOf(p.Receivers), Processors: idsOf(p.Processors), Exporters: idsOf(p.Exporters)}
	}
}

func idsOf(references []Reference) []string {
	var ids []string
	for _, ref := range references {
		ids = append(ids, ref.ID)
	}
	return ids
}

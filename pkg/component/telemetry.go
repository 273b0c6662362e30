package component

// The versions of the collector whose service.telemetry is known here: newer ones may take more. Of those before
// TelemetryDeclarative, what stands below readers and processors is not told.
const (
	TelemetryOldest      = "0.90"
	TelemetryDeclarative = "0.121"
	TelemetryNewest      = "0.161"
)

// Telemetry is the structure of service.telemetry. No component has it, so that the catalogue does not.
//
// Of go.opentelemetry.io/collector/service: telemetry/config.go and telemetry/internal/migration until 0.134, then
// telemetry/otelconftelemetry; the types below readers, views, processors, sampler and limits are those of
// go.opentelemetry.io/contrib/otelconf/v0.3.0, the same from its 0.15 to its 0.25. Versions are those of the collector's
// changelog. Headers are a list, and in an older form that is still read a map.
func Telemetry() *Structure {
	return &Structure{Type: Map, Keys: map[string]*Structure{
		"logs": telemetryLogs(), "metrics": telemetryMetrics(), "traces": telemetryTraces(), "resource": telemetryResource(),
	}}
}

// OlderTelemetry is it before TelemetryDeclarative: readers and processors are of other versions of the declarative
// configuration, and resource is a map of attributes alone.
func OlderTelemetry() *Structure {
	older := Telemetry()
	for section, list := range map[string]string{"logs": "processors", "metrics": "readers", "traces": "processors"} {
		older.Keys[section].Keys[list].Of = &Structure{Type: Any}
	}
	older.Keys["resource"] = &Structure{Type: Map, Of: &Structure{Type: String}}

	return older
}

func telemetryLogs() *Structure {
	sampling := keys(map[string]Type{"enabled": Bool, "tick": Duration, "initial": Int, "thereafter": Int})
	logs := keys(map[string]Type{
		"level": Text, "development": Bool, "encoding": String, "disable_caller": Bool, "disable_stacktrace": Bool, "initial_fields": Map,
	})
	logs.Keys["initial_fields"] = &Structure{Type: Map, Of: &Structure{Type: Any}}
	logs.Keys["sampling"] = sampling
	logs.Keys["output_paths"], logs.Keys["error_output_paths"] = listOf(String), listOf(String)
	logs.Keys["processors"] = telemetryProcessors(map[string]*Structure{"console": {Type: Any}, "otlp": telemetryOTLP()})
	logs.Keys["processors"].Since, logs.Keys["processors"].Without = "0.113", "0.112"
	logs.Keys["disable_zap_resource"] = &Structure{Type: Bool, Since: "0.142", Without: "0.141"}

	return logs
}

func telemetryTraces() *Structure {
	zipkin := keys(map[string]Type{"endpoint": String, "timeout": Int})
	sampler := keys(map[string]Type{"always_off": Any, "always_on": Any, "jaeger_remote": Any, "parent_based": Any})
	sampler.Keys["trace_id_ratio_based"] = keys(map[string]Type{"ratio": Float})
	sampler.Since, sampler.Without = "0.129", "0.128"
	limits := keys(map[string]Type{
		"attribute_count_limit": Int, "attribute_value_length_limit": Int, "event_attribute_count_limit": Int,
		"event_count_limit": Int, "link_attribute_count_limit": Int, "link_count_limit": Int,
	})
	limits.Since, limits.Without = "0.129", "0.128"

	return &Structure{Type: Map, Keys: map[string]*Structure{
		"level": {Type: Text, Since: "0.108", Without: "0.107"}, "propagators": listOf(String), "sampler": sampler, "limits": limits,
		"processors": telemetryProcessors(map[string]*Structure{"console": {Type: Any}, "otlp": telemetryOTLP(), "zipkin": zipkin}),
	}}
}

func telemetryMetrics() *Structure {
	otlp := telemetryOTLP()
	otlp.Keys["default_histogram_aggregation"], otlp.Keys["temporality_preference"] = &Structure{Type: String}, &Structure{Type: String}
	periodic := keys(map[string]Type{"interval": Int, "timeout": Int})
	periodic.Keys["exporter"] = &Structure{Type: Map, Keys: map[string]*Structure{"console": {Type: Any}, "otlp": otlp}}
	prometheus := keys(map[string]Type{"host": String, "port": Int, "without_scope_info": Bool, "without_type_suffix": Bool, "without_units": Bool})
	prometheus.Keys["with_resource_constant_labels"] = includeExclude()
	pull := &Structure{Type: Map, Keys: map[string]*Structure{
		"exporter": {Type: Map, Keys: map[string]*Structure{"prometheus": prometheus}},
	}}

	return &Structure{Type: Map, Keys: map[string]*Structure{
		"level": {Type: Text}, "address": {Type: String, Before: "0.128", Last: "0.127"}, "views": telemetryViews(),
		"readers": {Type: List, Of: &Structure{Type: Map, Keys: map[string]*Structure{"periodic": periodic, "pull": pull, "producers": {Type: Any}}}},
	}}
}

func telemetryViews() *Structure {
	selector := keys(map[string]Type{
		"instrument_name": String, "instrument_type": String, "meter_name": String, "meter_schema_url": String, "meter_version": String, "unit": String,
	})
	stream := keys(map[string]Type{"description": String, "name": String})
	stream.Keys["attribute_keys"] = includeExclude()
	aggregation := keys(map[string]Type{"default": Any, "drop": Any, "last_value": Any, "sum": Any})
	aggregation.Keys["base2_exponential_bucket_histogram"] = keys(map[string]Type{"max_scale": Int, "max_size": Int, "record_min_max": Bool})
	explicit := keys(map[string]Type{"record_min_max": Bool})
	explicit.Keys["boundaries"] = listOf(Float)
	aggregation.Keys["explicit_bucket_histogram"] = explicit
	stream.Keys["aggregation"] = aggregation

	return &Structure{
		Type: List, Since: "0.123", Without: "0.122",
		Of: &Structure{Type: Map, Keys: map[string]*Structure{"selector": selector, "stream": stream}},
	}
}

// telemetryResource is a map of attributes, and since 0.151 may be the declarative one instead.
func telemetryResource() *Structure {
	attribute := keys(map[string]Type{"name": String, "type": Any, "value": Any})

	return &Structure{Type: Map, Of: &Structure{Type: String}, Keys: map[string]*Structure{
		"attributes":            {Type: List, Of: attribute, Since: "0.151", Without: "0.150"},
		"attributes_list":       {Type: String, Before: "0.151", Last: "0.150"}, // Refused as not supported.
		"detectors":             {Type: Any},
		"schema_url":            {Type: String},
		"detection/development": {Type: Any, Since: "0.157", Without: "0.156"},
	}}
}

// telemetryProcessors are those that send the collector's own logs or spans by one of some exporters.
func telemetryProcessors(exporters map[string]*Structure) *Structure {
	batch := keys(map[string]Type{"export_timeout": Int, "max_export_batch_size": Int, "max_queue_size": Int, "schedule_delay": Int})
	exporter := &Structure{Type: Map, Keys: exporters}
	batch.Keys["exporter"] = exporter
	simple := &Structure{Type: Map, Keys: map[string]*Structure{"exporter": exporter}}

	return &Structure{Type: List, Of: &Structure{Type: Map, Keys: map[string]*Structure{"batch": batch, "simple": simple}}}
}

func telemetryOTLP() *Structure {
	return keys(map[string]Type{
		"certificate": String, "client_certificate": String, "client_key": String, "compression": String, "endpoint": String,
		"headers": Any, "headers_list": String, "insecure": Bool, "protocol": String, "timeout": Int,
	})
}

func includeExclude() *Structure {
	return &Structure{Type: Map, Keys: map[string]*Structure{"included": listOf(String), "excluded": listOf(String)}}
}

func keys(types map[string]Type) *Structure {
	structure := &Structure{Type: Map, Keys: map[string]*Structure{}}
	for name, of := range types {
		structure.Keys[name] = &Structure{Type: of}
	}

	return structure
}

func listOf(of Type) *Structure { return &Structure{Type: List, Of: &Structure{Type: of}} }

// TelemetryChoices are the words that service.telemetry takes, wherever it is used.
func TelemetryChoices() []Choice {
	levels := []string{"none", "basic", "normal", "detailed"}

	return []Choice{
		{Path: "metrics.level", Words: levels, AnyCase: true},
		{Path: "traces.level", Words: levels, AnyCase: true},
		{Path: "logs.level", Words: []string{"", "debug", "info", "warn", "warning", "error", "dpanic", "panic", "fatal"}, AnyCase: true},
		{Path: "logs.encoding", Words: []string{"json", "console"}},
		{Path: "metrics.views.selector.instrument_type", Words: []string{
			"counter", "histogram", "observable_counter", "observable_gauge", "observable_up_down_counter", "up_down_counter",
		}},
	}
}

// TelemetryExporterChoices are the words of an exporter of the collector's own telemetry, which are looked at when it is made.
func TelemetryExporterChoices() []Choice {
	return []Choice{
		{Path: "otlp.protocol", Words: []string{"grpc", "http/protobuf"}},
		{Path: "otlp.compression", Words: []string{"gzip", "none"}},
		{Path: "otlp.temporality_preference", Words: []string{"delta", "cumulative", "lowmemory"}},
	}
}

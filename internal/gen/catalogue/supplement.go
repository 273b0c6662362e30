package main

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// supplement returns the cases that a type refuses and that its code does not tell refusals: it takes a value apart first, or
// collects what it found. Each was read in upstream's source.
func supplement(id, version string) []component.Refusal {
	const contrib, collector = "github.com/open-telemetry/opentelemetry-collector-contrib/", "go.opentelemetry.io/collector/"
	for of, cases := range map[string][][]string{
		collector + "exporter/otlpexporter.Config": {{"endpoint unset"}},
		// Its factories look, not its Validate.
		contrib + "exporter/prometheusexporter.Config": {{"endpoint unset"}},
		contrib + "exporter/loadbalancingexporter.Config": {
			{"resolver.static not-given", "resolver.dns not-given", "resolver.k8s not-given", "resolver.aws_cloud_map not-given"},
		},
		// Operators look when they are built.
		contrib + "pkg/stanza/adapter.BaseConfig": {
			{"each operators", "severity given", "severity.parse_from unset"},
			{"each operators", "timestamp given", "timestamp.parse_from unset"},
			{"each operators", `type = ["severity_parser","time_parser"]`, "parse_from unset"},
			{"each operators", `type = ["regex_parser"]`, "regex unset"},
		},
		contrib + "exporter/loadbalancingexporter.StaticResolver": {{"hostnames empty"}},
		// NewAttrProc looks.
		contrib + "internal/coreinternal/attraction.ActionKeyValue": {
			{"key unset", `action !~ ["delete","hash"]`},
			{"key unset", "pattern unset", `action ~ ["delete","hash"]`},
			{"action unset"},
			{`action ~ ["insert","update","upsert"]`, "value not-given", "from_attribute unset", "from_context unset", "default_value not-given"},
			{`action ~ ["insert","update","upsert"]`, "pattern set"},
			{`action ~ ["convert","extract"]`, "value given"},
			{`action ~ ["convert"]`, "converted_type unset"},
			{`action ~ ["extract"]`, "pattern unset"},
		},
		// The sets of filters are made by the factories, where there is something to compare with.
		contrib + "internal/filter/filterconfig.Attribute":             {{"key unset"}},
		contrib + "internal/filter/filterconfig.MetricMatchProperties": {{"match_type unset", "metric_names not-empty"}},
		contrib + "internal/filter/filterset/regexp.Config":            {{"cacheenabled set", "cachemaxnumentries < [0]"}},
		contrib + "processor/filterprocessor.LogMatchProperties": {
			{"match_type unset", "bodies not-empty"}, {"match_type unset", "severity_texts not-empty"},
			{"match_type unset", "record_attributes not-empty"}, {"match_type unset", "resource_attributes not-empty"},
		},
		contrib + "receiver/hostmetricsreceiver/internal/scraper/networkscraper.MatchConfig": {{"match_type unset", "interfaces not-empty"}},
		contrib + "receiver/hostmetricsreceiver/internal/scraper/diskscraper.MatchConfig":    {{"match_type unset", "devices not-empty"}},
		contrib + "receiver/hostmetricsreceiver/internal/scraper/processscraper.MatchConfig": {{"match_type unset", "names not-empty"}},
		// What stands at the top is the client's where http is not there.
		contrib + "exporter/prometheusremotewriteexporter.Config": {
			{"since 0.123", "http not-given", "compression not-empty", `compression != ["snappy"]`},
			{"since 0.158", "each include_metadata_keys", `. ~ ["content-encoding","content-type","user-agent","x-prometheus-remote-write-version"]`},
		},
		contrib + "exporter/fileexporter.Config":                                {{"group_by.enabled set", `path begins ["*"]`}},
		contrib + "receiver/prometheusreceiver/targetallocator.Config":          {{"endpoint unset"}},
		contrib + "receiver/prometheusreceiver/internal/targetallocator.Config": {{"endpoint unset"}},
		contrib + "connector/spanmetricsconnector.Config": {
			{`aggregation_temporality = ["AGGREGATION_TEMPORALITY_DELTA"]`, "metric_timestamp_cache_size given", "metric_timestamp_cache_size <= [0]"},
		},
		// The receiver does not do it.
		prometheusModules + "prometheus/config.Config": {
			{"remote_write not-empty"}, {"remote_read not-empty"}, {"rule_files not-empty"}, {"alerting.alertmanagers not-empty"},
			{"alerting.alert_relabel_configs not-empty"},
		},
	} {
		if of == id {
			return refusalsOf(cases, version)
		}
	}

	return nil
}

// refusalsOf reads terms. A case may begin with the first version that has it, and with the path of the list whose elements
// it is about.
func refusalsOf(cases [][]string, version string) []component.Refusal {
	var refusals []component.Refusal
	for _, texts := range cases {
		if since, later := strings.CutPrefix(texts[0], "since "); later {
			if compareMinors(version, since) < 0 {
				continue
			}
			texts = texts[1:]
		}
		each, ofEach := strings.CutPrefix(texts[0], "each ")
		if ofEach {
			texts = texts[1:]
		} else {
			each = ""
		}
		terms := make([]component.Term, len(texts))
		for i, text := range texts {
			if err := terms[i].UnmarshalText([]byte(text)); err != nil {
				panic(err) // The texts are those above.
			}
		}
		refusals = append(refusals, component.Refusal{Each: each, If: terms})
	}

	return refusals
}

// reshape corrects the structure of types that decode strictly, but for lists whose elements they take in two shapes.
func reshape(structure *component.Structure, id string) {
	const contrib = "github.com/open-telemetry/opentelemetry-collector-contrib/processor/"
	if id != contrib+"filterprocessor.Config" && id != contrib+"transformprocessor.Config" {
		return
	}
	structure.Open = false
	for name, key := range structure.Keys {
		if key.Of != nil && (strings.HasSuffix(name, "_statements") || strings.HasSuffix(name, "_conditions")) {
			key.Of.Bare = true
		}
	}
}

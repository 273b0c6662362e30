package otelcol_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Checks that were written by hand, which neither upstream's own tests nor mutants of them reach, say of each config what the
// collector says: the fault, and beside it what is like it and none.
func TestHandWrittenChecksSayWhatTheCollectorSays(t *testing.T) {
	scrape := func(jobs string) string {
		return running("metrics", "receivers: {prometheus: {config: {scrape_configs: ["+jobs+"]}}}", "prometheus", "", "nop")
	}
	scrapeOfAll := func(global, job string) string {
		return running("metrics", "receivers: {prometheus: {config: {global: {"+global+"}, scrape_configs: [{job_name: a, "+job+"}]}}}", "prometheus", "", "nop")
	}
	sampling := func(policies string) string {
		return running("traces", "processors: {tail_sampling: {decision_wait: 1s, policies: ["+policies+"]}}", "otlp", "tail_sampling", "nop")
	}
	queue := func(queue string) string {
		return running("logs", "exporters: {otlp_http: {endpoint: 'http://a:1', sending_queue: {"+queue+"}}}", "otlp", "", "otlp_http")
	}
	balancing := func(signal, key string) string {
		if key == "attributes" {
			key += ", routing_attributes: [a]"
		}

		return running(signal, "exporters: {load_balancing: {routing_key: "+key+", protocol: {otlp: {tls: {insecure: true}}}, resolver: {static: {hostnames: [a]}}}}",
			"otlp", "", "load_balancing")
	}
	sound, faulty := []string{
		scrape("{job_name: a}, {job_name: b}"),
		scrape("{job_name: a, static_configs: [{targets: ['http://a']}], relabel_configs: [{source_labels: [__address__], target_label: __param_target}]}"),
		scrape("{job_name: a, relabel_configs: [{action: keep, source_labels: [a], regex: b}]}"),
		scrape("{job_name: a, scrape_timeout: 60s}"),
		scrape("{job_name: a, scrape_interval: 5s}"),
		scrape("{job_name: a, scrape_interval: 1d, scrape_timeout: 2h}"),
		scrapeOfAll("scrape_timeout: 40s", "scrape_interval: 15s"),
		scrapeOfAll("scrape_interval: 5s", "scrape_timeout: 0s"),
		sampling("{name: a, type: always_sample}, {name: b, type: always_sample}"),
		queue("sizer: requests"),
		queue("sizer: requests, batch: {sizer: items, min_size: 10}"),
	}, []string{
		scrape("{job_name: a}, {job_name: a}"),
		scrape("{job_name: a, static_configs: [{targets: ['http://a:80/metrics']}]}"),
		scrape("{job_name: a, relabel_configs: [{action: replace}]}"),
		scrape("{job_name: a, metric_relabel_configs: [{source_labels: [a]}]}"),
		scrape("{job_name: a, scrape_timeout: 90s}"),
		scrape("{job_name: a, scrape_interval: 5s, scrape_timeout: 10s}"),
		scrapeOfAll("scrape_interval: 15s", "scrape_timeout: 20s"),
		scrapeOfAll("scrape_interval: 15s, scrape_timeout: 20s", "scrape_interval: 1m"),
		sampling("{name: a, type: always_sample}, {name: a, type: always_sample}"),
		sampling("{type: always_sample}"),
		queue("sizer: requests, batch: {min_size: 10}"),
	}
	for signal, keys := range map[string][2]string{
		"traces":  {"service traceID attributes", "resource metric streamID"},
		"metrics": {"service resource metric streamID attributes", "traceID"},
		"logs":    {"service traceID resource attributes", "metric streamID"},
	} {
		for _, key := range strings.Fields(keys[0]) {
			sound = append(sound, balancing(signal, key))
		}
		for _, key := range strings.Fields(keys[1]) {
			faulty = append(faulty, balancing(signal, key))
		}
	}
	for _, more := range [](func() (sound, faulty []string)){resolvers, objectsAndSets} {
		moreSound, moreFaulty := more()
		sound, faulty = append(sound, moreSound...), append(faulty, moreFaulty...)
	}
	var samples []sample
	for class, configs := range map[string][]string{"sound": sound, "faulty": faulty} {
		for _, config := range configs {
			samples = append(samples, sample{class: class, name: config, config: config})
		}
	}
	compared := compare(t, samples)
	assert.Len(t, compared, len(sound)+len(faulty))
	for _, c := range compared {
		assert.Equal(t, c.class == "faulty", c.verdict != "", "%s: %s", c.config, c.verdict)
		assert.Empty(t, c.disagreement(), c.String())
	}
}

// resolvers are exporters that balance over what one or more of them find.
func resolvers() (sound, faulty []string) {
	balancing := func(resolvers string) string {
		return running("traces", "exporters: {load_balancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {"+resolvers+"}}}", "otlp", "", "load_balancing")
	}

	return []string{
			balancing("k8s: {service: a.b}"),
			balancing("static: {hostnames: [a]}, dns: "),
			balancing("static: {hostnames: [a]}, dns: {enabled: false, hostname: a}"),
		}, []string{
			balancing(""),
			balancing("dns: "),
			balancing("static: {hostnames: [a]}, dns: {hostname: a}"),
			balancing("static: {hostnames: [a]}, k8s: {service: a.b}"),
			balancing("dns: {hostname: a}, aws_cloud_map: {namespace: a, service_name: b}"),
		}
}

// objectsAndSets are objects of Kubernetes that are watched or pulled, and lists in which nothing may stand twice.
func objectsAndSets() (sound, faulty []string) {
	objects := func(keys string) string {
		return running("logs", "receivers: {k8s_objects: {auth_type: none, "+keys+"}}", "k8s_objects", "", "nop")
	}
	labels := func(labels string) string {
		return running("metrics", "receivers: {kubelet_stats: {auth_type: none, endpoint: 'localhost:1', extra_metadata_labels: ["+labels+"]}}", "kubelet_stats", "", "nop")
	}
	keys := func(keys string) string {
		return running("logs", "processors: {batch: {metadata_keys: ["+keys+"]}}", "otlp", "batch", "nop")
	}

	return []string{
			objects("include_initial_state: true, objects: [{name: pods, mode: watch}]"),
			objects("include_initial_state: false, objects: [{name: pods}]"),
			objects("objects: [{name: pods, mode: watch, exclude_watch_type: [DELETED]}]"),
			objects("objects: [{name: pods, exclude_watch_type: []}]"),
			objects("objects: [{name: pods, namespaces: [a]}, {name: nodes, exclude_namespaces: [{strict: b}]}]"),
			labels("container.id, k8s.volume.type"),
			keys("a, b"),
		}, []string{
			objects("include_initial_state: true, objects: [{name: pods, mode: pull}]"),
			objects("include_initial_state: true, objects: [{name: pods, mode: watch}, {name: nodes}]"),
			objects("objects: [{name: pods, mode: pull, exclude_watch_type: [DELETED]}]"),
			objects("objects: [{name: pods, exclude_watch_type: [DELETED]}]"),
			objects("objects: [{name: pods, namespaces: [a], exclude_namespaces: [{strict: b}]}]"),
			labels("container.id, container.id"),
			labels("k8s.pod.ip"),
			keys("a, a"),
			keys("a, A"),
		}
}

// running is a config of one pipeline, with the components given, and receivers and exporters that need none.
func running(signal, components, receiver, processor, exporter string) string {
	config := components + "\n"
	if receiver == "otlp" {
		config += "receivers: {otlp: {protocols: {grpc: {endpoint: 'localhost:0'}}}}\n"
	}
	if exporter == "nop" {
		config += "exporters: {nop: }\n"
	}

	return config + "service:\n  telemetry: {metrics: {level: none}}\n  pipelines: {" + signal + ": {receivers: [" + receiver + "], processors: [" + processor + "], exporters: [" + exporter + "]}}\n"
}

package collectorconfig

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What neither the structure of a body nor the words in it tell; tests/otelcol has a real collector judge the same.
func TestWhatComponentsRefuseOfTheirBodies(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ config, version, want string }{
		{balancing("static: {hostnames: [a]}, dns: {hostname: a}"), "0.161.0", "conflicting-keys exporters.load_balancing.resolver"},
		{balancing("dns: {hostname: a}, k8s: {service: a.b}"), "0.161.0", "conflicting-keys exporters.load_balancing.resolver"},
		{balancing("dns: {hostname: a}, k8s: {service: a.b}"), "0.100.0", "conflicting-keys exporters.load_balancing.resolver"},
		{balancing("dns: {hostname: a}, k8s: {service: a.b}"), "0.96.0", ""},
		{balancing("static: {hostnames: [a]}, dns: {hostname: a}"), "0.96.0", "conflicting-keys exporters.load_balancing.resolver"},
		{balancing("static: {hostnames: [a]}, dns: "), "0.161.0", ""},
		{balancing("static: {hostnames: [a]}, dns: {enabled: false, hostname: a}"), "0.161.0", ""},
		{balancing("static: {hostnames: [a]}, dns: '${file:dns.yaml}'"), "0.161.0", ""},
		{"processors: {batch: {metadata_keys: [a, b, A]}}", "0.161.0", "invalid-value processors.batch.metadata_keys[2]"},
		{"processors: {batch: {metadata_keys: [a, '${env:A}', '${env:A}']}}", "0.161.0", ""},
		{kubelet("container.id, k8s.volume.type"), "0.161.0", ""},
		{kubelet("container.id, container.id"), "0.161.0", "invalid-value receivers.kubelet_stats.extra_metadata_labels[1]"},
		{kubelet("container.id, k8s.pod.ip"), "0.161.0", "invalid-value receivers.kubelet_stats.extra_metadata_labels[1]"},
		{objects("mode: pull, exclude_watch_type: [DELETED]"), "0.161.0", "conflicting-keys receivers.k8s_objects.objects[0].exclude_watch_type"},
		{objects("exclude_watch_type: [DELETED]"), "0.161.0", "conflicting-keys receivers.k8s_objects.objects[0].exclude_watch_type"},
		{objects("mode: watch, exclude_watch_type: [DELETED]"), "0.161.0", ""},
		{objects("mode: pull, exclude_watch_type: []"), "0.161.0", ""},
		{objects("mode: '${env:MODE}', exclude_watch_type: [DELETED]"), "0.161.0", ""},
		{objects("namespaces: [a], exclude_namespaces: [{strict: b}]"), "0.161.0", "conflicting-keys receivers.k8s_objects.objects[0].exclude_namespaces"},
		{objects("namespaces: [], exclude_namespaces: [{strict: b}]"), "0.161.0", ""},
		{"receivers: {k8s_objects: {include_initial_state: true, objects: [{name: pods, mode: watch}, {name: nodes}, {name: events}]}}", "0.161.0",
			"conflicting-keys receivers.k8s_objects.include_initial_state"},
		{"receivers: {k8s_objects: {include_initial_state: true, objects: [{name: pods, mode: watch}]}}", "0.161.0", ""},
		{"receivers: {k8s_objects: {include_initial_state: false, objects: [{name: pods}]}}", "0.161.0", ""},
	} {
		doc, _ := Parse("f.yaml", []byte(test.config+
			"\nservice: {pipelines: {traces: {exporters: [load_balancing]}, metrics: {receivers: [kubelet_stats]}}}"))
		var got []string
		for _, problem := range Check(doc, test.version, customDistribution) {
			if !problem.Ignored && problem.Code != CodeDeprecatedName && problem.Code != CodeRenamedComponent {
				got = append(got, problem.Code+" "+problem.Path)
			}
		}
		assert.Equal(t, test.want, strings.Join(got, ", "), test.config)
	}
}

// A collector makes only what a pipeline has.
func TestWhatNoPipelineHasIsNotRefused(t *testing.T) {
	t.Parallel()
	for _, config := range []string{
		balancing("static: {hostnames: [a]}, dns: {hostname: a}"), kubelet("container.id, container.id"),
	} {
		doc, _ := Parse("f.yaml", []byte(config))
		problems := Check(doc, "0.161.0", customDistribution)
		if assert.Len(t, problems, 1, config) {
			assert.True(t, problems[0].Ignored, config)
		}
	}
}

func balancing(resolver string) string {
	return "exporters: {load_balancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {" + resolver + "}}}"
}

func kubelet(labels string) string {
	return "receivers: {kubelet_stats: {extra_metadata_labels: [" + labels + "]}}"
}

func objects(keys string) string {
	return "receivers: {k8s_objects: {objects: [{name: pods, " + keys + "}]}}"
}

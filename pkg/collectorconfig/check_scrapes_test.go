package collectorconfig

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What a real Prometheus receiver refuses of its jobs; tests/otelcol has it judge the same.
func TestWhatPrometheusRefusesOfItsJobs(t *testing.T) {
	t.Parallel()
	const newest = "0.161.0"
	scrape := func(jobs string) string {
		return "receivers: {prometheus: {config: {scrape_configs: [" + jobs + "]}}}"
	}
	global := func(keys, jobs string) string {
		return "receivers: {prometheus: {config: {global: {" + keys + "}, scrape_configs: [" + jobs + "]}}}"
	}
	for _, test := range []struct {
		name, config string
		want         []string
	}{
		{"a name twice", scrape("{job_name: a}, {job_name: b}, {job_name: a}"), []string{
			"f.yaml:1:93: config.scrape_configs[2].job_name of the receiver prometheus is \"a\", which another job has (give one of them another name) [invalid-value]",
		}},
		{"a target that is a URL", scrape("{job_name: a, static_configs: [{targets: ['a:80', 'http://a:80/metrics']}]}"), []string{
			"f.yaml:1:102: config.scrape_configs[0].static_configs[0].targets[1] of the receiver prometheus is \"http://a:80/metrics\", and a target is host:port (write the rest as scheme and metrics_path of the job) [invalid-value]",
		}},
		{"URLs that are probed", scrape("{job_name: a, static_configs: [{targets: ['http://a']}], relabel_configs: [{source_labels: [__address__], target_label: __param_target}]}"), nil},
		{"a rule that writes nowhere", scrape("{job_name: a, relabel_configs: [{action: replace, replacement: $$1}, {action: keep}], metric_relabel_configs: [{target_label: b}]}"), []string{
			"f.yaml:1:84: config.scrape_configs[0].relabel_configs[0] of the receiver prometheus has no target_label, which the action replace needs (write target_label) [invalid-value]",
		}},
		{"a timeout longer than the interval of all", scrape("{job_name: a, scrape_timeout: 1m}, {job_name: b, scrape_timeout: 1m1s}"), []string{
			"f.yaml:1:117: config.scrape_configs[1].scrape_timeout of the receiver prometheus is 1m1s, and the next scrape begins after 1m (write no more than scrape_interval, or a longer scrape_interval) [invalid-value]",
		}},
		{"a timeout longer than the job's interval", scrape("{job_name: a, scrape_interval: 5s, scrape_timeout: 10s}, {job_name: b, scrape_interval: 2m, scrape_timeout: 90s}"), []string{
			"f.yaml:1:103: config.scrape_configs[0].scrape_timeout of the receiver prometheus is 10s, and the next scrape begins after 5s (write no more than scrape_interval, or a longer scrape_interval) [invalid-value]",
		}},
		{"timeouts that give way", global("scrape_timeout: 40s", "{job_name: a, scrape_interval: 15s}, {job_name: b, scrape_timeout: 0s}"), nil},
		{"a timeout of all that is longer", global("scrape_interval: 15s, scrape_timeout: 20s", "{job_name: a}, {job_name: b, scrape_timeout: 20s}"), []string{
			"f.yaml:1:82: config.global.scrape_timeout of the receiver prometheus is 20s, and the next scrape begins after 15s (write no more than scrape_interval, or a longer scrape_interval) [invalid-value]",
			"f.yaml:1:150: config.scrape_configs[1].scrape_timeout of the receiver prometheus is 20s, and the next scrape begins after 15s (write no more than scrape_interval, or a longer scrape_interval) [invalid-value]",
		}},
		{"intervals that nobody knows", global("scrape_interval: '${env:A}'", "{job_name: a, scrape_timeout: 2m}, {job_name: b, scrape_interval: '${env:A}', scrape_timeout: 2m}"), nil},
		{"a whole that nobody knows", "receivers: {prometheus: {config: {global: '${file:a}', scrape_configs: [{job_name: a, scrape_timeout: 2m}]}}}", nil},
		{"variables", scrape("{job_name: '${env:A}'}, {job_name: '${env:A}', static_configs: [{targets: ['${env:URL}/a']}]}"), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			doc, _ := Parse("f.yaml", []byte(test.config))
			var got []string
			for _, problem := range Check(doc, newest, customDistribution) {
				got = append(got, problem.String())
			}
			assert.Equal(t, strings.Join(test.want, "\n"), strings.Join(got, "\n"))
		})
	}
}

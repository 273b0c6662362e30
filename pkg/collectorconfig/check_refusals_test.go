package collectorconfig

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestWhatAComponentsOwnValidationRefuses(t *testing.T) {
	const newest = "0.161.0"
	for _, test := range []struct {
		name, config, version string
		want                  []string
	}{
		{"a key that is needed", "exporters: {otlp_grpc: {tls: {insecure: true}}}", newest, []string{
			"f.yaml:1:13: the exporter otlp_grpc has no endpoint (write endpoint) [missing-key]",
		}},
		{"one of several, of a component without a body", "receivers: {otlp: , otlp/2: {protocols: {grpc: }}}", newest, []string{
			"f.yaml:1:13: the receiver otlp has no protocols.grpc or protocols.http (write protocols.grpc or protocols.http) [missing-key]",
		}},
		{"a key that is there and empty", "exporters: {otlp_grpc: {endpoint: ''}}", newest, []string{
			"f.yaml:1:13: endpoint of the exporter otlp_grpc is empty [missing-key]",
		}},
		{"a key that goes with another", "exporters: {otlp_http: {endpoint: 'http://a', tls: {cert_file: /a}}}", newest, []string{
			"f.yaml:1:64: tls of the exporter otlp_http has cert_file without key_file or key_pem (write key_file or key_pem) [missing-key]",
		}},
		{"keys that exclude one another", "exporters: {otlp_http: {endpoint: 'http://a', tls: {ca_file: /a, ca_pem: b}}}", newest, []string{
			"f.yaml:1:62: tls of the exporter otlp_http has ca_file and ca_pem, which exclude one another (leave one of them out) [conflicting-keys]",
		}},
		{"limits", "processors: {batch: {timeout: -1s}, memory_limiter: {check_interval: 0s, limit_percentage: 120}}", newest, []string{
			"f.yaml:1:31: timeout of the processor batch is \"-1s\", less than 0 [invalid-value]",
			"f.yaml:1:70: check_interval of the processor memory_limiter is \"0s\", not more than 0 [invalid-value]",
			"f.yaml:1:92: limit_percentage of the processor memory_limiter is 120, more than 100 [invalid-value]",
		}},
		{"limits that others set", "processors: {batch: {send_batch_max_size: 100}, batch/2: {send_batch_size: 50, send_batch_max_size: 100}}", newest, []string{
			"f.yaml:1:43: send_batch_max_size of the processor batch is 100, less than send_batch_size, 8192 [invalid-value]",
		}},
		{"a word", "processors: {k8s_attributes: {extract: {metadata: [k8s.pod.nam]}}}", newest, []string{
			"f.yaml:1:52: extract.metadata[0] of the processor k8s_attributes takes no \"k8s.pod.nam\" (did you mean k8s.pod.name?) [invalid-value]",
		}},
		{"a regular expression", "processors: {k8s_attributes: {extract: {labels: [{key_regex: '['}]}}}", newest, []string{
			"f.yaml:1:62: extract.labels[0].key_regex of the processor k8s_attributes is no regular expression: \"[\" [invalid-value]",
		}},
		{"too many", "processors: {tail_sampling: {num_shards: 300}}", newest, []string{
			"f.yaml:1:42: num_shards of the processor tail_sampling is 300, more than 256 [invalid-value]",
		}},
		{"a word that needs more", "extensions: {oauth2client: {client_id: a, token_url: b, grant_type: client_credentials}}", newest, []string{
			"f.yaml:1:69: the extension oauth2client has grant_type \"client_credentials\" without client_secret or client_secret_file (write client_secret or client_secret_file) [missing-key]",
		}},
		{"what a feature gate allows", "extensions: {health_check: {http: {endpoint: 'a:1'}}}", newest, []string{
			"f.yaml:1:35: the extension health_check takes no http (leave it out, or start the collector with --feature-gates=+extension.healthcheck.useComponentStatus) [invalid-value]",
		}},
		{"a beginning", "extensions: {health_check: {path: healthz}}", newest, []string{
			"f.yaml:1:35: path of the extension health_check is \"healthz\" and has to begin with / [invalid-value]",
		}},
		{"an operator's type, of a version between two that were seen", "receivers: {file_log: {operators: [{type: regex_parsr}, {type: container}, {id: a}]}}", newest, []string{
			"f.yaml:1:43: operators[0].type of the receiver file_log takes no \"regex_parsr\" (did you mean regex_parser?) [invalid-value]",
			"f.yaml:1:76: operators[2] of the receiver file_log has no type (write type) [missing-key]",
		}},
		{"an operator's type before it came", "receivers: {filelog: {operators: [{type: container}]}}", "0.100.0", []string{
			"f.yaml:1:42: operators[0].type of the receiver filelog takes no \"container\" [invalid-value]",
		}},
		{"a default that the newest version does not have", "exporters: {prometheus: }", newest, []string{
			"f.yaml:1:13: the exporter prometheus has no endpoint (write endpoint) [missing-key]",
		}},
		{"the same of an image without a version", "exporters: {prometheus: }", "", nil},
		{"a default between two versions that were seen", "exporters: {prometheus: }", "0.163.0", nil},
		{"keys that are written as one", "receivers: {otlp: {'protocols::grpc::endpoint': 'a:1'}}", newest, nil},
		{"true in another way", "exporters: {file: {path: /x, create_directory: True, directory_permissions: '0755'}}", newest, nil},
		{"before it was refused, and where nobody knows", "exporters: {otlphttp: {endpoint: 'http://a', compression: lz4}}", "0.113.0", nil},
		{"while it was refused", "exporters: {otlphttp: {endpoint: 'http://a', compression: lz4}}", "0.109.0", []string{
			"f.yaml:1:59: compression of the exporter otlphttp takes no \"lz4\" (it takes gzip, zlib, deflate, snappy, zstd, none) [invalid-value]",
		}},
		{"what comes from elsewhere", "exporters: {otlp_grpc: {endpoint: '${env:A}', tls: {cert_file: '${env:B}', key_file: c}}}", newest, nil},
		{"what is switched off", "exporters: {otlp_grpc: {endpoint: 'a:1', sending_queue: {enabled: false, queue_size: -1}}}", newest, nil},
		{"Prometheus' own config", "receivers: {prometheus: {config: {scrape_configs: [{scrape_intervall: 5s, relabel_configs: [{action: replaced}]}]}}}", newest, []string{
			"f.yaml:1:52: config.scrape_configs[0] of the receiver prometheus has no job_name (write job_name) [missing-key]",
			"f.yaml:1:53: config.scrape_configs[0] of the receiver prometheus has no key scrape_intervall (did you mean scrape_interval?) [unknown-key]",
			"f.yaml:1:102: config.scrape_configs[0].relabel_configs[0].action of the receiver prometheus takes no \"replaced\" (did you mean replace?) [invalid-value]",
		}},
		{"a number for a string of Prometheus'", "receivers: {prometheus: {config: {scrape_configs: [{job_name: 12, static_configs: [{targets: [a]}]}]}}}", newest, nil},
		{"a scraper", "receivers: {host_metrics: {scrapers: {cpuu: , disk: {include: {devices: [a], match_typ: strict}}}}}", newest, []string{
			"f.yaml:1:39: scrapers of the receiver host_metrics has no key cpuu (did you mean cpu?) [unknown-key]",
			"f.yaml:1:78: scrapers.disk.include of the receiver host_metrics has no key match_typ (did you mean match_type?) [unknown-key]",
		}},
		{"a signal", "receivers: {nop: }\nexporters: {nop: }\nprocessors: {attributes: {actions: [{key: a, action: delete}], include: {match_type: strict, services: [a]}}}\nservice: {pipelines: {metrics: {receivers: [nop], processors: [attributes], exporters: [nop]}}}", newest, []string{
			"f.yaml:3:73: include of the processor attributes has no metric_names or resources, in the pipeline metrics (write metric_names or resources) [missing-key]",
			"f.yaml:3:104: include of the processor attributes takes no services, in the pipeline metrics (leave it out) [invalid-value]",
		}},
		{"a routing key", "receivers: {nop: }\nexporters: {load_balancing: {routing_key: metric, resolver: {static: {hostnames: [a]}}}}\nservice: {pipelines: {traces: {receivers: [nop], exporters: [load_balancing]}}}", newest, []string{
			"f.yaml:2:43: routing_key of the exporter load_balancing takes no \"metric\", in the pipeline traces (it takes service, traceID, attributes) [invalid-value]",
		}},
		{"a routing key that the signal takes, and none", "receivers: {nop: }\nexporters: {load_balancing: {routing_key: metric, resolver: {static: {hostnames: [a]}}}, load_balancing/2: {routing_key: '', resolver: {static: {hostnames: [a]}}}}\nservice: {pipelines: {metrics: {receivers: [nop], exporters: [load_balancing]}, traces: {receivers: [nop], exporters: [load_balancing/2]}}}", newest, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, _ := Parse("f.yaml", []byte(test.config))
			var got []string
			for _, problem := range Check(doc, test.version, customDistribution) {
				got = append(got, problem.String())
			}
			assert.Equal(t, strings.Join(test.want, "\n"), strings.Join(got, "\n"))
		})
	}
}

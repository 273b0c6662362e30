package collectorconfig

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestABodyIsJudgedByWhatItsComponentTakes(t *testing.T) {
	const newest = "0.161.0"
	for _, test := range []struct {
		name, config, version string
		want                  []string
	}{
		{"a misspelt key", "processors: {memory_limiter: {check_intervall: 1s, check_interval: 1s, limit_mib: 1}}", newest, []string{
			"f.yaml:1:31: the processor memory_limiter has no key check_intervall (did you mean check_interval?) [unknown-key]",
		}},
		{"a misspelt key, deeper", "receivers: {otlp/a: {protocols: {grcp: , http: }}}", newest, []string{
			"f.yaml:1:34: protocols of the receiver otlp/a has no key grcp (did you mean grpc?) [unknown-key]",
		}},
		{"a key unlike any", "receivers: {otlp: {colour: red, protocols: {grpc: }}}", newest, []string{
			"f.yaml:1:20: the receiver otlp has no key colour (it has protocols) [unknown-key]",
		}},
		{"all faults at once", "exporters: {otlp_grpc: {endpont: a:1, timeout: soon, tls: [], retry_on_failure: {enabled: maybe}, endpoint: b:1}}", newest, []string{
			"f.yaml:1:25: the exporter otlp_grpc has no key endpont (did you mean endpoint?) [unknown-key]",
			"f.yaml:1:48: timeout of the exporter otlp_grpc wants a duration such as 30s, and \"soon\" stands there (write a duration such as 30s) [wrong-type]",
			"f.yaml:1:59: tls of the exporter otlp_grpc wants a map, and a list stands there (write a map) [wrong-type]",
			"f.yaml:1:91: retry_on_failure.enabled of the exporter otlp_grpc wants true or false, and \"maybe\" stands there (write true or false) [wrong-type]",
		}},
		{"an element of a list", "processors: {attributes: {actions: [{key: a, action: delete, vale: b}]}}", newest, []string{
			"f.yaml:1:62: actions[0] of the processor attributes has no key vale (did you mean value?) [unknown-key]",
		}},
		{"a negative number where none may be", "processors: {memory_limiter: {check_interval: 1s, limit_percentage: -1}}", newest, []string{
			"f.yaml:1:69: limit_percentage of the processor memory_limiter wants a whole number that is not negative, and -1 stands there (write a whole number that is not negative) [wrong-type]",
		}},
		{"durations of Prometheus", "receivers: {prometheus: {config: {scrape_configs: [{job_name: a, scrape_interval: 30}, {job_name: b, scrape_interval: 1d12h}]}}}", newest, []string{
			"f.yaml:1:83: config.scrape_configs[0].scrape_interval of the receiver prometheus wants a duration such as 30s, and 30 stands there (write a duration such as 30s) [wrong-type]",
		}},
		{"an action that lacks what it needs", "processors: {attributes: {actions: [{key: a, action: convert}]}}", newest, []string{
			`f.yaml:1:54: actions[0] of the processor attributes has action "convert" without converted_type (write converted_type) [missing-key]`,
		}},
		{"a key of later versions", "exporters: {otlp: {sending_queue: {batch: {sizer: bytes}}, endpoint: b:1}}", "0.126.0", []string{
			"f.yaml:1:44: sending_queue.batch of the exporter otlp has sizer since 0.130, and the image is 0.126.0 (use an image of 0.130 or later, or leave it out) [key-not-in-version]",
		}},
		{"a batch in a queue that cannot yet", "exporters: {otlp: {sending_queue: {batch: {min_size: 1}}, endpoint: b:1}}", "0.115.0", []string{
			"f.yaml:1:36: sending_queue of the exporter otlp has batch since 0.123, and the image is 0.115.0 (use an image of 0.123 or later, or leave it out) [key-not-in-version]",
		}},
		{"a batch in a queue that almost can", "exporters: {kafka: {sending_queue: {batch: {flush_timeout: 1s}}}}", "0.122.0", []string{"sending_queue of the exporter kafka has batch since 0.123"}},
		{"a batch in a queue that can", "exporters: {otlp: {sending_queue: {batch: {flush_timeout: 1s}}, endpoint: b:1}}", "0.123.0", nil},
		{"a batch in a queue of what another package configures", "exporters: {datadog: {api: {key: a}, sending_queue: {batch: {flush_timeout: 1s}}}}", newest, nil},
		{"a hint of what the version has", "exporters: {otlp: {sending_queue: {bach: {}}, endpoint: b:1}}", "0.115.0", []string{
			"has no key bach (it has enabled, num_consumers, queue_size, storage) [unknown-key]",
		}},
		{"a key of which it is not known when it came", "exporters: {otlp: {sending_queue: {batch: {sizer: bytes}}, endpoint: b:1}}", "0.128.0", nil},
		{"a key of earlier versions", "exporters: {otlp_grpc: {sending_queue: {blocking: true}, endpoint: b:1}}", newest, []string{
			"f.yaml:1:41: sending_queue of the exporter otlp_grpc has blocking no longer in 0.130, and the image is 0.161.0 (write block_on_overflow) [key-not-in-version]",
		}},
		{"a key that came after what was read", "receivers: {http_check: {colour: red, targets: [{endpoint: \"http://a\"}]}}", newest, []string{
			"f.yaml:1:26: the receiver http_check has no key colour in 0.152, the last version that is known here",
		}},
		{"a slip in what was read that far only", "receivers: {http_check: {initial_dely: 1s, targets: [{endpoint: \"http://a\"}]}}", newest, []string{
			"the receiver http_check has no key initial_dely (did you mean initial_delay?)",
		}},
		{"a key unlike any in a version that was read", "receivers: {http_check: {colour: red, targets: [{endpoint: \"http://a\"}]}}", "0.152.0", []string{
			"f.yaml:1:26: the receiver http_check has no key colour (",
		}},
		{"a key of some version, for no version", "exporters: {otlp_grpc: {sending_queue: {blocking: true}, endpoint: b:1}}", "", nil},
		{"an image newer than all that is known", "processors: {memory_limiter: {check_intervall: 1s, check_interval: 1s, limit_mib: 1}}", "0.900.0", []string{"f.yaml:1:31: the processor"}},
		{"an image older than all that is known", "processors: {memory_limiter: {check_intervall: 1s, check_interval: 1s, limit_mib: 1}}", "0.80.0", nil},
		{"a number for a string", "exporters: {load_balancing: {resolver: {dns: {port: 4317}}}}", newest, []string{
			`f.yaml:1:53: resolver.dns.port of the exporter load_balancing wants a string, and 4317 stands there (write a string) [wrong-type]`,
		}},
		{"a number for a string, where that is taken", "exporters: {loadbalancing: {resolver: {dns: {port: 4317}}}}", "0.100.0", nil},
		{"words of which others are taken", "exporters: {debug: {verbosity: Detail}, otlp_grpc: {compression: gzipp, sending_queue: {sizer: spans}, endpoint: b:1}}", newest, []string{
			"f.yaml:1:32: verbosity of the exporter debug takes no \"Detail\" (did you mean detailed?) [invalid-value]",
			"f.yaml:1:66: compression of the exporter otlp_grpc takes no \"gzipp\" (did you mean gzip?) [invalid-value]",
			"f.yaml:1:96: sending_queue.sizer of the exporter otlp_grpc takes no \"spans\" (it takes items, bytes, requests) [invalid-value]",
		}},
		{"a key that a component which decodes by itself refuses", "processors: {filter: {error_mode: ignore, colour: red}}", newest, []string{
			"f.yaml:1:43: the processor filter has no key colour",
		}},
		{"a word that nobody looks at", "processors: {filter: {logs: {include: {match_type: bogus}}}}", newest, nil},
		{"words that are taken", "exporters: {debug: {verbosity: Detailed}, debug/2: {verbosity: '${env:V}'}}\nprocessors: {resourcedetection: {detectors: 'env, own'}, attributes: {actions: [{key: a, action: UPSERT, value: b}]}}", newest, nil},
		{"a word in a list, by an old name", "processors: {resourcedetection: {detectors: [env, k8s]}}", "0.140.0", []string{
			"f.yaml:1:51: detectors[1] of the processor resourcedetection takes no \"k8s\" (did you mean aks?) [invalid-value]",
		}},
		{"what comes from elsewhere", "exporters: {otlp_grpc: {endpoint: '${env:A}', timeout: '${env:B}', tls: '${file:c}', sending_queue: '{{ .Values.q }}'}}", newest, nil},
		{"nothing", "exporters: {debug: , otlp_grpc/2: {tls: , sending_queue: {batch: }, endpoint: b:1}}", newest, nil},
		{"what may be switched off", "exporters: {otlp_grpc: {sending_queue: {enabled: false, batch: {enabled: false}}, endpoint: b:1}}", newest, nil},
		{"keys that are free", "exporters: {otlp_http: {headers: {x-a: b}, endpoint: 'http://b'}}", newest, nil},
		{"two shapes of a list", "processors: {transform: {trace_statements: ['set(span.name, \"a\")']}}", newest, nil},
		{"a word of old that has a successor", "processors: {resource_detection: {detectors: [env, gke]}}", newest, []string{
			"f.yaml:1:52: detectors[1] of the processor resource_detection takes no \"gke\" (did you mean gcp?) [invalid-value]",
		}},
		{"a list as a text", "processors: {resource_detection: {detectors: 'env,system'}}", newest, nil},
		{"a list of maps as a text", "processors: {k8s_attributes: {pod_association: all}}", newest, []string{
			`f.yaml:1:48: pod_association of the processor k8s_attributes wants a list, and "all" stands there (write a list) [wrong-type]`,
		}},
		{"a component that decodes by itself", "receivers: {host_metrics: {scrapers: {cpu: {metrics: {}}}}}", newest, nil},
		{"a misspelt key of one", "exporters: {otlp_http: {endpoint: 'http://a', endpont: 'http://b', endless: 1}}", newest, []string{
			"f.yaml:1:47: the exporter otlp_http has no key endpont (did you mean endpoint?) [unknown-key]",
		}},
		{"a component that nobody knows", "exporters: {acme: {anything: goes}}", newest, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			doc, _ := Parse("f.yaml", []byte(test.config))
			var got []string
			for _, problem := range Check(doc, test.version, customDistribution) {
				if problem.Code != CodeDeprecatedName {
					got = append(got, problem.String())
				}
			}
			if assert.Len(t, got, len(test.want), "%q", got) {
				for i := range got {
					assert.Contains(t, got[i], test.want[i])
				}
			}
		})
	}
}

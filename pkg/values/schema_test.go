package values_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/values"
)

func chartValues(t *testing.T) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "charts", "otlp-collector", "values.yaml"))
	require.NoError(t, err)
	return data
}

func schemaDocument(t *testing.T) (data []byte, document map[string]any) {
	t.Helper()
	data, err := values.Schema()
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &document))
	return data, document
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	data, _ := schemaDocument(t)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft7)
	compiler.UseLoader(jsonschema.SchemeURLLoader{}) // nothing is fetched
	require.NoError(t, compiler.AddResource("file:///values.schema.json", document))
	schema, err := compiler.Compile("file:///values.schema.json")
	require.NoError(t, err)
	require.Equal(t, 7, schema.DraftVersion)
	return schema
}

func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(text))
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return schema.Validate(value)
}

func TestSchemaTakesTheChartsValues(t *testing.T) {
	require.NoError(t, validate(t, compiledSchema(t), string(chartValues(t))))
}

func TestSchemaIsSmallBundledAndDraft7(t *testing.T) {
	data, document := schemaDocument(t)
	// A release's Secret has it too, beside a manifest of some 100 KiB: there it takes a fifth of this.
	assert.Less(t, len(data), 350<<10)
	assert.Equal(t, "http://json-schema.org/draft-07/schema#", document["$schema"])
	assert.NotContains(t, string(data), `"format": "`)
	assert.NotContains(t, string(data), "$defs")
	assert.NotContains(t, string(data), `"required": [`)
	for _, part := range strings.Split(string(data), `"$ref": `)[1:] {
		assert.True(t, strings.HasPrefix(part, `"#/definitions/`), part[:40])
	}
	again, err := values.Schema()
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))
}

func TestSchemaAcceptsWhatTheChartTakes(t *testing.T) {
	schema := compiledSchema(t)
	for _, text := range []string{
		`{}`, `mode: daemonset`, `enabled: true`, `replicas: 3`, `replicas: null`,
		`resources: {limits: {cpu: 2, memory: 100Mi}, requests: {cpu: 0.5, memory: "1e3"}}`,
		`resources: {limits: null}`, `resources: {limits: {cpu: null}}`, `resources: null`,
		`podDisruptionBudget: {maxUnavailable: 50%}`, `podDisruptionBudget: {maxUnavailable: null, minAvailable: 2}`,
		`updateStrategy: {rollingUpdate: {maxSurge: 1, maxUnavailable: 0%, partition: 1}}`,
		`image: {digest: "", tag: v1.2.3, registry: "localhost:5000"}`,
		`image: {digest: sha256:` + strings.Repeat("0a", 32) + `}`,
		`image: {repository: docker.io/otel/x}`, `image: {repository: localhost:5000/x}`, `updateStrategy: {rollingUpdate: null}`,
		`image: {registry: "[::1]:5000/mirror", pullPolicy: Always, collectorVersion: 0.149.0}`,
		`config: {receivers: {otlp: {protocols: {grpc: null, http: {}}}, nop: null}, exporters: null}`,
		`config: {service: {extensions: [a], telemetry: {any: 1}, pipelines: {traces: null, logs/a: {receivers: [otlp]}, profiles: {exporters: null}}}}`,
		`without: {processors: {k8s_attributes: true}, pipelines: {logs: false, traces: null}}`,
		`exactPipelines: {traces: true}`, `telemetry: {logs: {level: debug}}`,
		`presets: {logs: {enabled: true}, loadBalancing: {enabled: true, service: gw-headless.observability}}`,
		`global: {imageRegistry: mirror.example.com, anything: {goes: here}}`,
		`serviceMonitor: {interval: 1h30m, scrapeTimeout: 10s, labels: null, relabelings: [{action: drop, regex: x}]}`,
		`prometheusRule: {without: {CollectorQueueFull: true}, extraRules: [{alert: A, expr: up == 0, for: 5m}]}`,
		`env: [{name: A, value: "1"}, {name: B, valueFrom: {secretKeyRef: {name: s, key: k}}}]`,
		`tolerations: [{operator: Exists}]`, `affinity: {podAntiAffinity: null}`,
		`lifecycle: {preStop: {httpGet: {port: 4317}}}`, `lifecycle: {preStop: {httpGet: {port: health}}}`,
		`livenessProbe: {periodSeconds: 5}`, `securityContext: {runAsUser: null}`,
		`extraVolumes: [{name: a, ephemeral: {volumeClaimTemplate: {metadata: {labels: {a: b}}, spec: {resources: {requests: {storage: 1Gi}}}}}}]`,
		`extraContainers: [{name: a, image: b, ports: [{containerPort: 80}], restartPolicy: Always}]`,
		`extraManifests: [{apiVersion: v1, kind: ConfigMap}, "kind: {{ .Values.x }}"]`,
		`ingress: {enabled: true, hosts: [{host: a.example.com, paths: [{path: /, pathType: Exact}]}], tls: [{hosts: [a], secretName: s}]}`,
		`networkPolicy: {from: [{namespaceSelector: {}}], egress: {to: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}, {port: https}]}]}}`,
		`rbac: {profile: node, extraRules: [{apiGroups: [""], resources: [pods], verbs: [get]}]}`,
		`service: {type: LoadBalancer, ipFamilies: [IPv6, IPv4], loadBalancerSourceRanges: [10.0.0.0/8, "fd00::/8"]}`,
		`autoscaling: {enabled: true, targetMemoryUtilizationPercentage: null, behavior: {scaleDown: {selectPolicy: Disabled}}}`,
		`persistence: {size: 10Gi, storageClassName: fast, accessModes: [ReadWriteOncePod], whenScaled: Delete}`,
		`sidecar: {apiVersion: v1beta1, failurePolicy: Fail, namespaceSelector: {matchLabels: {a: b}}, endpoint: ""}`,
		`compat: openshift`, `compat: ""`, `modes: {gateway: {replicas: 5}}`, `nameOverride: ""`, `podAnnotations: {a: null}`,
	} {
		assert.NoError(t, validate(t, schema, text), text)
	}
}

func TestSchemaRefusesWhatTheChartDoesNotTake(t *testing.T) {
	schema := compiledSchema(t)
	for _, text := range []string{
		`replica: 3`, `replicas: "3"`, `replicas: 1.5`, `replicas: -1`, `mode: Gateway`, `mode: null`, `modes: null`,
		`modes: {gateway: null}`, `modes: {Gateway: {}}`, `modes: {gateway: {mode: gateway}}`, `modes: {gateway: {global: {}}}`,
		`config: []`, `config: text`, `config: {recievers: {}}`, `config: {receivers: {otlp: 1}}`, `config: {receivers: [otlp]}`,
		`config: {service: {pipeline: {}}}`, `config: {service: {pipelines: {trace: {}}}}`, `config: {service: {pipelines: {traces: {receiver: [otlp]}}}}`,
		`config: {service: {pipelines: {traces: {receivers: otlp}}}}`, `exactPipelines: {trace: true}`, `without: {pipelines: {log: true}}`,
		`modes: {all: {exactPipelines: {trace: true}}}`, `telemetry: 1`, `without: {processor: {batch: true}}`, `without: {processors: [batch]}`,
		`without: {processors: {batch: "yes"}}`, `exactPipelines: [traces]`,
		`persistence: null`, `service: {type: null}`, `image: {repository: null}`, `updateStrategy: null`,
		`image: {digest: sha256:abc}`, `image: {digest: latest}`, `image: {tag: 1.2}`, `image: {tag: "a b"}`, `image: {name: x}`,
		`image: {pullPolicy: always}`, `image: {distribution: K8s}`, `image: {repository: Upper/case}`, `image: {collectorVersion: "0.149"}`,
		`resources: {limits: {cpu: two}}`, `resources: {limits: {memory: 100MB}}`, `resources: {limit: {}}`, `resources: {limits: {cpu: true}}`,
		`podDisruptionBudget: {maxUnavailable: half}`, `podDisruptionBudget: {maxUnavailable: 0.5}`,
		`updateStrategy: {type: Rolling}`, `updateStrategy: {maxSurge: 1}`,
		`service: {type: ExternalName}`, `service: {type: ""}`, `service: {ports: []}`, `service: {loadBalancerSourceRanges: [everyone]}`,
		`rbac: {profile: admin}`, `serviceMonitor: {interval: 30}`, `serviceMonitor: {interval: 30 s}`, `serviceMonitor: {relabelings: [{action: kepp}]}`,
		`env: [{name: A, value: 1}]`, `env: {A: b}`, `env: [null]`, `tolerations: [{effect: NoScedule}]`, `podAnnotations: {a: 1}`,
		`livenessProbe: {httpGet: {port: 1}}`, `livenessProbe: {periodSeconds: 0}`, `presets: {log: {enabled: true}}`, `presets: {logs: true}`,
		`compat: OpenShift`, `persistence: {whenDeleted: retain}`, `persistence: {accessModes: [RWO]}`, `sidecar: {failurePolicy: ignore}`,
		`nameOverride: Upper`, `nameOverride: ` + strings.Repeat("a", 64), `extraManifests: [1]`, `extraManifests: {}`, `hostNetwork: "true"`,
		`ingress: {hosts: [a.example.com]}`, `presets: {loadBalancing: {service: "http://gw:4317"}}`, `x-anchor: 1`, `[]`, `autoscaling: {minReplicas: 0}`, `replicas: 99999999999`, `autoscaling: {maxReplicas: 99999999999}`,
	} {
		assert.Error(t, validate(t, schema, text), text)
	}
}

func TestSchemaKnowsTheComponentsOfTheChartsImage(t *testing.T) {
	schema := compiledSchema(t)
	for _, text := range []string{
		`config: {receivers: {otlp: {protocols: {grpc: {endpoint: "${env:POD_IP}:4317"}, http: }}, otlp/2: null}}`,
		`config: {processors: {memory_limiter: {check_interval: "${env:EVERY}", limit_mib: "${env:MIB}"}}}`,
		`config: {exporters: {otlp_grpc: {endpoint: "{{ .Release.Name }}:4317", sending_queue: {batch: {enabled: true, min_size: 10}}}}}`,
		// Keys and names of every version, and numbers as older ones took them.
		`config: {exporters: {otlp: {endpoint: b:4317, batcher: {min_size_items: 10}, sending_queue: {num_consumers: "4"}}}}`,
		`config: {receivers: {kubeletstats: {node: n, collection_interval: 20s}, hostmetrics: {scrapers: {cpu: , own: {a: 1}}}}}`,
		// Statements and conditions stand in lists as texts, or in maps.
		`config: {processors: {transform: {trace_statements: ["set(span.name, \"a\")"], log_statements: [{context: log, statements: ["set(body, 1)"]}]}}}`,
		`config: {processors: {filter: {log_conditions: ["log.body == nil"], traces: {span: ["name == \"a\""]}}}}`,
		// What decodes itself takes keys that nobody knows here.
		`config: {exporters: {otlp_http: {endpoint: "https://b", own: 1}}, processors: {resource_detection: {detectors: [env, system], system: {hostname_sources: [os]}}}}`,
		`config: {extensions: {health_check: {endpoint: "${env:POD_IP}:13133", http: {status: {path: /x}}}}, receivers: {prometheus: {config: {scrape_configs: [{job_name: a}]}}}}`,
		// What came after the last version that was read of a component, or of any.
		`config: {receivers: {k8s_objects: {interval: 1m, objects: [{name: pods, mode: pull, initial_delay: 5s}]}}, processors: {logdedup: {metadata_keys: [a]}}}`,
		`{image: {tag: 0.170.0}, config: {processors: {batch: {own: 1}}, receivers: {prometheus: {own: 1}}}}`,
		`{image: {tag: v1.2.0}, config: {processors: {batch: {own: 1}}}}`, `{image: {tag: own, collectorVersion: 0.200.1}, config: {processors: {batch: {own: 1}}}}`,
		// What is not in the image is not known.
		`config: {exporters: {kafka: {bogus: 1}}, receivers: {own/x: {a: b}}}`,
		// An own build may have other components of the same name.
		`{image: {distribution: custom}, config: {processors: {memory_limiter: {bogus: 1}}}}`,
	} {
		require.NoError(t, validate(t, schema, text), text)
	}
	for _, text := range []string{
		`config: {processors: {memory_limiter: {check_intervall: 1s}}}`, `config: {processors: {memory_limiter/x: {check_interval: soon}}}`,
		`config: {receivers: {otlp: {protocol: {}}}}`, `config: {receivers: {otlp: {protocols: [grpc]}}}`, `config: {receivers: {kubeletstats: {nod: n}}}`,
		`config: {processors: {transform: {trace_statements: [7]}}}`, `config: {processors: {transform: {trace_statement: []}}}`,
		`config: {exporters: {otlp_grpc: {sending_queue: {num_consumers: lots}}}}`, `config: {exporters: {otlp/2: {tls: {insecure: maybe}}}}`,
		// What decodes itself: what it shares with others, and its own keys where it refuses what it does not know.
		`config: {exporters: {otlp_http: {sending_queue: {queue_sise: 1}}}}`, `config: {exporters: {otlp_http/b: {timeout: soon}}}`,
		`config: {extensions: {health_check: {endpont: "0.0.0.0:13133"}}}`, `config: {receivers: {prometheus: {configs: {}}}}`,
		`config: {processors: {filter: {trace: {}}}}`,
		`{image: {distribution: contrib}, config: {processors: {memory_limiter: {bogus: 1}}}}`,
		`{image: {tag: 0.165.2}, config: {processors: {batch: {own: 1}}}}`, `{image: {tag: v0.99.0}, config: {processors: {batch: {own: 1}}}}`,
		`{image: {tag: latest}, config: {processors: {batch: {own: 1}}}}`, `{image: {tag: 0.161.0-amd64}, config: {processors: {batch: {own: 1}}}}`,
		`{image: {distribution: ""}, config: {processors: {memory_limiter: {bogus: 1}}}}`,
	} {
		require.Error(t, validate(t, schema, text), text)
	}
}

func TestEveryKeyOfTheChartsValuesHasADescription(t *testing.T) {
	_, schema := schemaDocument(t)
	var defaults map[string]any
	require.NoError(t, yaml.Unmarshal(chartValues(t), &defaults))
	checked := 0
	describe(t, schema, schema, defaults, "", &checked)
	assert.Greater(t, checked, 150)
}

// describe walks values and schema together, up to Kubernetes' own types and free maps.
func describe(t *testing.T, root, schema map[string]any, value map[string]any, at string, checked *int) {
	t.Helper()
	properties, ok := schema["properties"].(map[string]any)
	if !ok {
		return
	}
	for key, below := range value {
		property, ok := properties[key].(map[string]any)
		if !assert.True(t, ok, "%s%s is not in the schema", at, key) {
			continue
		}
		assert.NotEmpty(t, property["description"], "%s%s has no description", at, key)
		*checked++
		ref, _ := property["$ref"].(string)
		name := strings.TrimPrefix(ref, "#/definitions/")
		if child, ok := below.(map[string]any); ok && ref != "" && !strings.Contains(name, ".") {
			describe(t, root, root["definitions"].(map[string]any)[name].(map[string]any), child, at+key+".", checked)
		}
	}
}

func TestTheSchemaKnowsTheAlertsOfTheTemplate(t *testing.T) {
	t.Parallel()
	template, err := os.ReadFile(filepath.Join("..", "..", "charts", "otlp-collector", "templates", "_alerts.tpl"))
	require.NoError(t, err)
	var names []string
	for _, match := range regexp.MustCompile(`(?m)^- alert: (\S+)$`).FindAllStringSubmatch(string(template), -1) {
		names = append(names, match[1])
	}
	require.NotEmpty(t, names)
	alerts := reflect.TypeFor[values.Alerts]()
	var known []string
	for i := range alerts.NumField() {
		name, _, _ := strings.Cut(alerts.Field(i).Tag.Get("json"), ",")
		known = append(known, name)
	}
	assert.ElementsMatch(t, names, known)
	schema := compiledSchema(t)
	require.NoError(t, validate(t, schema, `prometheusRule: {without: {CollectorQueueFull: true, CollectorDown: null}}`))
	require.NoError(t, validate(t, schema, `prometheusRule: {without: null}`))
	require.Error(t, validate(t, schema, `prometheusRule: {without: {CollectorQueue: true}}`))
}

package collectorconfig

import (
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// input is a release of the contrib distribution, so that every component is there.
func input(t *testing.T, mode, config string) Input {
	t.Helper()
	in := Input{
		Mode: mode, Version: "0.161.0", Distribution: "contrib", FullName: "otel", Namespace: "telemetry", MemoryLimitMiB: 1000,
	}
	require.NoError(t, yaml.Unmarshal([]byte(config), &in.Config))
	return in
}

func compileAndDerive(t *testing.T, in Input) Derived {
	t.Helper()
	compiled, err := Compile(in)
	require.NoError(t, err)
	return Derive(compiled.Config, in)
}

// needs prints what a config needs beyond the base, one fact a line.
func needs(d Derived) []string {
	var facts []string
	for _, port := range d.Ports {
		switch port.Name {
		case "otlp-grpc", "otlp-http", "health", "metrics":
			if port.Port == 4317 || port.Port == 4318 || port.Port == 13133 || port.Port == 8888 {
				continue
			}
		}
		facts = append(facts, strings.Join([]string{"port", port.Name, port.Protocol, scalarText(port.Port)}, " "))
	}
	for _, rule := range d.Rules {
		facts = append(facts, "cluster "+ruleText(rule))
	}
	for namespace, rules := range d.Roles {
		for _, rule := range rules {
			facts = append(facts, "in "+namespace+" "+ruleText(rule))
		}
	}
	for _, mount := range d.Mounts {
		facts = append(facts, "mount "+mount.MountPath+" "+mount.Volume)
	}
	sort.Strings(facts)
	return facts
}

func ruleText(rule Rule) string {
	return strings.Join([]string{strings.Join(rule.APIGroups, ","), strings.Join(append(rule.Resources, rule.NonResourceURLs...), ","), strings.Join(rule.Verbs, ",")}, "|")
}

func TestEveryComponentAloneYieldsWhatItNeeds(t *testing.T) {
	const read = "|get,list,watch"
	tests := []struct {
		name, mode, config string
		want               []string
	}{
		{"jaeger with null bodies", "gateway", `receivers: {jaeger: {protocols: {grpc: , thrift_http: , thrift_compact: , thrift_binary: }}}`, []string{
			"port jaeger-binary UDP 6832", "port jaeger-compact UDP 6831", "port jaeger-grpc TCP 14250", "port jaeger-http TCP 14268",
		}},
		{"otlp on another port of every address", "gateway", `receivers: {otlp/2: {protocols: {grpc: {endpoint: "[::]:14317"}}}}`, []string{"port port-14317-tcp TCP 14317"}},
		{"otlp on a port with a default", "gateway", `receivers: {otlp/2: {protocols: {http: {endpoint: "0.0.0.0:${env:P:-14318}"}}}}`, []string{"port port-14318-tcp TCP 14318"}},
		{"otlp on a port that only the environment knows", "gateway", `receivers: {zipkin: {endpoint: "0.0.0.0:${env:P}"}}`, []string{"port zipkin TCP 9411"}},
		{"otlp on loopback", "gateway", `receivers: {otlp/2: {protocols: {grpc: {endpoint: "localhost:14317"}}}}`, nil},
		{"otlp on a socket file", "gateway", `receivers: {otlp/2: {protocols: {grpc: {endpoint: /run/otlp.sock, transport: unix}}}}`, nil},
		{"zipkin", "gateway", `receivers: {zipkin: }`, []string{"port zipkin TCP 9411"}},
		{"zipkin beside a sidecar's application", "sidecar", `receivers: {zipkin: }`, nil},
		{"prometheus", "gateway", `receivers: {prometheus: {config: {scrape_configs: [{kubernetes_sd_configs: [{role: pod, namespaces: {names: [shop]}}, {role: ingress}]}]}}}`, []string{
			"cluster networking.k8s.io|ingresses" + read, "in shop |pods" + read,
		}},
		{"file_log", "daemonset", `receivers: {filelog: {include: [/var/log/pods/*/*/*.log, /var/log/syslog]}}`, []string{"mount /var/log host", "mount /var/log/pods host"}},
		{"host_metrics", "daemonset", `receivers: {hostmetrics: {root_path: /hostfs}}`, []string{"mount /hostfs root"}},
		{"kubelet_stats", "daemonset", `receivers: {kubeletstats: {auth_type: serviceAccount}}`, []string{"cluster |nodes/stats|get"}},
		{"kubelet_stats with labels", "daemonset", `receivers: {kubelet_stats: {auth_type: serviceAccount, extra_metadata_labels: [container.id]}}`, []string{"cluster |nodes/pods,nodes/proxy,nodes/stats|get"}},
		{"kubelet_stats with utilization of the node", "daemonset", `receivers: {kubelet_stats: {auth_type: serviceAccount, metrics: {k8s.pod.cpu.node.utilization: {enabled: true}}}}`, []string{
			"cluster |nodes/stats|get", "cluster |nodes" + read,
		}},
		{"k8s_cluster", "gateway", `receivers: {k8s_cluster: }`, []string{
			"cluster apps|daemonsets,deployments,replicasets,statefulsets" + read, "cluster autoscaling|horizontalpodautoscalers" + read,
			"cluster batch|cronjobs,jobs" + read, "cluster |namespaces,nodes,pods,replicationcontrollers,resourcequotas,services" + read,
		}},
		{"k8s_cluster of a namespace", "gateway", `receivers: {k8s_cluster: {namespaces: [shop]}}`, []string{
			"in shop apps|daemonsets,deployments,replicasets,statefulsets" + read, "in shop autoscaling|horizontalpodautoscalers" + read,
			"in shop batch|cronjobs,jobs" + read, "in shop |pods,replicationcontrollers,resourcequotas,services" + read,
		}},
		{"k8s_events", "gateway", `receivers: {k8s_events: }`, []string{"cluster |events" + read}},
		{"k8s_objects", "gateway", `receivers: {k8sobjects: {objects: [{name: deployments}, {name: widgets, group: example.com, namespaces: [shop]}]}}`, []string{
			"cluster apps|deployments" + read, "in shop example.com|widgets" + read,
		}},
		{"receiver_creator", "gateway", `receivers: {receiver_creator: }`, nil},
		{"memory_limiter", "gateway", `processors: {memory_limiter: }`, nil},
		{"batch", "gateway", `processors: {batch: }`, nil},
		{"k8s_attributes", "gateway", `processors: {k8sattributes: {extract: {metadata: [k8s.node.uid], labels: [{from: deployment, key: a}]}}}`, []string{
			"cluster apps|deployments,replicasets" + read, "cluster |nodes,pods" + read,
		}},
		{"k8s_attributes of a namespace", "gateway", `processors: {k8s_attributes: {filter: {namespace: shop}}}`, []string{"in shop |pods" + read}},
		{"k8s_attributes that pass through", "gateway", `processors: {k8s_attributes: {passthrough: true}}`, nil},
		{"resource_detection", "gateway", `processors: {resourcedetection: {detectors: [env, k8s_api]}}`, []string{"cluster |nodes|get,list"}},
		{"resource, attributes, filter, transform, tail_sampling", "gateway", `processors: {resource: , attributes: , filter: , transform: , tail_sampling: }`, nil},
		{"otlp exporters", "gateway", `exporters: {otlp: {endpoint: "a:4317"}, otlphttp: {endpoint: "http://a:4318"}}`, nil},
		{"prometheus exporter", "gateway", `exporters: {prometheus: }`, []string{"port prometheus TCP 8889"}},
		{"prometheus_remote_write", "gateway", `exporters: {prometheusremotewrite: {endpoint: "http://a:9090"}}`, nil},
		{"load_balancing", "gateway", `exporters: {loadbalancing: {resolver: {k8s: {service: a}}}}`, []string{"cluster discovery.k8s.io|endpointslices" + read}},
		{"debug, nop", "gateway", `exporters: {debug: , nop: }`, nil},
		{"file", "gateway", `exporters: {file: {path: /data/out.json}}`, []string{"mount /data scratch"}},
		{"health_check", "gateway", `extensions: {health_check: {endpoint: "0.0.0.0:14133"}}`, []string{"port health TCP 14133"}},
		{"file_storage", "gateway", `extensions: {file_storage: }`, []string{"mount /var/lib/otelcol scratch"}},
		{"file_storage on a node", "daemonset", `extensions: {file_storage: }`, []string{"mount /var/lib/otelcol state-host"}},
		{"k8s_observer", "gateway", `extensions: {k8s_observer: {observe_nodes: true, observe_services: true, observe_ingresses: true, namespaces: [shop]}}`, []string{
			"cluster |nodes" + read, "in shop networking.k8s.io|ingresses" + read, "in shop |pods,services" + read,
		}},
		{"k8s_leader_elector", "gateway", `extensions: {k8s_leader_elector: {lease_name: a, lease_namespace: telemetry}}`, []string{"in telemetry coordination.k8s.io|leases|get,create,update"}},
		{"pprof and zpages, on loopback unless told", "gateway", `extensions: {pprof: , zpages: }`, nil},
		{"pprof and zpages, told", "gateway", `extensions: {pprof: {endpoint: ":1777"}, zpages: {endpoint: "0.0.0.0:55679"}}`, []string{"port pprof TCP 1777", "port zpages TCP 55679"}},
		{"authenticators", "gateway", `extensions: {bearertokenauth: {token: a}, basicauth: , oauth2client: }`, nil},
		{"span_metrics", "gateway", `{connectors: {spanmetrics: }, service: {pipelines: {traces: {exporters: [spanmetrics]}, metrics: {receivers: [spanmetrics]}}}}`, nil},
		{"forward and routing", "gateway", `{connectors: {forward: , routing: }, service: {pipelines: {traces: {exporters: [forward, routing]}, traces/2: {receivers: [forward, routing]}}}}`, nil},
	}
	alone := map[string]bool{}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			in := input(t, test.mode, test.config)
			assert.Equal(t, test.want, needs(compileAndDerive(t, in)))
		})
		in := input(t, test.mode, test.config)
		table := component.All()
		for _, kind := range component.Kinds() {
			for id := range asMap(in.Config[string(kind)]) {
				alone[string(kind)+"."+canonicalType(table, kind, typeOf(id))] = true
			}
		}
	}
	for kind, rows := range component.All().Components {
		for name, row := range rows {
			if name == "otlp" && kind == component.Receiver || row.Removed != "" {
				continue
			}
			assert.True(t, alone[string(kind)+"."+name], "no case puts %s.%s alone", kind, name)
		}
	}
}

func TestTheProbeIsWhereTheHealthExtensionAnswers(t *testing.T) {
	in := input(t, "gateway", `extensions: {health_check: {endpoint: "${env:POD_IP}:9000", path: /healthz, tls: {cert_file: a}}}`)
	assert.Equal(t, &Probe{Port: 9000, Path: "/healthz", Scheme: "HTTPS"}, compileAndDerive(t, in).Probe)

	in = input(t, "gateway", `extensions: {health_check: {endpoint: "localhost:13133"}}`)
	assert.Nil(t, compileAndDerive(t, in).Probe, "the kubelet does not reach loopback")
}

func TestGoMemLimitIsTheMemoryLimitersLimit(t *testing.T) {
	tests := []struct {
		name, config string
		want         int64
	}{
		{"80 per cent of the container's by default", ``, 800},
		{"the limiter's percentage", `processors: {memory_limiter: {limit_percentage: 70}}`, 700},
		{"the limiter's MiB", `processors: {memory_limiter: {limit_mib: 400}}`, 400},
		{"80 per cent where the environment decides", `processors: {memory_limiter: {limit_mib: "${env:LIMIT}"}}`, 800},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.want, compileAndDerive(t, input(t, "gateway", test.config)).GoMemLimitMiB)
		})
	}
}

func TestOnlyMentionedVariablesAreSet(t *testing.T) {
	in := input(t, "daemonset", ``)
	assert.Equal(t, map[string]string{"POD_IP": "status.podIP"}, compileAndDerive(t, in).Env)

	in.Presets = map[string]any{"kubeletMetrics": map[string]any{"enabled": true}}
	assert.Equal(t, map[string]string{"POD_IP": "status.podIP", "K8S_NODE_IP": "status.hostIP"}, compileAndDerive(t, in).Env)
}

func TestFilesOfTheNodeNeedUidZeroAndNothingElseDoes(t *testing.T) {
	in := input(t, "daemonset", ``)
	assert.False(t, compileAndDerive(t, in).RunAsRoot)
	in.Presets = map[string]any{"hostMetrics": map[string]any{"enabled": true}}
	assert.False(t, compileAndDerive(t, in).RunAsRoot)
	in.Presets = map[string]any{"logs": map[string]any{"enabled": true}}
	assert.True(t, compileAndDerive(t, in).RunAsRoot)
}

package differential

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// generator makes random values, the same for the same seed.
type generator struct {
	*rand.Rand
	table component.Table
}

func newGenerator(seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, seed)), table: component.All()}
}

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

func (g *generator) chance(percent int) bool { return g.IntN(100) < percent }

func modes() []string { return []string{"daemonset", "gateway", "sidecar"} }

func versions() []string {
	return []string{"0.98.0", "0.122.1", "0.123.0", "0.127.0", "0.130.0", "0.143.0", "0.149.0", "0.152.0", "0.156.0", "0.161.0"}
}

func presetNames() []string {
	return []string{
		"logs", "hostMetrics", "kubeletMetrics", "clusterMetrics", "kubernetesEvents", "kubernetesAttributes",
		"resourceDetection", "prometheusDiscovery", "annotationDiscovery", "loadBalancing", "tailSampling", "spanMetrics",
	}
}

// values makes one set of user's values.
func (g *generator) values() map[string]any {
	presets := map[string]any{}
	mode := pick(g, modes()...)
	for _, name := range presetNames() {
		if g.chance(30) {
			presets[name] = map[string]any{"enabled": g.chance(80) && (suits(name, mode) || g.chance(4))}
		}
	}
	if g.chance(90) {
		balancing, _ := presets["loadBalancing"].(map[string]any)
		presets["loadBalancing"] = map[string]any{"enabled": balancing["enabled"] == true, "service": "gateway-headless.telemetry"}
	}
	values := map[string]any{
		"mode":        mode,
		"presets":     presets,
		"persistence": map[string]any{"enabled": g.chance(40)},
		"image":       map[string]any{"tag": pick(g, versions()...), "repository": "x/opentelemetry-collector" + pick(g, "-k8s", "-contrib", "-contrib", "-contrib", "-contrib", "", "-otlp")},
	}
	if g.chance(60) {
		values["image"].(map[string]any)["distribution"] = "custom"
	}
	if g.chance(10) {
		values["image"].(map[string]any)["collectorVersion"] = pick(g, "0.161.0-rc.1", "v0.149.0-nightly.20260101", "0.130.0+build.5")
	}
	if g.chance(50) {
		values["replicas"] = float64(pick(g, 1, 1, 3))
	}
	if g.chance(20) {
		values["resources"] = map[string]any{"limits": map[string]any{"memory": pick[any](g, "512Mi", "2G", "1536Mi", nil, "1e9", float64(700000000)), "cpu": pick[any](g, "500m", 2.0, nil)}}
	}
	if g.chance(15) {
		values["service"] = map[string]any{"ipFamilies": []any{pick(g, "IPv4", "IPv6")}}
	}
	if g.chance(20) {
		values["telemetry"] = map[string]any{"logs": map[string]any{"level": "debug"}, "metrics": map[string]any{"level": "detailed"}}
	}
	config := g.config()
	values["config"] = config
	if g.chance(40) {
		values["without"] = g.without()
	}
	if g.chance(20) {
		exact := map[string]any{g.pipeline(): g.chance(80), "traces": g.chance(30)}
		values["exactPipelines"] = exact
		g.fill(config, exact)
	}
	g.objects(values, config)
	return values
}

// objects also switches what the config's needs go through.
func (g *generator) objects(values, config map[string]any) {
	if service, _ := values["service"].(map[string]any); g.chance(20) {
		values["service"] = map[string]any{"enabled": g.chance(50), "ipFamilies": service["ipFamilies"]}
	}
	if g.chance(20) {
		values["networkPolicy"] = map[string]any{"enabled": g.chance(50), "from": []any{map[string]any{"podSelector": map[string]any{}}}}
	}
	if g.chance(25) {
		enabled := g.chance(80)
		values["tls"] = map[string]any{"enabled": enabled, "existingSecret": "certificate", "clientCA": map[string]any{"enabled": enabled && g.chance(50)}}
	}
	if g.chance(25) {
		values["auth"] = map[string]any{pick(g, "bearer", "basic"): map[string]any{"existingSecret": pick(g, "senders", "senders", "")}}
	}
	if g.chance(20) {
		values["rbac"] = map[string]any{"extraRules": []any{extraRule()}}
	}
	if g.chance(15) { // UDP is rare otherwise
		receivers, _ := config["receivers"].(map[string]any)
		if receivers == nil {
			receivers = map[string]any{}
			config["receivers"] = receivers
		}
		receivers["jaeger"] = map[string]any{"protocols": map[string]any{"thrift_compact": nil, "thrift_binary": nil}}
	}
}

// fill gives exact pipelines mostly what the collector needs to start: nothing else does.
func (g *generator) fill(config, exact map[string]any) {
	service, _ := config["service"].(map[string]any)
	if service == nil {
		service = map[string]any{}
		config["service"] = service
	}
	pipelines, _ := service["pipelines"].(map[string]any)
	if pipelines == nil {
		pipelines = map[string]any{}
		service["pipelines"] = pipelines
	}
	for _, id := range slices.Sorted(maps.Keys(exact)) {
		if exact[id] == true && g.chance(90) {
			pipelines[id] = map[string]any{"receivers": []any{"otlp"}, "exporters": []any{"nop"}}
			exporters, _ := config["exporters"].(map[string]any)
			if exporters == nil {
				exporters = map[string]any{}
				config["exporters"] = exporters
			}
			exporters["nop"] = nil
		}
	}
}

// extraRule is what rbac.extraRules asks for.
func extraRule() collectorconfig.Rule {
	return collectorconfig.Rule{APIGroups: []string{""}, Resources: []string{"secrets"}, ResourceNames: []string{"a"}, Verbs: []string{"get"}}
}

// suits tells whether a preset has something to do in a mode.
func suits(preset, mode string) bool {
	switch preset {
	case "logs", "hostMetrics", "kubeletMetrics":
		return mode == "daemonset"
	case "resourceDetection", "loadBalancing", "tailSampling", "spanMetrics":
		return true
	default:
		return mode != "sidecar"
	}
}

func (g *generator) pipeline() string {
	return pick(g, "traces", "metrics", "logs", "traces", "metrics", "logs", "traces/second", "logs/audit", "profiles")
}

// id is a component's id: its newest or an older name, now and then an unknown one, with
// a name behind it or not.
func (g *generator) id(kind component.Kind) string {
	var names []string
	for name, row := range g.table.Components[kind] {
		if row.Removed != "" && g.chance(95) {
			continue
		}
		names = append(names, name)
		for _, old := range row.OldNames {
			names = append(names, old.Name)
		}
	}
	sort.Strings(names)
	name := pick(g, append(names, "unheard_of")...)
	if g.chance(30) {
		name += "/" + pick(g, "a", "b")
	}
	return name
}

func (g *generator) config() map[string]any {
	config := map[string]any{}
	ids := map[component.Kind][]string{}
	for _, kind := range component.Kinds() {
		if !g.chance(45) {
			continue
		}
		section := map[string]any{}
		for range 1 + g.IntN(3) {
			id := g.id(kind)
			section[id] = g.body()
			ids[kind] = append(ids[kind], id)
		}
		config[string(kind)] = section
	}
	service := map[string]any{}
	if g.chance(60) {
		pipelines := map[string]any{}
		for range 1 + g.IntN(3) {
			id := g.pipeline()
			pipelines[id] = g.lists(ids)
			// No layer feeds a pipeline with a name.
			if strings.Contains(id, "/") && g.chance(90) {
				pipelines[id] = map[string]any{"receivers": []any{"otlp"}, "processors": g.list(component.Processor, ids)}
			}
		}
		service["pipelines"] = pipelines
	}
	if g.chance(25) {
		service["extensions"] = g.list(component.Extension, ids)
	}
	if g.chance(15) {
		service["telemetry"] = map[string]any{"metrics": pick[any](g,
			map[string]any{"address": "0.0.0.0:9888"},
			map[string]any{"readers": []any{map[string]any{"pull": map[string]any{"exporter": map[string]any{"prometheus": map[string]any{"host": pick(g, "localhost", "0.0.0.0"), "port": float64(9999)}}}}}},
			map[string]any{"level": "none"},
		)}
	}
	if len(service) > 0 {
		config["service"] = service
	}
	return config
}

func (g *generator) lists(ids map[component.Kind][]string) any {
	if g.chance(5) {
		return nil
	}
	lists := map[string]any{}
	for _, role := range []component.Kind{component.Receiver, component.Processor, component.Exporter} {
		if g.chance(60) {
			lists[string(role)] = g.list(role, ids)
		}
	}
	return lists
}

// list names mostly what is defined, and connectors where they may stand.
func (g *generator) list(kind component.Kind, ids map[component.Kind][]string) []any {
	known := append([]string{}, ids[kind]...)
	if kind == component.Receiver || kind == component.Exporter {
		known = append(known, ids[component.Connector]...)
	}
	if kind == component.Receiver {
		known = append(known, "otlp")
	}
	list := []any{}
	for range g.IntN(4) {
		// What is not defined is refused: now and then is enough.
		if len(known) > 0 && g.chance(97) {
			list = append(list, pick(g, known...))
		} else if g.chance(5) {
			list = append(list, g.id(kind))
		}
	}
	return list
}

func (g *generator) without() map[string]any {
	without := map[string]any{}
	for _, kind := range component.Kinds() {
		if g.chance(30) {
			without[string(kind)] = map[string]any{g.id(kind): g.chance(80), pick(g, "otlp", "memory_limiter", "k8sattributes", "health_check", "debug"): g.chance(50)}
		}
	}
	if g.chance(30) {
		without["pipelines"] = map[string]any{g.pipeline(): g.chance(80)}
	}
	return without
}

func (g *generator) endpoint() any {
	return pick[any](g, "0.0.0.0:4317", "[::]:14317", ":55680", "localhost:4317", "127.0.0.1:9999", "[::1]:9999",
		"${env:P:-4317}", "0.0.0.0:${env:P:-4318}", "${env:ANY}", "[${env:POD_IP}]:6831", "unix:///run/otel.sock", "", "host:99999", nil,
		"${env:HOST:-localhost}:4317")
}

func (g *generator) protocols() any {
	protocols := map[string]any{}
	for _, name := range []string{"grpc", "http", "thrift_http", "thrift_compact", "thrift_binary"} {
		if g.chance(50) {
			protocols[name] = pick[any](g, nil, map[string]any{}, map[string]any{"endpoint": g.endpoint()})
		}
	}
	return protocols
}

// body mixes the keys that rows look at, each of them now and then.
func (g *generator) body() any {
	if g.chance(15) {
		return nil
	}
	body := map[string]any{}
	maybe := func(key string, value func() any) {
		if g.chance(22) {
			body[key] = value()
		}
	}
	maybe("endpoint", g.endpoint)
	if g.chance(45) {
		body["protocols"] = g.protocols()
	}
	maybe("include", func() any {
		return []any{pick(g, "/var/log/pods/*/*/*.log", "/var/log/syslog", "/data/a*/x.log", "relative/*.log", "/opt/x{a,b}.log", "/opt/app-*.log", "/*.log", "${env:LOGS}")}
	})
	maybe("root_path", func() any { return pick(g, "/hostfs", "/") })
	maybe("directory", func() any { return pick(g, "/var/lib/otelcol", "/data/queue") })
	maybe("path", func() any { return pick(g, "/data/out.json", "/healthz", "out.json") })
	maybe("tls", func() any { return map[string]any{"cert_file": "/tls/tls.crt"} })
	maybe("auth_type", func() any { return pick(g, "serviceAccount", "kubeConfig", "none") })
	maybe("namespaces", func() any { return []any{"shop", pick(g, "bank", "shop")} })
	maybe("namespace", func() any { return "shop" })
	maybe("lease_namespace", func() any { return pick(g, "leases", "") })
	maybe("limit_mib", func() any { return pick[any](g, float64(400), "400", "${env:LIMIT}", float64(0)) })
	maybe("limit_percentage", func() any { return pick[any](g, float64(75), float64(0), "50") })
	maybe("detectors", func() any { return []any{pick(g, "env", "system", "k8s_api", "kubeadm", "eks", "openshift", "docker")} })
	maybe("passthrough", func() any { return g.chance(50) })
	maybe("filter", func() any { return map[string]any{"namespace": "shop", "node_from_env_var": "K8S_NODE_NAME"} })
	maybe("extract", func() any {
		from := func() any {
			return []any{map[string]any{"from": pick(g, "pod", "namespace", "node", "deployment", "statefulset", "job", "cronjob"), "key": "a"}}
		}
		return map[string]any{"metadata": []any{pick(g, "k8s.pod.name", "k8s.node.uid", "k8s.deployment.name", "k8s.cluster.uid")}, "labels": from(), "annotations": from()}
	})
	maybe("observe_pods", func() any { return g.chance(50) })
	maybe("observe_services", func() any { return g.chance(50) })
	maybe("extra_metadata_labels", func() any { return []any{"container.id"} })
	maybe("k8s_api_config", func() any { return map[string]any{"auth_type": "serviceAccount"} })
	maybe("metadata_exporters", func() any { return []any{"x"} })
	maybe("distribution", func() any { return pick(g, "openshift", "kubernetes") })
	maybe("metrics", func() any {
		return map[string]any{pick(g, "k8s.pod.cpu_limit_utilization", "k8s.pod.cpu.node.utilization", "k8s.service.endpoint.count"): map[string]any{"enabled": g.chance(70)}}
	})
	maybe("objects", func() any {
		return []any{
			map[string]any{"name": pick(g, "events", "deployments", "widgets"), "group": pick(g, "", "example.com"), "mode": "watch"},
			map[string]any{"name": "pods", "namespaces": []any{"shop"}},
		}
	})
	maybe("config", func() any {
		return map[string]any{"scrape_configs": []any{map[string]any{"job_name": "a", "kubernetes_sd_configs": []any{
			map[string]any{"role": pick(g, "node", "pod", "service", "endpoints", "endpointslice", "ingress"), "namespaces": map[string]any{"names": pick(g, []any{}, []any{"shop"})}, "attach_metadata": map[string]any{"node": g.chance(50)}},
		}}}}
	})
	maybe("resolver", func() any {
		return map[string]any{pick(g, "k8s", "dns"): map[string]any{"service": "gateway.telemetry"}}
	})
	maybe("sending_queue", func() any {
		return pick[any](g, nil, map[string]any{"enabled": g.chance(60)}, map[string]any{"queue_size": float64(2000000)})
	})
	maybe("retry_on_failure", func() any { return map[string]any{"max_elapsed_time": "1m"} })
	maybe("value", func() any { return fmt.Sprint(g.IntN(3)) + " < 4 & \"quoted\" ${env:POD_NAME} $${x}" })
	return body
}

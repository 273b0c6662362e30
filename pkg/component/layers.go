package component

import "strings"

// layers are the mode bases and the presets, in the order in which they are laid.
func layers() []Layer {
	var all []Layer
	for _, part := range [][]Layer{base(), authentication(), agentPresets(), clusterPresets(), enrichmentPresets(), discoveryPresets(), tracePresets(), refusals()} {
		all = append(all, part...)
	}
	return all
}

// nested is a map with a value at a dotted path.
func nested(path string, value any) map[string]any {
	keys := strings.Split(path, ".")
	for i := len(keys) - 1; i > 0; i-- {
		value = map[string]any{keys[i]: value}
	}
	return map[string]any{keys[0]: value}
}

// pipelines puts a component into one list of the pipelines of some signals.
func pipelines(role Kind, id string, signals ...string) map[string]any {
	found := map[string]any{}
	for _, signal := range signals {
		found[signal] = map[string]any{string(role): []any{id}}
	}
	return map[string]any{"pipelines": found}
}

func preset(name string) Condition { return equals("presets."+name+".enabled", true) }

// rich holds for images that ship more than the OTLP receiver and exporters.
func rich() Condition { return differs("distribution", "otlp") }

func base() []Layer {
	otlp := func(path string, value any) map[string]any { return nested("receivers.otlp.protocols."+path, value) }
	return []Layer{
		{
			Name: "base",
			Config: map[string]any{
				"receivers": map[string]any{"otlp": map[string]any{"protocols": map[string]any{
					"grpc": map[string]any{"endpoint": "${chart:host}:4317"},
					"http": map[string]any{"endpoint": "${chart:host}:4318"},
				}}},
				"service": pipelines(Receiver, "otlp", "traces", "metrics", "logs"),
			},
		},
		{
			// gRPC connections are long-lived: clients spread over new replicas only
			// when theirs end.
			Name: "base", When: when(equals("mode", "gateway")),
			Config: otlp("grpc.keepalive.server_parameters", map[string]any{"max_connection_age": "5m", "max_connection_age_grace": "30s"}),
		},
		{
			Name: "base", When: when(rich()),
			Config: map[string]any{
				"processors": map[string]any{"memory_limiter": nil},
				"extensions": map[string]any{"health_check": nil},
			},
			Join: map[Kind][]string{Processor: {"memory_limiter"}},
		},
		{
			Name: "base", When: when(rich(), before(batchingExporter), differs("persistence", true)),
			Config: map[string]any{"processors": map[string]any{"batch": nil}},
			Join:   map[Kind][]string{Processor: {"batch"}},
		},
		{Name: "base", Config: nested("service.telemetry.logs.encoding", "json")},
		{
			Name: "base", When: when(since(batchingExporter)),
			Config: nested("service.telemetry.metrics.readers", []any{nested("pull.exporter.prometheus", map[string]any{
				"host": "${env:POD_IP}", "port": 8888,
				"without_scope_info": true, "without_type_suffix": true, "without_units": true,
			})}),
		},
		{
			Name: "base", When: when(before(batchingExporter)),
			Config: nested("service.telemetry.metrics.address", "[${env:POD_IP}]:8888"),
		},
		{
			Name: "persistence", When: when(equals("persistence", true)),
			Config: nested("extensions.file_storage", nil),
		},
	}
}

func agentPresets() []Layer {
	agent := equals("mode", "daemonset")
	return []Layer{
		{
			Name: "logs", When: when(preset("logs"), agent),
			Config: map[string]any{
				"receivers": map[string]any{"file_log": map[string]any{
					// The second is what the kubelet names a file that it has rotated, until it compresses it at the next
					// rotation: what was not yet read of it would be lost.
					"include":           []any{"/var/log/pods/*/*/*.log", "/var/log/pods/*/*/*.log.????????-??????"},
					"exclude":           []any{"/var/log/pods/${chart:namespace}_${chart:fullname}-*_*/*/*.log*"},
					"start_at":          "end",
					"include_file_path": true, "include_file_name": false,
					"storage":          "file_storage",
					"retry_on_failure": map[string]any{"enabled": true, "max_elapsed_time": "0s"},
					"operators":        []any{map[string]any{"type": "container", "id": "container-parser"}},
				}},
				"extensions": map[string]any{"file_storage": nil},
				"service":    pipelines(Receiver, "file_log", "logs"),
			},
		},
		{
			Name: "hostMetrics", When: when(preset("hostMetrics"), agent),
			Config: map[string]any{
				"receivers": map[string]any{"host_metrics": map[string]any{
					"collection_interval": "30s", "root_path": "/hostfs",
					"scrapers": map[string]any{
						"cpu": nil, "disk": nil, "load": nil, "memory": nil, "network": nil,
						"filesystem": map[string]any{
							"exclude_mount_points": map[string]any{"match_type": "regexp", "mount_points": []any{
								"^/(dev|proc|sys|run/k3s/containerd|var/lib/(docker|containerd|kubelet))($|/).*",
							}},
							"exclude_fs_types": map[string]any{"match_type": "strict", "fs_types": []any{
								"autofs", "binfmt_misc", "bpf", "cgroup2", "configfs", "debugfs", "devpts", "fusectl", "hugetlbfs",
								"mqueue", "nsfs", "overlay", "proc", "pstore", "rpc_pipefs", "securityfs", "squashfs", "sysfs", "tmpfs", "tracefs",
							}},
						},
					},
				}},
				"service": pipelines(Receiver, "host_metrics", "metrics"),
			},
		},
		{
			// The receiver says of which node its metrics are nowhere: those of all nodes would be one series.
			Name: "hostMetrics", When: when(preset("hostMetrics"), agent),
			Config: map[string]any{"processors": nodeAttributes(), "service": pipelines(Processor, nodeProcessor, "metrics")},
		},
		{
			Name: "kubeletMetrics", When: when(preset("kubeletMetrics"), agent),
			Config: map[string]any{
				"receivers": map[string]any{"kubelet_stats": map[string]any{
					"auth_type": "serviceAccount", "endpoint": "https://${chart:node}:10250", "collection_interval": "30s",
					"ca_file": "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
				}},
				"service": pipelines(Receiver, "kubelet_stats", "metrics"),
			},
		},
	}
}

// clusterPresets watch the whole cluster, so one leader among the replicas does.
func clusterPresets() []Layer {
	elector := func(presetName, receiver, version string, signal string) []Layer {
		return []Layer{
			{
				Name: presetName, When: when(preset(presetName), differs("mode", "sidecar")),
				Config: map[string]any{
					"receivers": map[string]any{receiver: map[string]any{"auth_type": "serviceAccount"}},
					"service":   pipelines(Receiver, receiver, signal),
				},
			},
			{
				Name: presetName, When: when(preset(presetName), differs("mode", "sidecar"), since(version)),
				Config: map[string]any{
					"receivers": map[string]any{receiver: map[string]any{"k8s_leader_elector": "k8s_leader_elector"}},
					"extensions": map[string]any{"k8s_leader_elector": map[string]any{
						"auth_type": "serviceAccount", "lease_name": "${chart:fullname}", "lease_namespace": "${chart:namespace}",
					}},
				},
			},
			{
				Name: presetName, When: when(preset(presetName), before(version), differs("single", true)),
				Refuse: "presets." + presetName + ": collectors before " + version + " elect no leader for it, so each replica would send everything: set mode: gateway and replicas: 1, or use a newer image",
			},
		}
	}
	return append(elector("clusterMetrics", "k8s_cluster", "0.128.0", "metrics"),
		elector("kubernetesEvents", "k8s_events", "0.144.0", "logs")...)
}

const nodeProcessor = "resource/node"

// nodeAttributes are processors with the one that names the node, where nothing has named one yet.
func nodeAttributes() map[string]any {
	insert := func(key string) map[string]any {
		return map[string]any{"key": key, "value": "${env:K8S_NODE_NAME}", "action": "insert"}
	}
	return map[string]any{nodeProcessor: map[string]any{"attributes": []any{insert("k8s.node.name"), insert("host.name")}}}
}

func enrichmentPresets() []Layer {
	association := func(from, name string) map[string]any {
		source := map[string]any{"from": from}
		if name != "" {
			source["name"] = name
		}
		return map[string]any{"sources": []any{source}}
	}
	return []Layer{
		{
			Name: "kubernetesAttributes", When: when(preset("kubernetesAttributes"), differs("mode", "sidecar")),
			Config: nested("processors.k8s_attributes", map[string]any{
				"auth_type": "serviceAccount",
				"extract": map[string]any{"metadata": []any{
					"k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.pod.start_time", "k8s.node.name",
					"k8s.deployment.name", "k8s.statefulset.name", "k8s.daemonset.name", "k8s.cronjob.name", "k8s.job.name",
				}},
				"pod_association": []any{
					association("resource_attribute", "k8s.pod.uid"),
					association("resource_attribute", "k8s.pod.ip"),
					association("connection", ""),
				},
			}),
			Join: map[Kind][]string{Processor: {"k8s_attributes"}},
		},
		{
			Name: "kubernetesAttributes", When: when(preset("kubernetesAttributes"), equals("mode", "daemonset")),
			Config: nested("processors.k8s_attributes.filter.node_from_env_var", "K8S_NODE_NAME"),
		},
		{
			Name: "resourceDetection", When: when(preset("resourceDetection")),
			// Not the detector system: in a Pod it finds the Pod's name, and gives it to others' telemetry as host.name.
			Config: nested("processors.resource_detection", map[string]any{
				"detectors": []any{"env"}, "override": false, "timeout": "5s",
			}),
			Join: map[Kind][]string{Processor: {"resource_detection"}},
		},
		{
			Name: "resourceDetection", When: when(preset("resourceDetection"), equals("mode", "daemonset")),
			Config: map[string]any{"processors": nodeAttributes()},
			Join:   map[Kind][]string{Processor: {nodeProcessor}},
		},
	}
}

func tracePresets() []Layer {
	return []Layer{
		{
			Name: "loadBalancing", When: when(preset("loadBalancing")),
			Config: map[string]any{
				"exporters": map[string]any{"load_balancing": map[string]any{
					"routing_key": "traceID",
					"protocol":    nested("otlp.tls.insecure", true),
					"resolver":    nested("dns.hostname", "${chart:presets.loadBalancing.service}"),
					// Upstream's first two waits, 5 s and 7.5 s, are longer together than the ten seconds after which a gateway
					// judges a trace.
					"retry_on_failure": nested("initial_interval", "1s"),
				}},
				"service": pipelines(Exporter, "load_balancing", "traces"),
			},
		},
		{
			Name: "tailSampling", When: when(preset("tailSampling")),
			Config: nested("processors.tail_sampling", map[string]any{
				"decision_wait": "10s",
				"policies": []any{
					map[string]any{"name": "errors", "type": "status_code", "status_code": map[string]any{"status_codes": []any{"ERROR"}}},
					map[string]any{"name": "slow", "type": "latency", "latency": map[string]any{"threshold_ms": 1000}},
					map[string]any{"name": "share", "type": "probabilistic", "probabilistic": map[string]any{"sampling_percentage": 10}},
				},
			}),
			Join: map[Kind][]string{Processor: {"tail_sampling"}},
		},
		{
			Name: "spanMetrics", When: when(preset("spanMetrics")),
			Config: map[string]any{
				"connectors": map[string]any{"span_metrics": map[string]any{}},
				"service":    pipelines(Receiver, "span_metrics", "metrics"),
			},
			Join: map[Kind][]string{Connector: {"span_metrics"}},
		},
	}
}

// refusals are presets that would do nothing, or harm, where they are asked for.
func refusals() []Layer {
	var all []Layer
	for _, name := range []string{"logs", "hostMetrics", "kubeletMetrics"} {
		all = append(all, Layer{
			Name: name, When: when(preset(name), differs("mode", "daemonset")),
			Refuse: "presets." + name + " reads from the node it runs on: set mode: daemonset, or switch it off",
		})
	}
	for _, name := range []string{"clusterMetrics", "kubernetesEvents", "kubernetesAttributes", "prometheusDiscovery", "annotationDiscovery"} {
		all = append(all, Layer{
			Name: name, When: when(preset(name), equals("mode", "sidecar")),
			Refuse: "presets." + name + " asks the Kubernetes API, which a sidecar has no account for: use it in a daemonset or gateway that the sidecars send to",
		})
	}
	for _, name := range []string{"prometheusDiscovery", "annotationDiscovery"} {
		all = append(all, Layer{
			Name: name, When: when(preset(name), equals("mode", "gateway"), differs("single", true)),
			Refuse: "presets." + name + ": each replica of a gateway would collect from every Pod: set mode: daemonset, where each collector takes its own node's, or replicas: 1",
		})
	}
	return append(all, Layer{
		Name: "loadBalancing", When: when(preset("loadBalancing"), equals("presets.loadBalancing.service", "")),
		Refuse: "presets.loadBalancing.service is empty: name the gateway's headless Service, such as gateway-otlp-collector-headless.observability",
	})
}

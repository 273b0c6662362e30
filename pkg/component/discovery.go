package component

// discoveryPresets collect from what Pods announce by annotations. On a DaemonSet each
// collector takes the Pods of its own node.
func discoveryPresets() []Layer {
	jobs := func(filter bool) []any {
		return []any{
			scrapeJob("kubernetes-pods", "pod", "__meta_kubernetes_pod", filter),
			scrapeJob("kubernetes-services", "endpointslice", "__meta_kubernetes_service", filter),
		}
	}
	scrape := func(mode string, filter bool) Layer {
		return Layer{
			Name: "prometheusDiscovery", When: when(preset("prometheusDiscovery"), equals("mode", mode)),
			Config: map[string]any{
				"receivers": nested("prometheus.config.scrape_configs", jobs(filter)),
				"service":   pipelines(Receiver, "prometheus", "metrics"),
			},
		}
	}
	return []Layer{
		scrape("daemonset", true),
		scrape("gateway", false),
		{
			Name: "annotationDiscovery", When: when(preset("annotationDiscovery"), differs("mode", "sidecar")),
			Config: map[string]any{
				"receivers": map[string]any{"receiver_creator": map[string]any{
					"watch_observers": []any{"k8s_observer"},
					"discovery":       map[string]any{"enabled": true},
				}},
				"extensions": map[string]any{"k8s_observer": map[string]any{"auth_type": "serviceAccount", "observe_pods": true}},
				"service":    pipelines(Receiver, "receiver_creator", "metrics"),
			},
		},
		{
			Name: "annotationDiscovery", When: when(preset("annotationDiscovery"), equals("mode", "daemonset")),
			Config: nested("extensions.k8s_observer.node", "${env:K8S_NODE_NAME}"),
		},
	}
}

// scrapeJob scrapes what carries prometheus.io/scrape: "true", at the annotated scheme,
// path and port. A `$` of a replacement is doubled: the collector expands single ones.
func scrapeJob(name, role, meta string, thisNodeOnly bool) map[string]any {
	discovery := map[string]any{"role": role}
	relabel := []any{
		map[string]any{"source_labels": []any{meta + "_annotation_prometheus_io_scrape"}, "action": "keep", "regex": "true"},
		map[string]any{
			"source_labels": []any{meta + "_annotation_prometheus_io_scheme"}, "action": "replace",
			"regex": "(https?)", "target_label": "__scheme__",
		},
		map[string]any{
			"source_labels": []any{meta + "_annotation_prometheus_io_path"}, "action": "replace",
			"regex": "(.+)", "target_label": "__metrics_path__",
		},
		map[string]any{
			"source_labels": []any{"__address__", meta + "_annotation_prometheus_io_port"}, "action": "replace",
			"regex": `(\[[^\]]+\]|[^:]+)(?::\d+)?;(\d+)`, "replacement": "$$1:$$2", "target_label": "__address__",
		},
		map[string]any{"source_labels": []any{"__meta_kubernetes_namespace"}, "action": "replace", "target_label": "k8s_namespace_name"},
		map[string]any{"source_labels": []any{"__meta_kubernetes_pod_name"}, "action": "replace", "target_label": "k8s_pod_name"},
	}
	switch {
	case role == "pod" && thisNodeOnly:
		discovery["selectors"] = []any{map[string]any{"role": "pod", "field": "spec.nodeName=${env:K8S_NODE_NAME}"}}
	case thisNodeOnly:
		relabel = append([]any{map[string]any{
			"source_labels": []any{"__meta_kubernetes_endpointslice_endpoint_node_name"}, "action": "keep", "regex": "${env:K8S_NODE_NAME}",
		}}, relabel...)
	}
	if role == "pod" {
		relabel = append(relabel, map[string]any{
			"source_labels": []any{"__meta_kubernetes_pod_phase"}, "action": "drop", "regex": "(Failed|Succeeded)",
		})
	}
	return map[string]any{
		"job_name": name, "scrape_interval": "30s",
		"kubernetes_sd_configs": []any{discovery}, "relabel_configs": relabel,
	}
}

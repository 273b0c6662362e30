package otelcol_test

// A privilegeCase is a preset or component with needs of its own.
type privilegeCase struct {
	// name is the component's or the preset's, and with what; docs/rbac.md has it.
	name string
	// values of the chart; $apps is the namespace of the workloads.
	values string
	// version is the only one whose collector has it; empty: both.
	version string
	// shows is what the log has once it works, where the exporter debug tells all.
	shows []string
	// apart: it can't ask as several accounts in one process.
	apart bool
	// alone: of several collectors one leads, and the others ask nothing.
	alone bool
}

// tellsAll is a gateway of one, whose log leaves out nothing.
const tellsAll = `
mode: gateway
replicas: 1
telemetry: {logs: {sampling: {enabled: false}}}
`

// tellsAllNode is the same for a daemonset.
const tellsAllNode = `
mode: daemonset
telemetry: {logs: {sampling: {enabled: false}}}
`

// debugAll is config that has the collector write all that it has collected.
const debugAll = `
    exporters: {debug: {verbosity: detailed}}
`

func privilegeCases() []privilegeCase {
	var all []privilegeCase
	for _, cases := range [][]privilegeCase{attributesCases(), clusterCases(), eventCases(), detectorCases(), prometheusCases(), discoveryCases(), balancingCases(), needlessCases()} {
		all = append(all, cases...)
	}
	return all
}

func attributesCases() []privilegeCase {
	const everyOwner = `
      k8s_attributes:
        extract:
          # The owners' labels are found by their uids.
          metadata: [k8s.namespace.name, k8s.node.name, k8s.deployment.uid, k8s.statefulset.uid, k8s.daemonset.uid, k8s.job.uid]
          labels:
            - {tag_name: of.namespace, key: owner, from: namespace}
            - {tag_name: of.node, key: owner, from: node}
            - {tag_name: of.deployment, key: owner, from: deployment}
            - {tag_name: of.statefulset, key: owner, from: statefulset}
            - {tag_name: of.daemonset, key: owner, from: daemonset}
            - {tag_name: of.job, key: owner, from: job}
        pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.uid}]}]`
	owners := []string{
		"of.namespace: Str(namespace)", "of.node: Str(node)", "of.deployment: Str(deployment)",
		"of.statefulset: Str(statefulset)", "of.daemonset: Str(daemonset)", "of.job: Str(job)",
	}
	return []privilegeCase{
		{
			name:   "preset kubernetesAttributes, gateway",
			values: tellsAll + "presets: {kubernetesAttributes: {enabled: true}}\nconfig:" + debugAll,
			shows:  []string{"k8s.deployment.name: Str(web)", "k8s.statefulset.name: Str(db)", "k8s.daemonset.name: Str(agent)"},
		},
		{
			name:   "preset kubernetesAttributes, daemonset",
			values: tellsAllNode + "config:" + debugAll,
			shows:  []string{"k8s.deployment.name: Str(web)", "k8s.node.name: Str(" + nodeName + ")"},
		},
		{
			name:   "k8s_attributes, labels of every owner",
			values: tellsAll + "config:" + debugAll + "    processors:" + everyOwner + "\n",
			shows:  owners,
		},
		{
			name:    "k8s_attributes, labels of ReplicaSets and CronJobs",
			version: "0.161.0",
			values: tellsAll + "config:" + debugAll + `    processors:
      k8s_attributes:
        extract:
          metadata: [k8s.replicaset.uid, k8s.cronjob.uid]
          labels: [{tag_name: of.cronjob, key: owner, from: cronjob}, {tag_name: of.replicaset, key: app, from: replicaset}]
        pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.uid}]}]
`,
			shows: []string{"of.cronjob: Str(cronjob)", "of.replicaset: Str(web)"},
		},
		{
			name:   "k8s_attributes, labels of every owner, one namespace",
			values: tellsAll + "config:" + debugAll + "    processors:" + everyOwner + "\n        filter: {namespace: $apps}\n",
			shows:  owners,
		},
		{
			name: "k8s_attributes, uids",
			values: tellsAll + "config:" + debugAll + `    processors:
      k8s_attributes:
        extract: {metadata: [k8s.pod.uid, k8s.cluster.uid, k8s.node.uid, k8s.deployment.uid, k8s.cronjob.uid]}
        pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.uid}]}]
`,
			shows: []string{"k8s.cluster.uid: Str(", "k8s.node.uid: Str(", "k8s.deployment.uid: Str(", "k8s.cronjob.uid: Str("},
		},
		{
			name: "k8s_attributes, its defaults",
			values: tellsAll + "config:" + debugAll + `    processors:
      k8s_attributes:
        pod_association: [{sources: [{from: resource_attribute, name: k8s.pod.uid}]}]
`,
			shows: []string{"k8s.deployment.name: Str(web)"},
		},
		{
			name: "k8s_attributes, labels of the node, daemonset",
			values: tellsAllNode + "config:" + debugAll + `    processors:
      k8s_attributes:
        extract: {labels: [{tag_name: of.node, key: owner, from: node}]}
`,
			shows: []string{"of.node: Str(node)"},
		},
		{
			name: "k8s_attributes, passthrough",
			values: tellsAll + "config:" + debugAll + `    processors: {k8s_attributes: {passthrough: true}}
`,
			shows: []string{"Body: Str("},
		},
	}
}

func clusterCases() []privilegeCase {
	everything := []string{
		"Name: k8s.deployment.available", "Name: k8s.statefulset.desired_pods", "Name: k8s.daemonset.desired_scheduled_nodes",
		"Name: k8s.replicaset.desired", "Name: k8s.job.active_pods", "Name: k8s.cronjob.active_jobs", "Name: k8s.hpa.max_replicas",
		"Name: k8s.replication_controller.desired", "Name: k8s.resource_quota.hard_limit", "Name: k8s.pod.phase",
	}
	return []privilegeCase{
		{
			name: "preset clusterMetrics (k8s_cluster, k8s_leader_elector)", alone: true,
			values: tellsAll + "presets: {clusterMetrics: {enabled: true}}\nconfig:" + debugAll + "    receivers: {k8s_cluster: {collection_interval: 1s}}\n",
			shows:  append([]string{"Name: k8s.namespace.phase"}, everything...),
		},
		{
			name: "preset clusterMetrics, one namespace", alone: true,
			values: tellsAll + "presets: {clusterMetrics: {enabled: true}}\nconfig:" + debugAll +
				"    receivers: {k8s_cluster: {collection_interval: 1s, namespaces: [$apps]}}\n",
			shows: everything,
		},
		{
			name: "k8s_cluster, one namespace by its older setting",
			values: tellsAll + "config:" + debugAll +
				"    receivers: {k8s_cluster: {collection_interval: 1s, namespace: $apps}}\n",
			shows: everything,
		},
		{
			name: "k8s_cluster, endpoints of Services", version: "0.161.0",
			values: tellsAll + "config:" + debugAll +
				"    receivers: {k8s_cluster: {collection_interval: 1s, metrics: {k8s.service.endpoint.count: {enabled: true}}}}\n",
			shows: append([]string{"Name: k8s.service.endpoint.count"}, everything...),
		},
		{
			name: "k8s_cluster, metrics of volumes", version: "0.161.0",
			values: tellsAll + "config:" + debugAll + `    receivers:
      k8s_cluster:
        collection_interval: 1s
        metrics: {k8s.persistentvolumeclaim.status.phase: {enabled: true}, k8s.persistentvolume.status.phase: {enabled: true}}
`,
			shows: append([]string{"Name: k8s.persistentvolumeclaim.status.phase", "Name: k8s.persistentvolume.status.phase"}, everything...),
		},
		{
			name: "k8s_cluster, metrics of claims, one namespace", version: "0.161.0",
			values: tellsAll + "config:" + debugAll + `    receivers:
      k8s_cluster:
        collection_interval: 1s
        namespaces: [$apps]
        metrics: {k8s.persistentvolumeclaim.status.phase: {enabled: true}}
`,
			shows: append([]string{"Name: k8s.persistentvolumeclaim.status.phase"}, everything...),
		},
		{
			name: "k8s_cluster, entities as logs",
			values: tellsAll + "config:" + debugAll + `    receivers: {k8s_cluster: {collection_interval: 1s}}
    service: {pipelines: {logs: {receivers: [k8s_cluster]}}}
`,
			shows: []string{"otel.entity.type: Str(k8s.pod)"},
		},
	}
}

// eventCases are of what the newer collector alone has. They ask as one account in a process.
func eventCases() []privilegeCase {
	objects := func(name, what, shows string) privilegeCase {
		return privilegeCase{
			name: name, version: "0.161.0", apart: true, shows: []string{"k8s.resource.name: Str(" + shows + ")"},
			values: tellsAll + "config:" + debugAll + "    receivers: {k8s_objects: {objects: [" + what + "]}}\n",
		}
	}
	events := func(name, what string) privilegeCase {
		return privilegeCase{
			name: name, version: "0.161.0", apart: true, shows: []string{"k8s.event.reason: Str("},
			values: tellsAll + "config:" + debugAll + "    receivers: {k8s_events: " + what + "}\n",
		}
	}
	return []privilegeCase{
		events("k8s_events", "{}"),
		events("k8s_events, one namespace", "{namespaces: [$apps]}"),
		objects("k8s_objects, pulled", "{name: pods, mode: pull, interval: 1s}", "pods"),
		objects("k8s_objects, watched in one namespace", "{name: pods, mode: watch, namespaces: [$apps]}", "pods"),
		objects("k8s_objects of a group", "{name: deployments, group: apps, mode: pull, interval: 1s}", "deployments"),
	}
}

func detectorCases() []privilegeCase {
	detection := func(detector string) string {
		return tellsAll + "config:" + debugAll + "    processors: {resource_detection: {detectors: [" + detector + "]}}\n"
	}
	return []privilegeCase{
		{
			name: "preset resourceDetection", values: tellsAll + "presets: {resourceDetection: {enabled: true}}\nconfig:" + debugAll,
			shows: []string{resourceAttribute + ": Str(tests)"},
		},
		{name: "resource_detection, k8snode", apart: true, version: "0.149.0", values: detection("k8snode"), shows: []string{"k8s.node.uid: Str("}},
		{name: "resource_detection, k8s_api", apart: true, version: "0.161.0", values: detection("k8s_api"), shows: []string{"k8s.node.uid: Str("}},
		{name: "resource_detection, kubeadm", apart: true, values: detection("kubeadm"), shows: []string{"k8s.cluster.name: Str(of-tests)"}},
	}
}

func prometheusCases() []privilegeCase {
	job := func(role, further string) string {
		return `
            - job_name: of-` + role + `
              scrape_interval: 1s
              scrape_timeout: 1s
              kubernetes_sd_configs: [{role: ` + role + further + `}]`
	}
	receiver := tellsAll + "config:" + debugAll + "    receivers:\n      prometheus:\n        config:\n          scrape_configs:"
	var cases []privilegeCase
	for _, role := range []string{"pod", "service", "endpoints", "endpointslice", "ingress", "node"} {
		shows := []string{"Name: up", "service.name: Str(of-" + role + ")"}
		cases = append(cases, privilegeCase{name: "prometheus, role " + role, values: receiver + job(role, "") + "\n", shows: shows})
		if role != "node" {
			cases = append(cases, privilegeCase{
				name: "prometheus, role " + role + ", one namespace", values: receiver + job(role, ", namespaces: {names: [$apps]}") + "\n", shows: shows,
			})
		}
	}
	return append(cases,
		privilegeCase{
			name: "prometheus, role pod, with node and namespace", values: receiver + job("pod", ", attach_metadata: {node: true, namespace: true}") + "\n",
			shows: []string{"Name: up", "service.name: Str(of-pod)"},
		},
		privilegeCase{
			name:   "preset prometheusDiscovery, gateway",
			values: tellsAll + "presets: {prometheusDiscovery: {enabled: true}}\nconfig:" + debugAll,
			shows:  []string{"service.name: Str(kubernetes-pods)", "service.name: Str(kubernetes-services)"},
		},
		privilegeCase{
			name:   "preset prometheusDiscovery, daemonset",
			values: tellsAllNode + "presets: {prometheusDiscovery: {enabled: true}, kubernetesAttributes: {enabled: false}}\nconfig:" + debugAll,
			shows:  []string{"service.name: Str(kubernetes-pods)", "service.name: Str(kubernetes-services)"},
		},
	)
}

func discoveryCases() []privilegeCase {
	observer := func(further string) string {
		return tellsAll + "config:" + debugAll + `    extensions: {k8s_observer: {auth_type: serviceAccount, ` + further + `}}
    receivers:
      receiver_creator:
        watch_observers: [k8s_observer]
        receivers:
          host_metrics/pod: {rule: 'type == "pod" && namespace == "$apps"', config: {collection_interval: 1h, scrapers: {load: {}}}}
          host_metrics/node: {rule: 'type == "k8s.node"', config: {collection_interval: 1h, scrapers: {load: {}}}}
          host_metrics/service: {rule: 'type == "k8s.service" && namespace == "$apps"', config: {collection_interval: 1h, scrapers: {load: {}}}}
          host_metrics/ingress: {rule: 'type == "k8s.ingress" && namespace == "$apps"', config: {collection_interval: 1h, scrapers: {load: {}}}}
    service: {pipelines: {metrics: {receivers: [receiver_creator]}}}
`
	}
	everything := "observe_pods: true, observe_nodes: true, observe_services: true, observe_ingresses: true"
	// Of the chart's own account, not of one of its copies.
	const starts = `"otelcol.component.id":"receiver_creator","otelcol.component.kind":"receiver","otelcol.signal":"metrics","name":"`
	started := []string{starts + "host_metrics/pod", starts + "host_metrics/node", starts + "host_metrics/service", starts + "host_metrics/ingress"}
	return []privilegeCase{
		{
			name: "preset annotationDiscovery, gateway", version: "0.161.0",
			values: tellsAll + "presets: {annotationDiscovery: {enabled: true}}\nconfig:" + debugAll,
			shows:  []string{starts},
		},
		{
			name: "preset annotationDiscovery, daemonset", version: "0.161.0",
			values: tellsAllNode + "presets: {annotationDiscovery: {enabled: true}, kubernetesAttributes: {enabled: false}}\nconfig:" + debugAll,
			shows:  []string{starts},
		},
		{name: "k8s_observer, everything", version: "0.161.0", values: observer(everything), shows: started},
		{name: "k8s_observer, everything, one namespace", version: "0.161.0", values: observer(everything + ", namespaces: [$apps]"), shows: started},
	}
}

func balancingCases() []privilegeCase {
	balancer := func(service string) string {
		return tellsAll + "config:\n    exporters: {load_balancing: {protocol: {otlp: {tls: {insecure: true}}}, resolver: {k8s: {service: " + service + ", ports: [4317]}}}}\n"
	}
	return []privilegeCase{
		{
			name: "load_balancing, resolver k8s", version: "0.161.0", apart: true, values: balancer("web.$apps"), shows: []string{podAddress + ":4317"},
		},
	}
}

// needlessCases are the presets that ask nothing.
func needlessCases() []privilegeCase {
	return []privilegeCase{
		{
			name:   "presets logs and hostMetrics",
			values: tellsAllNode + "presets: {logs: {enabled: true}, hostMetrics: {enabled: true}, kubernetesAttributes: {enabled: false}}\nconfig:" + debugAll,
			shows:  []string{"Name: system.memory.usage"},
		},
		{
			name: "presets tailSampling and spanMetrics", version: "0.161.0",
			values: tellsAll + "presets: {tailSampling: {enabled: true}, spanMetrics: {enabled: true}}\nconfig:" + debugAll,
			shows:  []string{"Body: Str("},
		},
		{
			name: "preset loadBalancing", version: "0.161.0",
			values: tellsAll + "presets: {loadBalancing: {enabled: true, service: localhost}}\nconfig:" + debugAll,
			shows:  []string{"Body: Str("},
		},
	}
}

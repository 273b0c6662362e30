package component

import "strings"

// read grants what an informer needs.
func read(group string, resources ...string) Grant {
	return Grant{APIGroups: []string{group}, Resources: resources, Verbs: []string{"get", "list", "watch"}}
}

// confined makes a grant one of the namespaces that stand at a path, if any do.
func confined(grant Grant, namespacesPath string) Grant {
	grant.NamespacesPath = namespacesPath
	return grant
}

func only(grant Grant, conditions ...Condition) Grant {
	grant.When = append(append([]Condition{}, grant.When...), conditions...)
	return grant
}

// kubeletGrants: the kubelet asks the API server about subresources of nodes. Labels and
// utilization come from the kubelet's /pods, which newer kubelets guard by nodes/pods
// and older ones by nodes/proxy.
func kubeletGrants() []Grant {
	get := func(resource string, conditions ...Condition) Grant {
		return Grant{APIGroups: []string{""}, Resources: []string{resource}, Verbs: []string{"get"}, When: conditions}
	}
	viaKubelet := equals("config.auth_type", "serviceAccount")
	grants := []Grant{
		get("nodes/stats", viaKubelet),
		get("nodes/proxy", equals("config.auth_type", "kubeConfig")),
	}
	asksPods := []Condition{exists("config.extra_metadata_labels")}
	for _, scope := range []string{"pod", "container"} {
		for _, resource := range []string{"cpu", "memory"} {
			for _, base := range []string{"limit", "request"} {
				asksPods = append(asksPods, enabledMetric("k8s."+scope+"."+resource+"_"+base+"_utilization"))
			}
			// The node's capacity is read from the API server.
			grants = append(grants, only(read("", "nodes"), enabledMetric("k8s."+scope+"."+resource+".node.utilization")))
		}
	}
	for _, asks := range asksPods {
		grants = append(grants, get("nodes/pods", viaKubelet, asks), get("nodes/proxy", viaKubelet, asks))
	}
	volumes := Grant{APIGroups: []string{""}, Resources: []string{"persistentvolumeclaims", "persistentvolumes"}, Verbs: []string{"get"}}
	return append(grants, only(volumes, exists("config.k8s_api_config")))
}

// enabledMetric holds for a metric that is switched on. A path spells the dots of a key
// as `~`.
func enabledMetric(name string) Condition {
	return Condition{Path: "config.metrics." + strings.ReplaceAll(name, ".", "~") + ".enabled", Equals: true}
}

func clusterGrants() []Grant {
	confinable := []Grant{
		read("", "pods", "replicationcontrollers", "resourcequotas", "services"),
		read("apps", "daemonsets", "deployments", "replicasets", "statefulsets"),
		read("batch", "cronjobs", "jobs"),
		read("autoscaling", "horizontalpodautoscalers"),
		only(read("discovery.k8s.io", "endpointslices"), enabledMetric("k8s.service.endpoint.count")),
		only(read("", "persistentvolumeclaims"), exists("config.metadata_exporters")),
	}
	var grants []Grant
	for _, grant := range confinable {
		grants = append(grants, confined(only(grant, absent("config.namespace")), "config.namespaces"),
			confined(only(grant, exists("config.namespace")), "config.namespace"))
	}
	everywhere := when(absent("config.namespaces"), absent("config.namespace"))
	return append(grants,
		only(read("", "namespaces", "nodes"), everywhere...),
		only(read("", "persistentvolumes"), append(everywhere, exists("config.metadata_exporters"))...),
		only(read("quota.openshift.io", "clusterresourcequotas"), append(everywhere, equals("config.distribution", "openshift"))...),
	)
}

func prometheusGrants() []Grant {
	const discoveries = "config.config.scrape_configs.kubernetes_sd_configs"
	role := func(name string, grant Grant) Grant {
		grant.Each, grant.NamespacesPath = discoveries, "config.namespaces.names"
		return only(grant, equals("config.role", name))
	}
	grants := []Grant{
		{Each: discoveries, When: when(equals("config.role", "node")), APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"get", "list", "watch"}},
		role("pod", read("", "pods")),
		role("service", read("", "services")),
		role("endpoints", read("", "endpoints", "pods", "services")),
		role("endpointslice", read("", "pods", "services")),
		role("endpointslice", read("discovery.k8s.io", "endpointslices")),
		role("ingress", read("networking.k8s.io", "ingresses")),
	}
	for _, resource := range []string{"node", "namespace"} {
		grants = append(grants, Grant{
			Each: discoveries, When: when(equals("config.attach_metadata."+resource, true)),
			APIGroups: []string{""}, Resources: []string{resource + "s"}, Verbs: []string{"get", "list", "watch"},
		})
	}
	return append(grants, Grant{
		When:            when(contains("config.config.scrape_configs.kubernetes_sd_configs.role", "node")),
		NonResourceURLs: []string{"/metrics"}, Verbs: []string{"get"},
	}, Grant{
		When:      when(contains("config.config.scrape_configs.kubernetes_sd_configs.role", "node")),
		APIGroups: []string{""}, Resources: []string{"nodes/metrics"}, Verbs: []string{"get"},
	})
}

// attributesGrants: without passthrough, Pods always, and each further kind where a
// label, annotation or attribute of it is extracted.
func attributesGrants() []Grant {
	grant := func(confinable bool, grant Grant, conditions ...Condition) Grant {
		if confinable {
			grant.NamespacesPath = "config.filter.namespace"
		}
		return only(grant, append(conditions, differs("config.passthrough", true))...)
	}
	grants := []Grant{
		grant(true, read("", "pods")),
		grant(false, read("", "namespaces"), equals("config.extract.metadata", "k8s.cluster.uid")),
		grant(false, read("", "nodes"), equals("config.extract.metadata", "k8s.node.uid")),
		grant(true, read("apps", "replicasets"), equals("config.extract.metadata", "k8s.deployment.uid")),
		// Newer ones take the Deployment's name from that of its ReplicaSet.
		grant(true, read("apps", "replicasets"), before("0.160.0"), equals("config.extract.metadata", "k8s.deployment.name")),
		grant(true, read("apps", "replicasets"), before("0.160.0"), absent("config.extract.metadata")),
		grant(true, read("batch", "jobs"), equals("config.extract.metadata", "k8s.cronjob.uid")),
	}
	owners := []struct {
		from       string
		confinable bool
		grant      Grant
	}{
		{"namespace", false, read("", "namespaces")},
		{"node", false, read("", "nodes")},
		{"deployment", true, read("apps", "deployments", "replicasets")},
		{"replicaset", true, read("apps", "replicasets")},
		{"statefulset", true, read("apps", "statefulsets")},
		{"daemonset", true, read("apps", "daemonsets")},
		{"job", true, read("batch", "jobs")},
		{"cronjob", true, read("batch", "cronjobs", "jobs")},
	}
	for _, owner := range owners {
		for _, list := range []string{"labels", "annotations"} {
			grants = append(grants, grant(owner.confinable, owner.grant, equals("config.extract."+list+".from", owner.from)))
		}
	}
	return grants
}

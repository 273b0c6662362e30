package component

import "strings"

// follow grants what an informer needs. From Kubernetes 1.34 on it watches alone: the
// server streams what there is before what changes.
func follow(group string, resources ...string) Grant {
	return Grant{APIGroups: []string{group}, Resources: resources, Verbs: []string{"list", "watch"}}
}

// named confines a grant to objects.
func named(grant Grant, names ...string) Grant {
	grant.ResourceNames = names
	return grant
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
// utilization come from the kubelet's /pods, which kubelets from 1.33 on guard by nodes/pods
// and older ones by nodes/proxy, with which one may run commands in Pods too. Kubelets are three
// minors older than the API server at most.
func kubeletGrants() []Grant {
	get := func(resource string, conditions ...Condition) Grant {
		return Grant{APIGroups: []string{""}, Resources: []string{resource}, Verbs: []string{"get"}, When: conditions}
	}
	viaAPI := exists("config.k8s_api_config")
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
			// The node's capacity is read from the API server, if the receiver is told how.
			utilization := enabledMetric("k8s." + scope + "." + resource + ".node.utilization")
			grants = append(grants, only(follow("", "nodes"), viaAPI, utilization))
		}
	}
	for _, asks := range asksPods {
		grants = append(grants, get("nodes/pods", viaKubelet, asks),
			get("nodes/proxy", viaKubelet, asks, Condition{Path: "kubernetes", Before: "1.36.0"}))
	}
	volumes := Grant{APIGroups: []string{""}, Resources: []string{"persistentvolumeclaims", "persistentvolumes"}, Verbs: []string{"get"}}
	return append(grants, only(volumes, viaAPI, equals("config.extra_metadata_labels", "k8s.volume.type")))
}

// enabledMetric holds for a metric that is switched on. A path spells the dots of a key
// as `~`.
func enabledMetric(name string) Condition {
	return Condition{Path: "config.metrics." + strings.ReplaceAll(name, ".", "~") + ".enabled", Equals: true}
}

func clusterGrants() []Grant {
	confinable := []Grant{
		follow("", "pods", "replicationcontrollers", "resourcequotas", "services"),
		follow("apps", "daemonsets", "deployments", "replicasets", "statefulsets"),
		follow("batch", "cronjobs", "jobs"),
		follow("autoscaling", "horizontalpodautoscalers"),
		only(follow("discovery.k8s.io", "endpointslices"), enabledMetric("k8s.service.endpoint.count")),
	}
	for _, asked := range volumesAsked("persistentvolumeclaim", "status.phase", "storage.capacity", "storage.request") {
		confinable = append(confinable, only(follow("", "persistentvolumeclaims"), asked, since(clusterVolumes)))
	}
	var grants []Grant
	for _, grant := range confinable {
		grants = append(grants, confined(only(grant, absent("config.namespace")), "config.namespaces"),
			confined(only(grant, exists("config.namespace")), "config.namespace"))
	}
	everywhere := when(absent("config.namespaces"), absent("config.namespace"))
	for _, asked := range volumesAsked("persistentvolume", "status.phase", "storage.capacity") {
		grants = append(grants, only(follow("", "persistentvolumes"), append(when(asked, since(clusterVolumes)), everywhere...)...))
	}
	return append(grants,
		only(follow("", "namespaces", "nodes"), everywhere...),
		only(follow("quota.openshift.io", "clusterresourcequotas"), append(everywhere, equals("config.distribution", "openshift"))...),
	)
}

// clusterVolumes is the first version whose k8s_cluster knows of volumes and claims.
const clusterVolumes = "0.151.0"

// volumesAsked are what has k8s_cluster watch volumes, or claims on them.
func volumesAsked(kind string, metrics ...string) []Condition {
	asked := []Condition{exists("config.metadata_exporters"), equals("pipelines.signals", "logs")}
	for _, metric := range metrics {
		asked = append(asked, enabledMetric("k8s."+kind+"."+metric))
	}
	return asked
}

func prometheusGrants() []Grant {
	const discoveries = "config.config.scrape_configs.kubernetes_sd_configs"
	role := func(name string, grant Grant) Grant {
		grant.Each, grant.NamespacesPath = discoveries, "config.namespaces.names"
		return only(grant, equals("config.role", name))
	}
	grants := []Grant{
		{Each: discoveries, When: when(equals("config.role", "node")), APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"list", "watch"}},
		role("pod", follow("", "pods")),
		role("service", follow("", "services")),
		role("endpoints", follow("", "endpoints", "pods", "services")),
		role("endpointslice", follow("", "pods", "services")),
		role("endpointslice", follow("discovery.k8s.io", "endpointslices")),
		role("ingress", follow("networking.k8s.io", "ingresses")),
	}
	for _, resource := range []string{"node", "namespace"} {
		grants = append(grants, Grant{
			Each: discoveries, When: when(equals("config.attach_metadata."+resource, true)),
			APIGroups: []string{""}, Resources: []string{resource + "s"}, Verbs: []string{"list", "watch"},
		})
	}
	// A kubelet lets its metrics be read by whoever may by its node's, if a job says who it is.
	for _, credentials := range []string{"authorization", "bearer_token", "bearer_token_file"} {
		grants = append(grants, Grant{
			Each:      "config.config.scrape_configs",
			When:      when(equals("config.kubernetes_sd_configs.role", "node"), exists("config."+credentials)),
			APIGroups: []string{""}, Resources: []string{"nodes/metrics"}, Verbs: []string{"get"},
		})
	}
	return grants
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
		grant(true, follow("", "pods")),
		grant(false, named(follow("", "namespaces"), "kube-system"), equals("config.extract.metadata", "k8s.cluster.uid")),
		grant(false, follow("", "nodes"), equals("config.extract.metadata", "k8s.node.uid")),
		grant(true, follow("apps", "replicasets"), equals("config.extract.metadata", "k8s.deployment.uid")),
		// Newer ones take the Deployment's name from that of its ReplicaSet.
		grant(true, follow("apps", "replicasets"), before("0.160.0"), equals("config.extract.metadata", "k8s.deployment.name")),
		grant(true, follow("apps", "replicasets"), before("0.160.0"), absent("config.extract.metadata")),
		grant(true, follow("batch", "jobs"), equals("config.extract.metadata", "k8s.cronjob.uid")),
	}
	owners := []struct {
		from       string
		confinable bool
		grant      Grant
	}{
		{"namespace", false, follow("", "namespaces")},
		{"node", false, follow("", "nodes")},
		{"deployment", true, follow("apps", "deployments", "replicasets")},
		{"replicaset", true, follow("apps", "replicasets")},
		{"statefulset", true, follow("apps", "statefulsets")},
		{"daemonset", true, follow("apps", "daemonsets")},
		{"job", true, follow("batch", "jobs")},
		{"cronjob", true, follow("batch", "cronjobs", "jobs")},
	}
	for _, owner := range owners {
		for _, list := range []string{"labels", "annotations"} {
			grants = append(grants, grant(owner.confinable, owner.grant, equals("config.extract."+list+".from", owner.from)))
		}
	}
	return grants
}

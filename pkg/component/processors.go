package component

// The stages of processors: what bounds memory comes first, what needs the sender's
// address next, batching last; the user's order stands among the rest.
const (
	stageMemory  = 10
	stageAddress = 20
	stageUser    = 50
	stageBatch   = 90
)

func processors() map[string]Component {
	return map[string]Component{
		"memory_limiter": {
			Distributions: inAllButOTLP(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageMemory,
			Defaults: []Default{
				{Config: map[string]any{"check_interval": "1s"}},
				{
					When:   when(absent("config.limit_mib"), absent("config.limit_percentage")),
					Config: map[string]any{"limit_percentage": 80, "spike_limit_percentage": 25},
				},
			},
			Memory: &Memory{MiBPath: "config.limit_mib", PercentagePath: "config.limit_percentage"},
		},
		"batch": {
			Distributions: inAllButOTLP(), Signals: allSignals(), Stage: stageBatch,
			// Where it is the chart's, upstream's size at which it sends is the most that it sends too. A size of the
			// user's may be larger.
			Defaults: []Default{{
				When:   when(before(batchingExporter), absent("config.send_batch_size")),
				Config: map[string]any{"send_batch_max_size": 8192},
			}},
		},
		"k8s_attributes": {
			OldNames:      []OldName{{Name: "k8sattributes", Before: "0.146.0"}},
			Distributions: inContribAndK8s(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageAddress,
			Grants: attributesGrants(),
		},
		"resource_detection": {
			OldNames:      []OldName{{Name: "resourcedetection", Before: "0.153.0"}},
			Distributions: inContribAndK8s(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageUser,
			Defaults: []Default{nodeNamedBy("k8s_api"), nodeNamedBy("k8snode")},
			Grants:   detectorGrants(),
		},
		"resource":   {Distributions: inAllButOTLP(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageUser},
		"attributes": {Distributions: inAllButOTLP(), Signals: allSignals(), Stage: stageUser},
		"filter":     {Distributions: inAllButOTLP(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageUser},
		"transform":  {Distributions: inContribAndK8s(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageUser},
		"tail_sampling": {
			Distributions: inContribAndK8s(), Signals: []string{"traces"}, Stage: stageUser,
		},
	}
}

// nodeNamedBy says where a detector reads the node's name, without which the collector does
// not start. It is what the detector does by default; written, the chart sets the variable.
func nodeNamedBy(detector string) Default {
	return Default{When: when(equals("config.detectors", detector)), Config: nested(detector+".node_from_env_var", "K8S_NODE_NAME")}
}

func detectorGrants() []Grant {
	var grants []Grant
	detector := func(name string, grant Grant, conditions ...Condition) {
		grants = append(grants, only(grant, append(when(equals("config.detectors", name)), conditions...)...))
	}
	get := func(resource string, names ...string) Grant {
		return Grant{APIGroups: []string{""}, Resources: []string{resource}, ResourceNames: names, Verbs: []string{"get"}}
	}
	// The cluster's identity is the uid of this namespace.
	cluster := get("namespaces", "kube-system")
	identified := func(name string) Condition {
		return differs("config."+name+".resource_attributes.k8s~cluster~uid.enabled", false)
	}
	for _, name := range []string{"k8s_api", "k8snode"} {
		detector(name, get("nodes"))
		// 0.152 does not ask for it, and 0.155 does; those between were not to be had.
		detector(name, cluster, since("0.153.0"), identified("k8s_api"), identified("k8snode"))
	}
	kubeadm := get("configmaps", "kubeadm-config")
	kubeadm.Namespace = "kube-system"
	detector("kubeadm", kubeadm)
	detector("kubeadm", cluster, identified("kubeadm"))
	detector("eks", get("nodes"))
	infrastructure := get("infrastructures/status", "cluster")
	infrastructure.APIGroups = []string{"config.openshift.io"}
	detector("openshift", infrastructure)
	return grants
}

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
		"batch": {Distributions: inAllButOTLP(), Signals: allSignals(), Stage: stageBatch},
		"k8s_attributes": {
			OldNames:      []OldName{{Name: "k8sattributes", Before: "0.146.0"}},
			Distributions: inContribAndK8s(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageAddress,
			Grants: attributesGrants(),
		},
		"resource_detection": {
			OldNames:      []OldName{{Name: "resourcedetection", Before: "0.153.0"}},
			Distributions: inContribAndK8s(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Stage: stageUser,
			Grants: detectorGrants(),
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

func detectorGrants() []Grant {
	var grants []Grant
	for _, detector := range []string{"k8s_api", "k8snode"} {
		grants = append(grants, Grant{
			When:      when(equals("config.detectors", detector)),
			APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"get", "list"},
		})
	}
	return append(grants,
		Grant{
			When:      when(equals("config.detectors", "eks")),
			APIGroups: []string{""}, Resources: []string{"nodes"}, Verbs: []string{"get", "list"},
		},
		Grant{
			When:      when(equals("config.detectors", "openshift")),
			APIGroups: []string{"config.openshift.io"}, Resources: []string{"infrastructures", "infrastructures/status"},
			Verbs: []string{"get", "list", "watch"},
		},
	)
}

package component

func extensions() map[string]Component {
	return map[string]Component{
		"health_check": {
			Distributions: inAllButOTLP(),
			Defaults:      []Default{{Config: map[string]any{"endpoint": "[${env:POD_IP}]:13133"}}},
			Ports:         []Port{{Name: "health", Path: "config.endpoint", Default: "localhost:13133", Protocol: "TCP", AppProtocol: "http"}},
			Probe:         &Probe{Path: "config.path", TLSPath: "config.tls"},
		},
		"file_storage": {
			Distributions: inContribAndK8s(),
			Defaults: []Default{
				{Config: map[string]any{"directory": stateDirectory, "create_directory": true}},
				// Without it a damaged queue keeps the collector from starting for good; with it, 3 of 8 starts found the damage in
				// time to begin a new file. From 0.131 to 0.136 it threw every queue away at the start, sound or not.
				{When: when(since("0.137.0")), Config: map[string]any{"recreate": true}},
			},
			Mounts: []Mount{
				{Name: "state", When: when(equals("mode", "daemonset")), Path: "config.directory", Volume: StateHostVolume},
				{Name: "state", When: when(equals("mode", "gateway"), equals("persistence", true)), Path: "config.directory", Volume: ClaimVolume},
				{Name: "state", When: when(differs("mode", "daemonset"), differs("persistence", true)), Path: "config.directory", Volume: ScratchVolume},
			},
		},
		"k8s_observer": {
			Distributions: inContribAndK8s(),
			Grants: []Grant{
				confined(only(follow("", "pods"), differs("config.observe_pods", false)), "config.namespaces"),
				only(follow("", "nodes"), equals("config.observe_nodes", true)),
				confined(only(follow("", "services"), equals("config.observe_services", true)), "config.namespaces"),
				confined(only(follow("networking.k8s.io", "ingresses"), equals("config.observe_ingresses", true)), "config.namespaces"),
			},
		},
		"k8s_leader_elector": {
			Distributions: inContribAndK8s(), Since: "0.126.0",
			Grants: []Grant{
				lease(Grant{Verbs: []string{"get", "update"}, NamesPath: "config.lease_name"}),
				// What is created has no name yet to confine by.
				lease(Grant{Verbs: []string{"create"}}),
			},
		},
		"pprof": {
			Distributions: inAllButOTLP(),
			Ports:         []Port{{Name: "pprof", Path: "config.endpoint", Default: "localhost:1777", Protocol: "TCP", AppProtocol: "http"}},
		},
		"zpages": {
			Distributions: inAllButOTLP(),
			Ports:         []Port{{Name: "zpages", Path: "config.endpoint", Default: "localhost:55679", Protocol: "TCP", AppProtocol: "http"}},
		},
		"bearertokenauth": {Distributions: inContribAndK8s(), Mounts: secretOf("bearer", "config.filename", credentials)},
		"basicauth":       {Distributions: inContribAndK8s(), Mounts: secretOf("basic", "config.htpasswd.file", credentials)},
		"oauth2client":    {Distributions: inContribAndK8s()},
	}
}

func lease(grant Grant) Grant {
	grant.APIGroups, grant.Resources = []string{"coordination.k8s.io"}, []string{"leases"}
	grant.NamespacesPath = "config.lease_namespace"
	return grant
}

// stateDirectory is where queues and checkpoints stand in the container.
const stateDirectory = "/var/lib/otelcol"

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
			Defaults:      []Default{{Config: map[string]any{"directory": stateDirectory, "create_directory": true}}},
			Mounts: []Mount{
				{Name: "state", When: when(equals("mode", "daemonset")), Path: "config.directory", Volume: StateHostVolume},
				{Name: "state", When: when(equals("mode", "gateway"), equals("persistence", true)), Path: "config.directory", Volume: ClaimVolume},
				{Name: "state", When: when(differs("mode", "daemonset"), differs("persistence", true)), Path: "config.directory", Volume: ScratchVolume},
			},
		},
		"k8s_observer": {
			Distributions: inContribAndK8s(),
			Grants: []Grant{
				confined(only(read("", "pods"), differs("config.observe_pods", false)), "config.namespaces"),
				only(read("", "nodes"), equals("config.observe_nodes", true)),
				confined(only(read("", "services"), equals("config.observe_services", true)), "config.namespaces"),
				confined(only(read("networking.k8s.io", "ingresses"), equals("config.observe_ingresses", true)), "config.namespaces"),
			},
		},
		"k8s_leader_elector": {
			Distributions: inContribAndK8s(), Since: "0.126.0",
			Grants: []Grant{{
				APIGroups: []string{"coordination.k8s.io"}, Resources: []string{"leases"},
				Verbs: []string{"get", "create", "update"}, NamespacesPath: "config.lease_namespace",
			}},
		},
		"pprof": {
			Distributions: inAllButOTLP(),
			Ports:         []Port{{Name: "pprof", Path: "config.endpoint", Default: "localhost:1777", Protocol: "TCP", AppProtocol: "http"}},
		},
		"zpages": {
			Distributions: inAllButOTLP(),
			Ports:         []Port{{Name: "zpages", Path: "config.endpoint", Default: "localhost:55679", Protocol: "TCP", AppProtocol: "http"}},
		},
		"bearertokenauth": {Distributions: inContribAndK8s()},
		"basicauth":       {Distributions: inContribAndK8s()},
		"oauth2client":    {Distributions: inContribAndK8s()},
	}
}

// stateDirectory is where queues and checkpoints stand in the container.
const stateDirectory = "/var/lib/otelcol"

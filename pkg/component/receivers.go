package component

func receivers() map[string]Component {
	return map[string]Component{
		"otlp": otlpReceiver(),
		"prometheus": {
			Distributions: inAllButOTLP(), Signals: []string{"metrics"},
			Grants: prometheusGrants(),
		},
		"jaeger": jaegerReceiver(),
		"zipkin": {
			Distributions: inAllButOTLP(), Signals: []string{"traces"},
			Defaults: []Default{{Config: map[string]any{"endpoint": "${chart:host}:9411"}}},
			Ports: []Port{{
				Name: "zipkin", Path: "config.endpoint", Default: "localhost:9411",
				Protocol: "TCP", AppProtocol: "http", Service: true,
			}},
		},
		"file_log": {
			OldNames:      []OldName{{Name: "filelog", Before: "0.149.0"}},
			Distributions: inContribAndK8s(), Signals: []string{"logs"},
			Mounts: []Mount{{
				Name: "host", When: when(equals("mode", "daemonset")), Path: "config.include",
				Files: true, Volume: HostVolume, ReadOnly: true,
			}},
		},
		"host_metrics": {
			OldNames:      []OldName{{Name: "hostmetrics", Before: "0.151.0"}},
			Distributions: inAllButOTLP(), Signals: []string{"metrics"}, MoreSignals: []string{"logs"},
			Mounts: []Mount{{
				Name: "host-root", When: when(equals("mode", "daemonset")), Path: "config.root_path",
				Volume: RootVolume, ReadOnly: true,
			}},
		},
		"kubelet_stats": {
			OldNames:      []OldName{{Name: "kubeletstats", Before: "0.152.0"}},
			Distributions: inContribAndK8s(), Signals: []string{"metrics"},
			Grants: kubeletGrants(),
		},
		"k8s_cluster": {
			Distributions: inContribAndK8s(), Signals: []string{"metrics"}, MoreSignals: []string{"logs"},
			Grants: clusterGrants(),
		},
		"k8s_events": {
			Distributions: inContribAndK8s(), Signals: []string{"logs"},
			Grants: []Grant{confined(follow("", "events"), "config.namespaces")},
		},
		"k8s_objects": {
			OldNames:      []OldName{{Name: "k8sobjects", Before: "0.151.0"}},
			Distributions: inContribAndK8s(), Signals: []string{"logs"},
			Grants: []Grant{
				objects(differs("config.mode", "watch"), "list"),
				objects(equals("config.mode", "watch"), "list", "watch"),
			},
		},
		"receiver_creator": {
			Distributions: inContribAndK8s(), Signals: []string{"metrics", "logs"}, MoreSignals: []string{"traces", "profiles"},
		},
	}
}

// objects are the grants of k8s_objects for each kind that it is asked for.
func objects(mode Condition, verbs ...string) Grant {
	return Grant{
		Each: "config.objects", ResourcesPath: "config.name", GroupsPath: "config.group",
		When: when(mode), Verbs: verbs, NamespacesPath: "config.namespaces",
	}
}

func otlpReceiver() Component {
	return Component{
		Distributions: []string{"otlp", "core", "contrib", "k8s"},
		Signals:       allSignals(), MoreSignals: []string{"profiles"},
		Defaults: append([]Default{
			listenAt("protocols.grpc", "${chart:host}:4317"),
			listenAt("protocols.http", "${chart:host}:4318"),
		}, append(serveTLS("protocols.grpc", "protocols.http"), askClients("protocols.grpc", "protocols.http")...)...),
		Mounts: certificates("protocols.grpc", "protocols.http"),
		Ports: []Port{
			{
				Name: "otlp-grpc", When: when(exists("config.protocols.grpc")), Path: "config.protocols.grpc.endpoint",
				Default: "localhost:4317", Protocol: "TCP", AppProtocol: "grpc", Service: true,
			},
			{
				Name: "otlp-http", When: when(exists("config.protocols.http")), Path: "config.protocols.http.endpoint",
				Default: "localhost:4318", Protocol: "TCP", AppProtocol: "http", Service: true,
			},
		},
	}
}

func jaegerReceiver() Component {
	return Component{
		Distributions: inAllButOTLP(), Signals: []string{"traces"},
		Defaults: []Default{
			listenAt("protocols.grpc", "${chart:host}:14250"),
			listenAt("protocols.thrift_http", "${chart:host}:14268"),
			listenAt("protocols.thrift_compact", "${chart:host}:6831"),
			listenAt("protocols.thrift_binary", "${chart:host}:6832"),
		},
		Ports: []Port{
			jaegerPort("jaeger-grpc", "grpc", "14250", "TCP", "grpc"),
			jaegerPort("jaeger-http", "thrift_http", "14268", "TCP", "http"),
			jaegerPort("jaeger-compact", "thrift_compact", "6831", "UDP", ""),
			jaegerPort("jaeger-binary", "thrift_binary", "6832", "UDP", ""),
		},
	}
}

// listenAt gives an open protocol an address that is reachable in the Pod.
func listenAt(path, endpoint string) Default {
	return Default{When: when(exists("config." + path)), Config: nested(path+".endpoint", endpoint)}
}

func jaegerPort(name, protocol, number, transport, application string) Port {
	return Port{
		Name: name, When: when(exists("config.protocols." + protocol)), Path: "config.protocols." + protocol + ".endpoint",
		Default: "localhost:" + number, Protocol: transport, AppProtocol: application, Service: true,
	}
}

package component

func exporters() map[string]Component {
	return map[string]Component{
		"otlp_grpc": {
			OldNames:      []OldName{{Name: "otlp", Before: "0.144.0"}},
			Distributions: []string{"otlp", "core", "contrib", "k8s"},
			Signals:       allSignals(), MoreSignals: []string{"profiles"},
			Defaults: append(delivery(), waiting()),
		},
		"otlp_http": {
			OldNames:      []OldName{{Name: "otlphttp", Before: "0.144.0"}},
			Distributions: []string{"otlp", "core", "contrib", "k8s"},
			Signals:       allSignals(), MoreSignals: []string{"profiles"},
			Defaults: delivery(),
		},
		"prometheus": {
			Distributions: []string{"core", "contrib"}, Signals: []string{"metrics"},
			Defaults: []Default{{Config: map[string]any{"endpoint": "[${env:POD_IP}]:8889"}}},
			Ports: []Port{{
				Name: "prometheus", Path: "config.endpoint", Protocol: "TCP", AppProtocol: "http", Service: true,
			}},
		},
		"prometheus_remote_write": {
			OldNames:      []OldName{{Name: "prometheusremotewrite", Before: "0.154.0"}},
			Distributions: []string{"core", "contrib"}, Signals: []string{"metrics"},
		},
		"load_balancing": {
			OldNames:      []OldName{{Name: "loadbalancing", Before: "0.153.0"}},
			Distributions: inContribAndK8s(), Signals: []string{"traces"}, MoreSignals: []string{"metrics", "logs"},
			Defaults: balancedDelivery(),
			Grants: []Grant{
				ofService(follow("discovery.k8s.io", "endpointslices"), since("0.130.0")),
				ofService(follow("", "endpoints"), before("0.144.0")),
			},
		},
		"debug": {
			OldNames:      []OldName{{Name: "logging", Before: "0.86.0", Gone: "0.111.0"}},
			Distributions: inAllButOTLP(), Signals: allSignals(), MoreSignals: []string{"profiles"},
		},
		"file": {
			Distributions: inAllButOTLP(), Signals: allSignals(), MoreSignals: []string{"profiles"},
			Mounts: []Mount{{Name: "files", Path: "config.path", Files: true, Volume: ScratchVolume}},
		},
		"nop": {Distributions: inAllButOTLP(), Signals: allSignals(), MoreSignals: []string{"profiles"}, Since: "0.98.0"},
		"jaeger": {
			Distributions: []string{"core", "contrib"}, Signals: []string{"traces"}, Removed: "0.85.0",
			Instead: "Jaeger takes OTLP: use otlp_grpc with port 4317",
		},
	}
}

// ofService grants the exporter what the resolver of Kubernetes asks of one Service.
func ofService(grant Grant, conditions ...Condition) Grant {
	grant.ServicePath = "config.resolver.k8s.service"
	return only(grant, append(conditions, exists("config.resolver.k8s"))...)
}

// delivery is what keeps acknowledged data: retries, a bounded queue, and batches that
// are made behind the queue. A batch processor acknowledges before the queue holds the
// data, and so loses it on SIGKILL.
func delivery() []Default {
	queue := func(batch map[string]any) map[string]any {
		return map[string]any{"sending_queue": map[string]any{"sizer": "items", "queue_size": 100000, "batch": batch}}
	}
	// A receiver of gRPC refuses for good what is longer than 4 MiB (max_recv_msg_size_mib of configgrpc), and so few as
	// 8192 log lines of 500 bytes are.
	bytes := nested("sending_queue.batch", map[string]any{"sizer": "bytes", "min_size": 2000000, "max_size": 4000000})
	// Who says a size without its sizer means items, as upstream does.
	unsized := when(
		absent("config.sending_queue.batch.sizer"), absent("config.sending_queue.batch.min_size"), absent("config.sending_queue.batch.max_size"),
	)
	queueing := differs("config.sending_queue.enabled", false)
	return []Default{
		{Config: map[string]any{
			"retry_on_failure": map[string]any{"enabled": true},
			"sending_queue":    map[string]any{"enabled": true},
		}},
		{
			When:   when(queueing, since(batchingExporter), before(batchingBytes), differs("persistence", true)),
			Config: queue(map[string]any{"flush_timeout": "200ms", "min_size": 4096, "max_size": 8192}),
		},
		{When: when(queueing, since(batchingBytes)), Config: queue(map[string]any{"flush_timeout": "200ms"})},
		{When: append(when(queueing, since(batchingBytes)), unsized...), Config: bytes},
		{
			When: when(queueing, equals("persistence", true)),
			Config: map[string]any{
				"retry_on_failure": map[string]any{"max_elapsed_time": "0s"},
				"sending_queue":    map[string]any{"storage": "file_storage"},
			},
		},
	}
}

// waiting has a request wait for the connection and for its answer, as long as otlp_http does (confighttp, 30 s) and not
// 5 s. One that fails is kept for a later attempt, and a collector that is stopped makes none: what it kept is lost,
// though the backend takes what comes.
func waiting() Default {
	return Default{Config: map[string]any{"wait_for_ready": true, "timeout": "30s"}}
}

// balancedDelivery queues before the choice of a receiver: what stands in the queue of
// one that goes away would be lost.
func balancedDelivery() []Default {
	defaults := []Default{{
		When: when(since(batchingExporter)),
		Config: nested("protocol.otlp", map[string]any{
			"retry_on_failure": map[string]any{"enabled": false},
			"sending_queue":    map[string]any{"enabled": false},
		}),
	}}
	for _, d := range delivery() {
		defaults = append(defaults, Default{When: append(when(since(batchingExporter)), d.When...), Config: d.Config})
	}
	return defaults
}

const (
	// batchingExporter is the first version whose exporters batch (sending_queue.batch).
	batchingExporter = "0.123.0"
	// batchingBytes is the first whose batches have a sizer of their own (exporterhelper, queuebatch.BatchConfig), and
	// whose queue on disk counts items.
	batchingBytes = "0.130.0"
)

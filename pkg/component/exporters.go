package component

func exporters() map[string]Component {
	return map[string]Component{
		"otlp_grpc": {
			OldNames:      []OldName{{Name: "otlp", Before: "0.144.0"}},
			Distributions: []string{"otlp", "core", "contrib", "k8s"},
			Signals:       allSignals(), MoreSignals: []string{"profiles"},
			Defaults: append(delivery(fitsIntoAMessage), waiting()),
		},
		"otlp_http": {
			OldNames:      []OldName{{Name: "otlphttp", Before: "0.144.0"}},
			Distributions: []string{"otlp", "core", "contrib", "k8s"},
			Signals:       allSignals(), MoreSignals: []string{"profiles"},
			Defaults: delivery(fitsIntoAMessage),
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
// data, and so loses it on SIGKILL. In bytes, a batch has maxBytes at most.
func delivery(maxBytes int) []Default {
	queueing := differs("config.sending_queue.enabled", false)
	defaults := []Default{
		{Config: map[string]any{
			"retry_on_failure": map[string]any{"enabled": true},
			"sending_queue":    map[string]any{"enabled": true},
		}},
		{
			When:   when(queueing, since(batchingExporter), before(batchingBytes), differs("persistence", true)),
			Config: nested("sending_queue", map[string]any{"sizer": "items", "queue_size": 100000, "batch": map[string]any{"flush_timeout": "200ms", "min_size": 4096, "max_size": 8192}}),
		},
	}
	for _, d := range batches(maxBytes) {
		defaults = append(defaults, Default{When: append(when(queueing, since(batchingBytes)), d.When...), Config: nested("sending_queue", d.Config)})
	}
	return append(defaults, Default{
		When: when(queueing, equals("persistence", true)),
		Config: map[string]any{
			"retry_on_failure": map[string]any{"max_elapsed_time": "0s"},
			"sending_queue":    map[string]any{"storage": "file_storage"},
		},
	})
}

// batches are the settings of a queue whose batches have a sizer of their own. A receiver of gRPC refuses for good what
// is longer than 4 MiB (max_recv_msg_size_mib of configgrpc), and 8192 log lines of 500 bytes already are: so a batch is
// sized in bytes, unless the user sizes it in items. The collector computes the size of what a batch has at each request
// that comes, so that a large least size costs time.
func batches(maxBytes int) []Default {
	const (
		queue = "config.sending_queue.sizer"
		batch = "config.sending_queue.batch."
	)
	inBytes := nested("batch", map[string]any{"sizer": "bytes", "min_size": 250000, "max_size": maxBytes})
	least, most := nested("batch.min_size", 4096), nested("batch.max_size", 8192)
	return []Default{
		{When: when(equals(queue, "bytes")), Config: map[string]any{"queue_size": 100000000}},
		{Config: map[string]any{"sizer": "items", "queue_size": 100000, "batch": map[string]any{"flush_timeout": "200ms"}}},
		{When: when(absent(batch+"sizer"), absent(batch+"min_size"), absent(batch+"max_size")), Config: inBytes},
		{When: when(absent(batch+"sizer"), equals(queue, "bytes")), Config: inBytes},
		{When: when(equals(batch+"sizer", "bytes")), Config: inBytes},
		// A size without a sizer is one in the queue's, items.
		{When: when(absent(batch+"sizer"), differs(queue, "bytes"), exists(batch+"max_size")), Config: least},
		{When: when(absent(batch+"sizer"), differs(queue, "bytes"), exists(batch+"min_size")), Config: most},
		{When: when(equals(batch+"sizer", "items")), Config: least},
		{When: when(equals(batch+"sizer", "items")), Config: most},
	}
}

const (
	// fitsIntoAMessage is a little less than 4 MiB.
	fitsIntoAMessage = 4000000
	// fitsWhenSplit is so much less that it fits too when each trace of a batch has got its own copy of the resource and
	// all go to one receiver.
	fitsWhenSplit = 500000
)

// waiting has a request wait for the connection and for its answer, 15 s and not 5. One that fails is kept for a later
// attempt, and a collector that is stopped makes none: what it kept is lost, though the backend takes what comes. A
// Pod that is stopped has a minute, of which the preStop hook takes 5 s; a sidecar's often has half of one.
func waiting() Default {
	return Default{Config: map[string]any{"wait_for_ready": true, "timeout": "15s"}}
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
	for _, d := range delivery(fitsWhenSplit) {
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

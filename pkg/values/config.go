package values

// Without names what to leave out of the compiled config: a kind of component, or
// `pipelines`, then the id, then true. A later layer can say false.
type Without map[string]map[string]bool

// Preset is a part of the config that is switched on as a whole.
type Preset struct {
	// Switches the preset on.
	Enabled *bool `json:"enabled,omitempty"`
}

// LoadBalancing sends traces to a gateway, all spans of a trace to one Pod.
type LoadBalancing struct {
	// Switches the preset on.
	Enabled *bool `json:"enabled,omitempty"`
	// The gateway's headless Service: name or name.namespace.
	Service Hostname `json:"service,omitempty"`
}

// Presets are the ready-made parts of a config.
type Presets struct {
	// Container logs of the node, with checkpoints. DaemonSet only.
	Logs Preset `json:"logs,omitempty"`
	// CPU, memory, disk, file system and network of the node. DaemonSet only.
	HostMetrics Preset `json:"hostMetrics,omitempty"`
	// Metrics of Pods and containers from the node's kubelet. DaemonSet only.
	KubeletMetrics Preset `json:"kubeletMetrics,omitempty"`
	// Metrics of the cluster's objects; one leader collects.
	ClusterMetrics Preset `json:"clusterMetrics,omitempty"`
	// Kubernetes events as logs; one leader collects.
	KubernetesEvents Preset `json:"kubernetesEvents,omitempty"`
	// Adds Pod, workload and namespace attributes to all telemetry.
	KubernetesAttributes Preset `json:"kubernetesAttributes,omitempty"`
	// Adds attributes of the environment (env, system, ...).
	ResourceDetection Preset `json:"resourceDetection,omitempty"`
	// Scrapes Pods and Services that carry prometheus.io/scrape annotations.
	PrometheusDiscovery Preset `json:"prometheusDiscovery,omitempty"`
	// Starts receivers for Pods that carry io.opentelemetry.discovery annotations.
	AnnotationDiscovery Preset `json:"annotationDiscovery,omitempty"`
	// Sends traces to a gateway's headless Service, all spans of a trace to one Pod.
	LoadBalancing LoadBalancing `json:"loadBalancing,omitempty"`
	// Keeps whole traces with errors or high latency, and a share of the rest.
	TailSampling Preset `json:"tailSampling,omitempty"`
	// Request, error and duration metrics from spans.
	SpanMetrics Preset `json:"spanMetrics,omitempty"`
}

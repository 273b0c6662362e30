package values

// Config is the collector's own config, as its overlay in the values.
type Config struct {
	// Receivers by id, type or type/name.
	Receivers Components `json:"receivers,omitempty"`
	// Processors by id.
	Processors Components `json:"processors,omitempty"`
	// Exporters by id.
	Exporters Components `json:"exporters,omitempty"`
	// Connectors by id.
	Connectors Components `json:"connectors,omitempty"`
	// Extensions by id; each is enabled.
	Extensions Components `json:"extensions,omitempty"`
	// Pipelines, extensions in order, and the collector's own telemetry.
	Service ServiceConfig `json:"service,omitempty"`
}

// Components are the bodies of components, by id.
type Components map[string]map[string]any

// ServiceConfig is the section `service` of a collector's config.
type ServiceConfig struct {
	// Extensions that are enabled first, in this order.
	Extensions []string `json:"extensions,omitempty"`
	// Pipelines by signal, or signal/name.
	Pipelines map[string]Pipeline `json:"pipelines,omitempty"`
	// The collector's own telemetry.
	Telemetry map[string]any `json:"telemetry,omitempty"`
}

// Pipeline is what a signal passes through.
type Pipeline struct {
	// Ids of receivers, and of connectors that feed the pipeline.
	Receivers []string `json:"receivers,omitempty"`
	// Ids of processors. Those whose place is a rule are moved there.
	Processors []string `json:"processors,omitempty"`
	// Ids of exporters, and of connectors that the pipeline feeds.
	Exporters []string `json:"exporters,omitempty"`
}

// Without names what to leave out of the compiled config, by id: true. A later layer can
// say false.
type Without struct {
	// Receivers by id.
	Receivers map[string]bool `json:"receivers,omitempty"`
	// Processors by id.
	Processors map[string]bool `json:"processors,omitempty"`
	// Exporters by id.
	Exporters map[string]bool `json:"exporters,omitempty"`
	// Connectors by id.
	Connectors map[string]bool `json:"connectors,omitempty"`
	// Extensions by id.
	Extensions map[string]bool `json:"extensions,omitempty"`
	// Pipelines by id.
	Pipelines map[string]bool `json:"pipelines,omitempty"`
}

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
	// CPU, memory, disk, file system and network of the node, under its name. DaemonSet only.
	HostMetrics Preset `json:"hostMetrics,omitempty"`
	// Metrics of Pods and containers from the node's kubelet. DaemonSet only.
	KubeletMetrics Preset `json:"kubeletMetrics,omitempty"`
	// Metrics of the cluster's objects; one leader collects.
	ClusterMetrics Preset `json:"clusterMetrics,omitempty"`
	// Kubernetes events as logs; one leader collects.
	KubernetesEvents Preset `json:"kubernetesEvents,omitempty"`
	// Adds Pod, workload and namespace attributes to all telemetry.
	KubernetesAttributes Preset `json:"kubernetesAttributes,omitempty"`
	// Adds the attributes in the collector's variable OTEL_RESOURCE_ATTRIBUTES, and a DaemonSet's node, to what lacks them.
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

package values

import (
	corev1 "k8s.io/api/core/v1"
)

// Mode is how the collector runs.
type Mode string

// The modes.
const (
	DaemonSet Mode = "daemonset"
	Gateway   Mode = "gateway"
	Sidecar   Mode = "sidecar"
)

// Values is all that the chart takes.
type Values struct {
	// For a parent chart's `condition`; the chart itself does not read it.
	Enabled *bool `json:"enabled,omitempty"`
	// How the collector runs: `daemonset` (an agent on every node), `gateway` (a central tier) or `sidecar` (inside the Pods that ask for it).
	Mode Mode `json:"mode,omitempty" jsonschema:"enum=daemonset,enum=gateway,enum=sidecar"`
	// The defaults of each mode. Every key below them can also stand at the top level, where it overlays these: `modes.all`, then the mode in use, then the top level. Maps merge, a list or scalar replaces, and null removes.
	Modes Modes `json:"modes,omitempty"`
	// Values that a parent chart shares with its subcharts. Other keys are let through.
	Global Global `json:"global,omitempty"`
	// Replaces the chart's name in the names of objects.
	NameOverride Name `json:"nameOverride,omitempty"`
	// Replaces the names of objects as a whole.
	FullnameOverride Name `json:"fullnameOverride,omitempty"`
	// The namespace of all objects. Empty: the release's.
	NamespaceOverride Name `json:"namespaceOverride,omitempty"`

	Settings `json:",inline"`
}

// Global is what the chart reads of the values that charts share.
type Global struct {
	// Replaces the registry of every image.
	ImageRegistry Registry `json:"imageRegistry,omitempty"`
}

// Modes are the defaults of each mode.
type Modes struct {
	// What the three modes share.
	All Settings `json:"all,omitempty"`
	// The defaults of an agent on every node.
	DaemonSet Settings `json:"daemonset,omitempty"`
	// The defaults of a central tier.
	Gateway Settings `json:"gateway,omitempty"`
	// The defaults of a collector inside the Pods that ask for it.
	Sidecar Settings `json:"sidecar,omitempty"`
}

// Settings are the keys that stand below each mode and at the top level alike.
type Settings struct {
	// The collector's image.
	Image Image `json:"image,omitempty"`
	// Secrets that hold the credentials of registries.
	ImagePullSecrets []corev1.LocalObjectReference `json:"imagePullSecrets,omitempty"`

	// The collector's own config, laid over the presets. Maps merge, a scalar or list replaces, and the lists of a pipeline join. What is defined and named in no pipeline joins every pipeline of its signals. An empty body is {}, since Helm 4 drops null from a parent chart's values.
	Config Config `json:"config,omitempty"`
	// What to leave out of the config: `{processors: {k8s_attributes: true}, pipelines: {logs: true}}`.
	Without Without `json:"without,omitempty"`
	// Pipelines whose lists are taken from `config` to the letter: `{traces: true}`.
	ExactPipelines map[string]bool `json:"exactPipelines,omitempty"`
	// Laid under `config.service.telemetry`.
	Telemetry map[string]any `json:"telemetry,omitempty"`
	// Ready-made parts of the config.
	Presets Presets `json:"presets,omitempty"`

	// How many Pods a gateway has, while autoscaling is off.
	Replicas *int32 `json:"replicas,omitempty" jsonschema:"minimum=0,maximum=2147483647"`
	// Requests and limits of the collector's container. The memory limit sets memory_limiter's and
	// GOMEMLIMIT, the CPU limit GOMAXPROCS, in whole cores.
	Resources corev1.ResourceRequirements `json:"resources,omitempty"`
	// Scales a gateway by its CPU and memory, or by what KEDA's triggers say.
	Autoscaling Autoscaling `json:"autoscaling,omitempty"`
	// Works out what the collector needs of CPU and memory.
	VerticalPodAutoscaler VerticalPodAutoscaler `json:"verticalPodAutoscaler,omitempty"`
	// How many Pods of a gateway may be away at a time.
	PodDisruptionBudget PodDisruptionBudget `json:"podDisruptionBudget,omitempty"`
	// How Pods are replaced on a change.
	UpdateStrategy UpdateStrategy `json:"updateStrategy,omitempty"`
	// Queues and checkpoints on disk.
	Persistence Persistence `json:"persistence,omitempty"`

	// The account that the Pods run as.
	ServiceAccount ServiceAccount `json:"serviceAccount,omitempty"`
	// What the account may do in the Kubernetes API.
	RBAC RBAC `json:"rbac,omitempty"`

	// The Service in front of the collector; its ports follow from the config.
	Service Service `json:"service,omitempty"`
	// Who may reach the collector, and what it may reach; the ports follow from the config.
	NetworkPolicy NetworkPolicy `json:"networkPolicy,omitempty"`
	// The certificate of the OTLP receivers.
	TLS TLS `json:"tls,omitempty"`
	// What the OTLP receivers ask clients for.
	Auth Auth `json:"auth,omitempty"`
	// Publishes one port outside the cluster.
	Ingress Ingress `json:"ingress,omitempty"`
	// Publishes OTLP over HTTP through a Gateway of the Gateway API.
	HTTPRoute Route `json:"httpRoute,omitempty"`
	// Publishes OTLP over gRPC through a Gateway of the Gateway API.
	GRPCRoute Route `json:"grpcRoute,omitempty"`

	// Has Prometheus scrape the collector's own metrics.
	ServiceMonitor ServiceMonitor `json:"serviceMonitor,omitempty"`
	// Alerts on the collector's own metrics.
	PrometheusRule PrometheusRule `json:"prometheusRule,omitempty"`
	// Grafana dashboards of the collector's own metrics.
	Dashboards Dashboards `json:"dashboards,omitempty"`

	// Which Pods get a sidecar, and how.
	Sidecar SidecarInjection `json:"sidecar,omitempty"`
	// What `helm test` does: it sends telemetry with telemetrygen.
	Test Test `json:"test,omitempty"`

	// `openshift` leaves uid and fsGroup to the platform.
	Compat string `json:"compat,omitempty" jsonschema:"enum=,enum=openshift"`

	PodSettings `json:",inline"`
}

// PodDisruptionBudget is a gateway's; with replicas it keeps rollouts of nodes safe.
type PodDisruptionBudget struct {
	// Creates a PodDisruptionBudget for a gateway.
	Enabled *bool `json:"enabled,omitempty"`
	// How many Pods, or how many percent of them, must stay. Set `maxUnavailable: null` with it.
	MinAvailable *CountOrPercent `json:"minAvailable,omitempty"`
	// How many Pods, or how many percent of them, may be away.
	MaxUnavailable *CountOrPercent `json:"maxUnavailable,omitempty"`
	// Whether Pods that are not ready may be evicted regardless: IfHealthyBudget or AlwaysAllow.
	UnhealthyPodEvictionPolicy string `json:"unhealthyPodEvictionPolicy,omitempty" jsonschema:"enum=IfHealthyBudget,enum=AlwaysAllow"`
}

// UpdateStrategy serves DaemonSet, Deployment and StatefulSet; each takes the parameters
// that it has.
type UpdateStrategy struct {
	// RollingUpdate, OnDelete (DaemonSet, StatefulSet) or Recreate (Deployment).
	Type string `json:"type,omitempty" jsonschema:"enum=RollingUpdate,enum=OnDelete,enum=Recreate" jsonschema_extras:"nullable=false"`
	// How many Pods at a time.
	RollingUpdate RollingUpdate `json:"rollingUpdate,omitempty"`
}

// RollingUpdate says how many Pods are replaced at a time.
type RollingUpdate struct {
	// How many Pods, or how many percent of them, may be away.
	MaxUnavailable *CountOrPercent `json:"maxUnavailable,omitempty"`
	// How many Pods, or how many percent of them, may be there in addition.
	MaxSurge *CountOrPercent `json:"maxSurge,omitempty"`
	// A StatefulSet's Pods from this number on are replaced.
	Partition *int32 `json:"partition,omitempty" jsonschema:"minimum=0"`
}

// Persistence keeps queues and checkpoints on disk.
type Persistence struct {
	// Queues (and checkpoints) on disk. A gateway becomes a StatefulSet with a volume for each Pod; a DaemonSet keeps them on its node.
	Enabled *bool `json:"enabled,omitempty" jsonschema_extras:"nullable=false"`
	// The size of each gateway Pod's volume.
	Size *Quantity `json:"size,omitempty" jsonschema_extras:"nullable=false"`
	// Empty: the cluster's default.
	StorageClassName Hostname `json:"storageClassName,omitempty"`
	// How a volume may be mounted.
	AccessModes []corev1.PersistentVolumeAccessMode `json:"accessModes,omitempty" jsonschema_extras:"nullable=false"`
	// Annotations of the volume claims.
	Annotations map[string]string `json:"annotations,omitempty"`
	// What happens to the volumes when the StatefulSet is deleted: Retain or Delete.
	WhenDeleted string `json:"whenDeleted,omitempty" jsonschema:"enum=Retain,enum=Delete" jsonschema_extras:"nullable=false"`
	// What happens to a volume when its Pod is scaled away: Retain or Delete.
	WhenScaled string `json:"whenScaled,omitempty" jsonschema:"enum=Retain,enum=Delete" jsonschema_extras:"nullable=false"`
	// Let an autoscaler remove Pods, whose queues then wait on their volumes unsent.
	ScaleDown *bool `json:"scaleDown,omitempty"`
}

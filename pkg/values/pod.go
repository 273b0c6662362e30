package values

import corev1 "k8s.io/api/core/v1"

// PodSettings are the keys that go into the Pods or onto all objects as they are.
type PodSettings struct {
	// Pods share their node's network.
	HostNetwork *bool `json:"hostNetwork,omitempty"`
	// Empty: ClusterFirst, or ClusterFirstWithHostNet with hostNetwork.
	DNSPolicy corev1.DNSPolicy `json:"dnsPolicy,omitempty"`
	// The Pods' priority class.
	PriorityClassName Hostname `json:"priorityClassName,omitempty"`
	// Labels that a node must have.
	NodeSelector map[string]string `json:"nodeSelector,omitempty"`
	// Taints of nodes that Pods run on nevertheless.
	Tolerations []corev1.Toleration `json:"tolerations,omitempty"`
	// Where Pods run. A Pod affinity term without a labelSelector gets the release's own.
	Affinity corev1.Affinity `json:"affinity,omitempty"`
	// How Pods spread. A constraint without a labelSelector gets the release's own.
	TopologySpreadConstraints []corev1.TopologySpreadConstraint `json:"topologySpreadConstraints,omitempty"`
	// The Pods' security context.
	PodSecurityContext corev1.PodSecurityContext `json:"podSecurityContext,omitempty"`
	// The collector container's security context.
	SecurityContext corev1.SecurityContext `json:"securityContext,omitempty"`
	// Annotations of the Pods.
	PodAnnotations map[string]string `json:"podAnnotations,omitempty"`
	// Labels of the Pods.
	PodLabels map[string]string `json:"podLabels,omitempty"`
	// Labels of all objects. Those by which selectors find the Pods (`app.kubernetes.io/name`, `instance` and `component`) stay the chart's.
	CommonLabels map[string]string `json:"commonLabels,omitempty"`
	// Annotations of all objects.
	CommonAnnotations map[string]string `json:"commonAnnotations,omitempty"`

	// The collector's environment. What the config mentions of the Pod is set without it.
	Env []corev1.EnvVar `json:"env,omitempty"`
	// Environment from ConfigMaps and Secrets.
	EnvFrom []corev1.EnvFromSource `json:"envFrom,omitempty"`
	// Arguments added to the collector's command line.
	ExtraArgs []string `json:"extraArgs,omitempty"`
	// Volumes added to the Pods.
	ExtraVolumes []corev1.Volume `json:"extraVolumes,omitempty"`
	// Mounts added to the collector's container.
	ExtraVolumeMounts []corev1.VolumeMount `json:"extraVolumeMounts,omitempty"`
	// Containers beside the collector's.
	ExtraContainers []corev1.Container `json:"extraContainers,omitempty"`
	// Containers that run before the collector's.
	InitContainers []corev1.Container `json:"initContainers,omitempty"`
	// Objects added to the release: each a manifest, or a text with templates.
	ExtraManifests []Manifest `json:"extraManifests,omitempty"`

	// When a collector that does not answer is restarted. Only the timing; what is asked follows from the config.
	LivenessProbe Probe `json:"livenessProbe,omitempty"`
	// When a collector gets no data. Only the timing.
	ReadinessProbe Probe `json:"readinessProbe,omitempty"`
	// How long a collector may take to start. Only the timing.
	StartupProbe Probe `json:"startupProbe,omitempty"`
	// The collector container's hooks. New connections still arrive while endpoints are withdrawn, and the image has no shell: use `sleep`.
	Lifecycle corev1.Lifecycle `json:"lifecycle,omitempty"`
	// How long a collector may take to send what it holds before it is killed.
	TerminationGracePeriodSeconds *int64 `json:"terminationGracePeriodSeconds,omitempty" jsonschema:"minimum=0" jsonschema_extras:"nullable=false"`
	// How many old revisions the workload keeps.
	RevisionHistoryLimit *int32 `json:"revisionHistoryLimit,omitempty" jsonschema:"minimum=0" jsonschema_extras:"nullable=false"`
	// How long a new Pod must be ready before it counts.
	MinReadySeconds *int32 `json:"minReadySeconds,omitempty" jsonschema:"minimum=0" jsonschema_extras:"nullable=false"`
}

// Probe is the timing of a probe.
type Probe struct {
	// Seconds before the first probe.
	InitialDelaySeconds *int32 `json:"initialDelaySeconds,omitempty" jsonschema:"minimum=0"`
	// Seconds between probes.
	PeriodSeconds *int32 `json:"periodSeconds,omitempty" jsonschema:"minimum=1"`
	// Seconds until a probe has failed.
	TimeoutSeconds *int32 `json:"timeoutSeconds,omitempty" jsonschema:"minimum=1"`
	// Successes in a row that end a failure.
	SuccessThreshold *int32 `json:"successThreshold,omitempty" jsonschema:"minimum=1"`
	// Failures in a row that count.
	FailureThreshold *int32 `json:"failureThreshold,omitempty" jsonschema:"minimum=1"`
	// The grace period when this probe ends the container.
	TerminationGracePeriodSeconds *int64 `json:"terminationGracePeriodSeconds,omitempty" jsonschema:"minimum=1"`
}

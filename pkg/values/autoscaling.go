package values

import autoscalingv2 "k8s.io/api/autoscaling/v2"

// Autoscaling is what sets how many Pods a gateway has: a HorizontalPodAutoscaler, or a ScaledObject of KEDA.
type Autoscaling struct {
	// Creates a HorizontalPodAutoscaler (a ScaledObject with `keda.enabled`), which then owns `replicas`.
	Enabled *bool `json:"enabled,omitempty"`
	// The fewest Pods.
	MinReplicas *int32 `json:"minReplicas,omitempty" jsonschema:"minimum=1,maximum=2147483647" jsonschema_extras:"nullable=false"`
	// The most Pods.
	MaxReplicas *int32 `json:"maxReplicas,omitempty" jsonschema:"minimum=1,maximum=2147483647" jsonschema_extras:"nullable=false"`
	// Percent of the CPU request to hold; 0 leaves the metric out.
	TargetCPUUtilizationPercentage *int32 `json:"targetCPUUtilizationPercentage,omitempty" jsonschema:"minimum=0"`
	// Percent of the memory request to hold; 0 leaves the metric out.
	TargetMemoryUtilizationPercentage *int32 `json:"targetMemoryUtilizationPercentage,omitempty" jsonschema:"minimum=0"`
	// How fast to scale. With persistence, scaling down is off unless `persistence.scaleDown` allows it.
	Behavior *autoscalingv2.HorizontalPodAutoscalerBehavior `json:"behavior,omitempty"`
	// Scales with KEDA instead.
	KEDA KEDA `json:"keda,omitempty"`
}

// KEDA makes the autoscaler a ScaledObject, of which KEDA makes a HorizontalPodAutoscaler.
type KEDA struct {
	// Creates a ScaledObject instead of the HorizontalPodAutoscaler. The bounds, targets and behavior above hold for it too.
	Enabled *bool `json:"enabled,omitempty"`
	// Triggers besides CPU and memory, as KEDA takes them, such as a Prometheus query of the queues.
	Triggers []KEDATrigger `json:"triggers,omitempty"`
	// Seconds between two looks at the triggers. Empty: KEDA's own, 30.
	PollingInterval *int32 `json:"pollingInterval,omitempty" jsonschema:"minimum=1"`
	// How many Pods there are while a trigger can't be asked. Empty: as many as there were.
	Fallback *KEDAFallback `json:"fallback,omitempty"`
	// Annotations of the ScaledObject, such as autoscaling.keda.sh/paused.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// KEDATrigger is something that KEDA scales by.
type KEDATrigger struct {
	// The scaler's type, such as prometheus or cron.
	Type string `json:"type,omitempty" jsonschema:"minLength=1"`
	// The trigger's name, for triggers that others refer to.
	Name string `json:"name,omitempty"`
	// The scaler's settings, all of them texts.
	Metadata map[string]string `json:"metadata,omitempty"`
	// AverageValue (when left out), Value or Utilization.
	MetricType string `json:"metricType,omitempty" jsonschema:"enum=AverageValue,enum=Value,enum=Utilization"`
	// Whether the value is kept between two looks at it.
	UseCachedMetrics *bool `json:"useCachedMetrics,omitempty"`
	// The TriggerAuthentication that holds the scaler's credentials.
	AuthenticationRef *KEDAAuthentication `json:"authenticationRef,omitempty"`
}

// KEDAAuthentication names where a trigger's credentials are.
type KEDAAuthentication struct {
	// Its name.
	Name Hostname `json:"name,omitempty"`
	// TriggerAuthentication (when left out) or ClusterTriggerAuthentication.
	Kind string `json:"kind,omitempty" jsonschema:"enum=TriggerAuthentication,enum=ClusterTriggerAuthentication"`
}

// KEDAFallback is how many Pods there are while a trigger can't be asked.
type KEDAFallback struct {
	// How many times in a row it must fail.
	FailureThreshold *int32 `json:"failureThreshold,omitempty" jsonschema:"minimum=0"`
	// How many Pods there are then.
	Replicas *int32 `json:"replicas,omitempty" jsonschema:"minimum=0"`
}

// VerticalPodAutoscaler works out what a collector's container needs. Only requests are ever set: GOMEMLIMIT, GOMAXPROCS and
// what memory_limiter takes at the start follow from the limits, which stay those of `resources`.
type VerticalPodAutoscaler struct {
	// Creates a VerticalPodAutoscaler for the workload of a DaemonSet or gateway.
	Enabled *bool `json:"enabled,omitempty"`
	// Off (only says what it would set), Initial (sets it where Pods come anyway), Recreate (evicts Pods for it), or InPlaceOrRecreate (evicts where the node can't resize).
	UpdateMode string `json:"updateMode,omitempty" jsonschema:"enum=Off,enum=Initial,enum=Recreate,enum=InPlaceOrRecreate" jsonschema_extras:"nullable=false"`
	// The least that it says: {cpu, memory}. Empty: its own.
	MinAllowed ComputeResources `json:"minAllowed,omitempty"`
	// The most that it says: {cpu, memory}. Empty: the limits.
	MaxAllowed ComputeResources `json:"maxAllowed,omitempty"`
	// What it says something of: cpu, memory. Not what `autoscaling` measures, unless `updateMode` is Off.
	ControlledResources []string `json:"controlledResources,omitempty" jsonschema:"enum=cpu,enum=memory,minItems=1" jsonschema_extras:"nullable=false"`
	// Annotations of the VerticalPodAutoscaler.
	Annotations map[string]string `json:"annotations,omitempty"`
}

// ComputeResources are amounts of CPU and memory.
type ComputeResources struct {
	// CPU, such as 100m.
	CPU *Quantity `json:"cpu,omitempty"`
	// Memory, such as 256Mi.
	Memory *Quantity `json:"memory,omitempty"`
}

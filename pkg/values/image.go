package values

import corev1 "k8s.io/api/core/v1"

// ContainerImage is a reference to an image.
type ContainerImage struct {
	// The registry's host, with a port if need be.
	Registry Registry `json:"registry,omitempty"`
	// The repository in the registry. One that begins with a host, such as docker.io/otel/x, needs no `registry`. Docker Hub's otel/ is not on ghcr.io.
	Repository Repository `json:"repository,omitempty" jsonschema_extras:"nullable=false"`
	// The tag. Empty: the chart's appVersion.
	Tag Tag `json:"tag,omitempty"`
	// `sha256:...` pins the image; the tag is then only a remark.
	Digest Digest `json:"digest,omitempty"`
	// Always, IfNotPresent or Never.
	PullPolicy corev1.PullPolicy `json:"pullPolicy,omitempty" jsonschema_extras:"nullable=false"`
}

// Image is the collector's image and what is known of its content.
type Image struct {
	ContainerImage `json:",inline"`
	// What the image was built from: otlp, core, k8s, contrib or custom. Empty: read from the repository's name.
	Distribution string `json:"distribution,omitempty" jsonschema:"enum=,enum=otlp,enum=core,enum=k8s,enum=contrib,enum=custom"`
	// The collector's version where the tag does not say it (digest, latest, own build).
	CollectorVersion Version `json:"collectorVersion,omitempty"`
}

// Test is the Pod of `helm test`.
type Test struct {
	// Whether `helm test` has a Pod to run.
	Enabled *bool `json:"enabled,omitempty"`
	// The Service port that telemetry is sent to (OTLP over gRPC).
	Port PortName `json:"port,omitempty"`
	// Arguments added to telemetrygen's, which sends in plain text: `--otlp-insecure=false` and `--otlp-insecure-skip-verify` for a receiver with TLS.
	ExtraArgs []string `json:"extraArgs,omitempty"`
	// The image of telemetrygen.
	Image ContainerImage `json:"image,omitempty"`
}

package lint

import (
	"path"
	"regexp"
	"strings"
)

// Image is what a collector's container image says about it.
type Image struct {
	// Name is the reference as written; empty when none is given.
	Name string
	// Distribution is otlp, core, k8s or contrib, or custom when the image does not say.
	Distribution string
	// Version is X.Y.Z; AssumedVersion when the image does not say.
	Version string
	// Stated says that Version was read from the image or its object.
	Stated bool
}

// AssumedVersion is the collector that a config is judged for when nothing says which one
// will read it.
const AssumedVersion = "0.161.0"

// Custom is the distribution of an image that is nobody's release.
const Custom = "custom"

var (
	versionTag = regexp.MustCompile(`^v?(\d+\.\d+\.\d+)(?:[-+_.].*)?$`)
	// collectorName matches the repositories of collectors: upstream's releases, the
	// operator's and vendors' builds. The operator itself and its other parts do not.
	collectorName = regexp.MustCompile(`^(opentelemetry-collector(-(contrib|k8s|otlp|core|ebpf-profiler|opampsupervisor))?|otelcol([-_].*)?|([a-z0-9.]+-)*otel-collector([-_].*)?|([a-z0-9.]+-)*otelcol|nrdot-collector(-.*)?)$`)
)

// ParseImage reads distribution and version from an image reference. The tag counts also
// where a digest pins the image.
func ParseImage(name string) Image {
	image := Image{Name: name, Distribution: Custom, Version: AssumedVersion}
	repository, tag := splitImage(name)
	switch path.Base(repository) {
	case "opentelemetry-collector":
		image.Distribution = "core"
	case "opentelemetry-collector-contrib":
		image.Distribution = "contrib"
	case "opentelemetry-collector-k8s":
		image.Distribution = "k8s"
	case "opentelemetry-collector-otlp":
		image.Distribution = "otlp"
	}
	if match := versionTag.FindStringSubmatch(tag); match != nil {
		image.Version, image.Stated = match[1], true
	}
	return image
}

// released matches the repositories of upstream's releases.
var released = regexp.MustCompile(`^((index\.)?docker\.io/)?otel/opentelemetry-collector(-[a-z0-9]+)?$|` +
	`^ghcr\.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector(-[a-z0-9]+)?$`)

// Released says that the image is one of upstream's releases, whose files are known: the
// collector and its default config. A copy in another registry may hold more.
func (i Image) Released() bool {
	repository, _ := splitImage(i.Name)
	return released.MatchString(repository)
}

// IsCollectorImage tells whether an image reference names a collector.
func IsCollectorImage(name string) bool {
	repository, _ := splitImage(name)
	return collectorName.MatchString(path.Base(repository))
}

// splitImage cuts a reference into repository and tag; the digest is dropped.
func splitImage(name string) (repository, tag string) {
	name, _, _ = strings.Cut(name, "@")
	if colon := strings.LastIndex(name, ":"); colon > strings.LastIndex(name, "/") {
		return name[:colon], name[colon+1:]
	}
	return name, ""
}

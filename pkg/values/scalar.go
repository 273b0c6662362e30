package values

import (
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// The strings that have a form. The schema holds them to it; in Go they are strings.
type (
	// Registry is a host, with a port if need be; empty for none.
	Registry string
	// Repository is the path of an image in its registry.
	Repository string
	// Tag is an image's tag, or empty.
	Tag string
	// Digest is sha256: and 64 hexadecimal digits, or empty.
	Digest string
	// Version is X.Y.Z, with a leading v or a suffix if need be, or empty.
	Version string
	// Duration is written as Prometheus does, such as 30s or 1h30m, or empty.
	Duration string
	// GoDuration is written as Go does, such as 2160h or 1h30m, or empty.
	GoDuration string
	// Name is a DNS label of at most 63 characters, or empty.
	Name string
	// Hostname is DNS labels joined by dots, or empty.
	Hostname string
	// PortName is an IANA service name of at most 15 characters.
	PortName string
)

// Quantity is a Kubernetes quantity, written as text (100Mi) or as a number (0.5).
type Quantity = resource.Quantity

// CountOrPercent is a number, or a text such as 50%.
type CountOrPercent struct{ intstr.IntOrString }

// Expression is a Prometheus expression: a text, or a number.
type Expression struct{ intstr.IntOrString }

// Manifest is a Kubernetes object, or a text that templates make one.
type Manifest any

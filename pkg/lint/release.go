package lint

import (
	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Release is a use of this project's chart: what somebody wrote for it, and what it makes
// of that.
type Release struct {
	// Input is what the chart compiles its config from.
	Input collectorconfig.Input
	// Written are the values that a user or a parent chart gives, in Go's plain types. The
	// chart's defaults are not among them.
	Written map[string]any
	// Position says where a key of the values is written; ValueKey makes one.
	Position func(key string) source.Position
}

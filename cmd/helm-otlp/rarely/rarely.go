// Package rarely has garbage collected rarely from the start on. Packages are initialized in the order of their paths, so
// that this one comes before those of Kubernetes and of JSON Schema, whose tables took a quarter of the program's start.
// What runs then sets its own limits (internal/guard).
package rarely

import (
	"os"
	"runtime/debug"
)

// percent is how much may be added to what is in use before garbage is collected: a few MiB at the start.
const percent = 400

func init() { //nolint:gochecknoinits // It has to come before other packages' own.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

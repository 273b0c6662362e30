// Package values is the chart's public API as Go types: what charts/otlp-collector takes
// in values.yaml, strictly decoded, resolved for a mode, and as a JSON Schema.
//
// The defaults stand in the chart's values.yaml alone. The comments of the fields here
// are the descriptions in values.schema.json and docs/values.md.
//
// Every key of the settings may be null, at any depth: null removes what a lower layer
// gave. Inside config and telemetry null is a value like any other, because the
// collector takes `grpc:` for "grpc with its defaults".
package values

// Package collectorconfig reads, compiles and judges OpenTelemetry Collector configs.
//
// Compile lays mode base, presets and the user's overlay over one another and yields
// the collector's config; Derive says what that config needs of Kubernetes. Both are
// the reference for the chart's template interpreter, which must agree byte for byte.
// Parse reads any collector YAML with positions and reports every problem at once.
package collectorconfig

// Package otelcol runs real OpenTelemetry Collectors in tests.
//
// Two distributions are kept beside it, v0.149 and v0.161, each a module of its own that a plain go build turns
// into a binary; their components.txt tells what is in them. A test takes a compiled Kubernetes config, lets
// [Rewrite] adapt it to a plain machine, checks it with [Validate], runs it with [Start], sends numbered spans,
// points and log records with [telemetry.Send] and asks the [telemetry.Sink] which numbers came out. [Deliver] does
// all of that in one call.
//
// Everything listens on loopback and writes below a folder that the test names, so tests may run in parallel.
package otelcol

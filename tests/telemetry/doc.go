// Package telemetry sends numbered spans, data points and log records over OTLP and counts which of the numbers
// arrive, so that a test can say what was lost, what came twice and what came though nobody acknowledged it.
//
// [Send] sends some numbers once. A [Load] sends at a rate, and again what was refused, as an OTLP SDK does; its
// [Run] keeps which numbers were acknowledged. A [Sink] is the backend: it counts by number and can be told, while
// it runs, to refuse, to be slow, to be down or to flap. [Sink.Tally] and [Sink.Traces] compare the two. The lines
// of cmd/lines are counted by the same sink when they come out of a log pipeline.
package telemetry

// Package charts embeds the charts of this project, so that a binary carries the very
// templates that Helm installs.
package charts

import "embed"

// Collector is the name of the chart's folder, and of the chart.
const Collector = "otlp-collector"

// Files holds every file of the charts below the folder Collector, the partial templates
// (_*.tpl) too.
//
//go:embed all:otlp-collector
var Files embed.FS

package otelcol

import (
	"testing"

	"github.com/helm-otlp/helm-otlp/tests/binaries"
)

// Distribution is one of the collectors whose sources are kept in this folder.
type Distribution struct {
	// Name is what tests/binaries calls it, such as otelcol-0.161.
	Name string
	// Version is what the binary reports, such as 0.161.0.
	Version string
}

// Distributions returns every collector that tests run, oldest first.
func Distributions() []Distribution {
	return []Distribution{
		{Name: "otelcol-0.149", Version: "0.149.0"},
		{Name: "otelcol-0.161", Version: "0.161.0"},
	}
}

// Binary returns the path of the built collector. Where the cache of test binaries does not have it, it is built
// first, which on a cold Go build cache takes longer than a test may: see the package tests/binaries.
func (d Distribution) Binary(tb testing.TB) string {
	tb.Helper()
	return binaries.For(tb, d.Name)
}

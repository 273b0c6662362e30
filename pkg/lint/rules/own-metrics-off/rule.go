// Package ownmetricsoff has the rule own-metrics-off.
package ownmetricsoff

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector counts nothing of what it does.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "own-metrics-off",
		Severity: lint.Warning,
		Summary:  "The collector counts nothing of what it does.",
		Why:      "What it refuses, drops and keeps waiting shows in its own metrics and nowhere else. At the level none it has none, and lost data is found out by those who miss it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/internal-telemetry/#configure-internal-metrics",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		// A sidecar's are as many as the Pods, and some turn them off for it.
		if c.Config == nil || !c.Runs() || c.Mode == lint.Sidecar {
			continue
		}
		path := []any{"service", "telemetry", "metrics", "level"}
		if strings.EqualFold(c.Config.At(path...).Text(), "none") {
			p.ReportConfig(c, path, nil, "%s has no metrics of its own, so nothing tells of data that it refuses or loses: set the level to normal", c.Name()).
				Set(c.ConfigPlace(path...), "normal")
		}
	}
}

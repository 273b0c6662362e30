// Package logleveldebug has the rule log-level-debug.
package logleveldebug

import (
	_ "embed"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: the collector logs at the level debug.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "log-level-debug",
		Severity: lint.Info,
		Summary:  "The collector logs at the level debug.",
		Why:      "Each batch and each connection is a line or more, which costs CPU, and disk on the node; where the logs are collected it is data in the backend, and on an agent that reads its own log it never ends.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/collector/internal-telemetry/#configure-internal-logs",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() {
			continue
		}
		path := []any{"service", "telemetry", "logs", "level"}
		if strings.EqualFold(c.Config.At(path...).Text(), "debug") {
			p.ReportConfig(c, path, nil, "%s logs at the level debug: set it to info once the fault is found", c.Name()).
				Set(c.ConfigPlace(path...), "info")
		}
	}
}

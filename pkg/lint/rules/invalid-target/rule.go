// Package invalidtarget has the rule invalid-target.
package invalidtarget

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a component sends to what is no address.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "invalid-target",
		Severity: lint.Error,
		Summary:  "An exporter, or another component, sends to what is no address of a server.",
		Why:      "The collector does not start with a gRPC endpoint without a port, or with a path. With a URL of HTTP that lacks its scheme it may start, and every request fails. One whose path no server of OTLP has is a warning.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/exporter/otlpexporter/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	p.ReportProblems(collectorconfig.CodeInvalidTarget)
}

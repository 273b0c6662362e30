// Package exporterspeaksotherprotocol has the rule exporter-speaks-other-protocol.
package exporterspeaksotherprotocol

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an exporter speaks gRPC to a port of HTTP, or the other way round.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "exporter-speaks-other-protocol",
		Severity: lint.Error,
		Summary:  "An exporter speaks OTLP over gRPC to a port where OTLP over HTTP is spoken, or the other way round.",
		Why:      "A server of one does not understand the other, and every request fails. Where the input does not show what listens, port 4317 is taken for gRPC and 4318 for HTTP, as OTLP has them, and it is a warning.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/specs/otel/protocol/exporter/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, t := range c.Targets() {
			if t.OTLP {
				judge(p, c, t)
			}
		}
	}
}

func judge(p *lint.Pass, c *lint.Collector, t lint.Target) {
	reach, reached := p.Reach(c, t)
	if spoken, by, known := reach.Spoken(t); known {
		if spoken != t.Protocol {
			instead := "use " + exporterOf(spoken)
			if right := reach.PortOf(t.Protocol); right > 0 {
				instead = fmt.Sprintf("send to port %d, or %s", right, instead)
			}
			p.ReportConfig(c, t.Path, nil, "the exporter %s speaks %s to port %d of Service %s, where %s listens for %s: %s",
				t.Exporter, lint.InWords(t.Protocol), t.Port, reach.Name, by, lint.InWords(spoken), instead)
		}
		return
	}
	spoken := map[int64]string{4317: lint.GRPC, 4318: lint.HTTP}[t.Port]
	named := strings.ToLower(reach.Port.At("name").Text() + " " + reach.Port.At("appProtocol").Text())
	if spoken == "" || spoken == t.Protocol || reached && (reach.Direct || strings.Contains(named, t.Protocol)) {
		return
	}
	field := c.Config.At(t.Path...)
	p.Report(lint.Place{
		Object: c.Config.ObjectOf(field), Field: field, Values: lint.ConfigValues(t.Path...), Severity: lint.Warning,
	}, "the exporter %s speaks %s to port %d, which is OTLP's for %s: send to %d, or use %s",
		t.Exporter, lint.InWords(t.Protocol), t.Port, lint.InWords(spoken), map[string]int{lint.GRPC: 4317, lint.HTTP: 4318}[t.Protocol], exporterOf(spoken))
}

func exporterOf(protocol string) string {
	return map[string]string{lint.GRPC: "otlp_grpc", lint.HTTP: "otlp_http"}[protocol]
}

// Package exporterportnotserved has the rule exporter-port-not-served.
package exporterportnotserved

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an exporter sends to a port that its Service doesn't have.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "exporter-port-not-served",
		Severity: lint.Error,
		Summary:  "An exporter sends to a port that the Service it names does not have, or that no Pod behind a headless one listens on.",
		Why:      "Nothing answers there. The exporter tries again until its queue is full or its time is up, and drops what it has.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/services-networking/service/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, t := range c.Targets() {
			reach, ok := p.Reach(c, t)
			if why := reach.Unserved(t.Port); ok && why != "" {
				p.ReportConfig(c, t.Path, nil, "the exporter %s sends to port %d of Service %s, %s", t.Exporter, t.Port, reach.Name, why)
			}
		}
	}
}

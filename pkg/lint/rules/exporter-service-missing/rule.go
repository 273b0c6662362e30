// Package exporterservicemissing has the rule exporter-service-missing.
package exporterservicemissing

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an exporter or an application names a Service that differs from one of the input by a slip.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "exporter-service-missing",
		Severity: lint.Warning,
		Summary:  "An exporter or an application sends to a Service that the input does not have, and nearly names one that takes it.",
		Why:      "The name is not found, and the sender drops what it has when its queue is full or its time is up.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	exporters(p)
	senders(p)
}

func exporters(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, t := range c.Targets() {
			name, meant := nearest(p, t, func(other lint.Target) (lint.Reach, bool) { return p.Reach(c, other) })
			if meant != "" {
				p.ReportConfig(c, t.Path, nil, "the exporter %s sends to Service %s, which the input does not have: write %s", t.Exporter, name, meant)
			}
		}
	}
}

func senders(p *lint.Pass) {
	for _, s := range p.Senders() {
		name, meant := nearest(p, s.Target, func(other lint.Target) (lint.Reach, bool) {
			s.Target = other
			return p.ReachOf(s)
		})
		if meant != "" {
			p.Report(s.Place, "%s sends to Service %s, which the input does not have: write %s", s.Name, name, meant)
		}
	}
}

// taken says that a Service of the input, or one that the operator makes, has a name, in whatever namespace.
func taken(p *lint.Pass, name string) bool {
	for _, o := range p.Objects {
		if o.Kind("", "Service") && o.Ref.Name == name {
			return true
		}
	}
	return slices.ContainsFunc(p.Collectors, func(c *lint.Collector) bool {
		return slices.Contains(c.Made(), name)
	})
}

// nearest is the name of the Service that a target names, and of the one that is meant where the input does not have that:
// one that takes data on the port, in the namespace that the host names, and differs by a slip.
func nearest(p *lint.Pass, t lint.Target, reached func(lint.Target) (lint.Reach, bool)) (name, instead string) {
	name, rest, _ := strings.Cut(t.Host, ".")
	// A Service of this name that another namespace has may be meant.
	if taken(p, name) {
		return name, ""
	}
	for _, other := range p.Collectors {
		var names []string
		for _, service := range p.Services(other) {
			names = append(names, service.Ref.Name)
		}
		for _, candidate := range append(names, other.Made()...) {
			if !lint.Slip(name, candidate) && (!other.Operator || candidate != name+"-collector") {
				continue
			}
			meant := t
			meant.Host = strings.TrimSuffix(candidate+"."+rest, ".")
			reach, ok := reached(meant)
			if !ok {
				continue
			}
			if _, _, takes := other.OTLPAt(reach.PodPort(other, meant)); takes {
				return name, candidate
			}
		}
	}
	return name, ""
}

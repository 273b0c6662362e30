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

// Rule finds it: an exporter or an application names a Service that differs from one of the input by a slip, or by its namespace.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "exporter-service-missing",
		Severity: lint.Warning,
		Summary:  "An exporter or an application sends to a Service that the input does not have, and nearly names one that takes it, or one of another namespace.",
		Why:      "The name is not found, and the sender drops what it has when its queue is full or its time is up. A name alone is looked for in the namespace of the Pod that asks.",
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
			from := sending{t, c.SearchedNamespace(), func(other lint.Target) (lint.Reach, bool) { return p.Reach(c, other) }}
			if name, instead := from.judge(p); instead != "" {
				p.ReportConfig(c, t.Path, nil, "the exporter %s sends to Service %s, which the input does not have: write %s", t.Exporter, name, instead)
			}
		}
	}
}

func senders(p *lint.Pass) {
	for _, s := range p.Senders() {
		from := sending{s.Target, s.SearchedNamespace(), func(other lint.Target) (lint.Reach, bool) {
			s.Target = other
			return p.ReachOf(s)
		}}
		if name, instead := from.judge(p); instead != "" {
			p.Report(s.Place, "%s sends to Service %s, which the input does not have: write %s", s.Name, name, instead)
		}
	}
}

// sending is what is sent to a target.
type sending struct {
	target lint.Target
	// namespace whose Services go by their name alone; empty where that is not known.
	namespace string
	// reached is what a target leads to from the same place.
	reached func(lint.Target) (lint.Reach, bool)
}

// judge returns the Service that the target names, as messages call it, and what is meant where the input does not have
// that; else nothing.
func (s sending) judge(p *lint.Pass) (name, instead string) {
	name, rest, _ := strings.Cut(s.target.Host, ".")
	if homes := namespacesOf(p, name); len(homes) > 0 {
		return s.elsewhere(p, name, rest, homes)
	}
	return name, s.slipped(p, name, rest)
}

// namespacesOf are those that have a Service of a name, be it the operator's.
func namespacesOf(p *lint.Pass, name string) []string {
	var found []string
	for _, o := range p.Objects {
		if o.Kind("", "Service") && o.Ref.Name == name {
			found = append(found, o.Ref.Namespace)
		}
	}
	for _, c := range p.Collectors {
		if slices.Contains(c.Made(), name) {
			found = append(found, c.Namespace())
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// slipped is the name of the Service that is meant: one that takes data on the port, in the namespace that the host names,
// and differs by a slip.
func (s sending) slipped(p *lint.Pass, name, rest string) string {
	for _, other := range p.Collectors {
		var names []string
		for _, service := range p.Services(other) {
			names = append(names, service.Ref.Name)
		}
		for _, candidate := range append(names, other.Made()...) {
			if !lint.Slip(name, candidate) && (!other.Operator || candidate != name+"-collector") {
				continue
			}
			if s.taken(strings.TrimSuffix(candidate+"."+rest, ".")) {
				return candidate
			}
		}
	}
	return ""
}

// elsewhere is judge for a name that Services of some namespaces have. It is another's where the host names no namespace,
// or names, by a slip, one that the input does not know.
func (s sending) elsewhere(p *lint.Pass, name, rest string, homes []string) (asked, instead string) {
	namespace, rest, _ := strings.Cut(rest, ".")
	home, short := homes[0], namespace == ""
	if short {
		namespace = s.namespace
	}
	// The namespace default may be the one that whoever rendered the objects left unsaid.
	unknown := namespace == "" || home == "default" || len(homes) > 1
	if unknown || namespace == home || !short && (!lint.Slip(namespace, home) || known(p, namespace)) {
		return "", ""
	}
	instead = name + "." + home
	if !s.taken(strings.TrimSuffix(instead+"."+rest, ".")) {
		return "", ""
	}
	return name + " of the namespace " + namespace, instead
}

// known says that an object of the input stands in a namespace, or is it.
func known(p *lint.Pass, namespace string) bool {
	return slices.ContainsFunc(p.Objects, func(o *lint.Object) bool {
		return o.Ref.Namespace == namespace || o.Kind("", "Namespace") && o.Ref.Name == namespace
	})
}

// taken says that a collector behind a host takes what would be sent there.
func (s sending) taken(host string) bool {
	meant := s.target
	meant.Host = host
	reach, ok := s.reached(meant)
	return ok && slices.ContainsFunc(reach.Collectors, func(c *lint.Collector) bool {
		_, _, takes := c.OTLPAt(reach.PodPort(c, meant))
		return takes
	})
}

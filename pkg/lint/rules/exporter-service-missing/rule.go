// Package exporterservicemissing has the rule exporter-service-missing.
package exporterservicemissing

import (
	_ "embed"
	"regexp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an exporter names a Service that differs from one of the input by a slip.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "exporter-service-missing",
		Severity: lint.Warning,
		Summary:  "An exporter sends to a Service that the input does not have, and nearly names one that takes it.",
		Why:      "The name is not found, and the exporter drops what it has when its queue is full or its time is up.",
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
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, t := range c.Targets() {
			name, rest, _ := strings.Cut(t.Host, ".")
			// A Service of this name that another namespace has may be meant.
			if taken(p, name) {
				continue
			}
			if meant := nearest(p, c, t, name, rest); meant != "" {
				p.ReportConfig(c, t.Path, nil, "the exporter %s sends to Service %s, which the input does not have: write %s", t.Exporter, name, meant)
			}
		}
	}
}

// taken says that a Service of the input has a name, in whatever namespace.
func taken(p *lint.Pass, name string) bool {
	for _, o := range p.Objects {
		if o.Kind("", "Service") && o.Ref.Name == name {
			return true
		}
	}
	return false
}

// nearest is the name of the Service that is meant: one that takes data on the port, in the
// namespace that the host names, and differs by a slip.
func nearest(p *lint.Pass, c *lint.Collector, t lint.Target, name, rest string) string {
	for _, other := range p.Collectors {
		var names []string
		for _, service := range p.Services(other) {
			names = append(names, service.Ref.Name)
		}
		made := ""
		if other.Operator {
			made = other.Object.Ref.Name + "-collector"
			names = append(names, made)
		}
		for _, candidate := range names {
			if candidate == name || !slip(name, candidate) && (candidate != made || other.Object.Ref.Name != name) {
				continue
			}
			meant := t
			meant.Host = strings.TrimSuffix(candidate+"."+rest, ".")
			reach, ok := p.Reach(c, meant)
			if !ok {
				continue
			}
			if _, _, takes := other.OTLPAt(reach.PodPort(other, meant)); takes {
				return candidate
			}
		}
	}
	return ""
}

var word = regexp.MustCompile(`^[a-z]{5,}$`)

// slip says that two names differ in one letter of one word, or in two letters that have
// changed places. A digit, or a short word, may well be meant.
func slip(a, b string) bool {
	as, bs := strings.Split(strings.ToLower(a), "-"), strings.Split(strings.ToLower(b), "-")
	if len(as) != len(bs) {
		return false
	}
	differ := 0
	for i := range as {
		if as[i] == bs[i] {
			continue
		}
		if differ++; !word.MatchString(as[i]) || !word.MatchString(bs[i]) || !oneLetter(as[i], bs[i]) {
			return false
		}
	}
	return differ == 1
}

// oneLetter says that a letter more, less or other makes one word of the other, or two
// neighbours that change places.
func oneLetter(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	at := 0
	for at < len(a) && a[at] == b[at] {
		at++
	}
	switch {
	case len(b) == len(a)+1:
		return a[at:] == b[at+1:]
	case len(b) != len(a):
		return false
	case a[at+1:] == b[at+1:]:
		return true
	default:
		return at+1 < len(a) && a[at] == b[at+1] && a[at+1] == b[at] && a[at+2:] == b[at+2:]
	}
}

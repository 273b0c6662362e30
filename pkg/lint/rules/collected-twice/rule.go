// Package collectedtwice has the rule collected-twice.
package collectedtwice

import (
	_ "embed"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: two collectors collect the same and send it to the same place.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "collected-twice",
		Severity: lint.Warning,
		Summary:  "Two collectors of the input collect the same and send it to the same place.",
		Why:      "Each log record and event is stored twice, sums are twice what they are, and the bill is. Collectors that send to different places, or elect a leader, are meant to.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/platforms/kubernetes/collector/components/",
		Run:      run,
	}
}

// source is a receiver that collects by itself.
type source struct {
	c        *lint.Collector
	id, name string
	body     map[string]any
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	var before []source
	for _, c := range p.Collectors {
		if c.Config == nil || c.Mode == lint.Sidecar || c.Mode == lint.None || p.Repeated(c.Object) {
			continue
		}
		var own []source
		for _, s := range sources(c) {
			own = append(own, s)
			for _, other := range before {
				if lint.Together(c.Object, other.c.Object) && s.same(other) && sharesDestination(s, other) {
					p.ReportConfig(c, []any{"receivers", s.id}, nil, "the receiver %s collects what %s of %s does, and sends it to the same place: leave one of them out",
						s.id, other.id, other.c.Name())
					break
				}
			}
		}
		before = append(before, own...)
	}
}

// what has the receivers that collect by themselves, and the keys of each that say what. Of the
// others, how it is collected is no matter. onNode says that each collects of its own node.
func what() map[string]struct {
	keys   []string
	onNode bool
} {
	return map[string]struct {
		keys   []string
		onNode bool
	}{
		"k8s_cluster":   {[]string{"namespaces", "namespace", "distribution", "metrics", "resource_attributes", "context"}, false},
		"k8s_events":    {[]string{"namespaces", "context"}, false},
		"k8s_objects":   {[]string{"objects", "namespaces", "context"}, false},
		"kubelet_stats": {[]string{"metric_groups", "metrics", "node"}, true},
		"host_metrics":  {[]string{"scrapers", "root_path"}, true},
		"file_log":      {[]string{"include", "exclude"}, true},
	}
}

func sources(c *lint.Collector) []source {
	var found []source
	for _, id := range c.Config.UsedIn("receivers") {
		name := lint.Canonical(component.Receiver, id)
		if _, collects := what()[name]; collects {
			body, _ := c.Config.At("receivers", id).Value().(map[string]any)
			found = append(found, source{c, id, name, body})
		}
	}
	return found
}

// same says that two receivers collect the same.
func (s source) same(other source) bool {
	of := what()[s.name]
	if s.name != other.name || s.c.Object.Ref.Name == other.c.Object.Ref.Name || elects(s) || elects(other) || s.name == "file_log" && (!ofContainers(s) || filters(s) || filters(other)) {
		return false
	}
	for _, key := range of.keys {
		// A variable may be another in each.
		if !reflect.DeepEqual(s.body[key], other.body[key]) || key != "node" && lint.Varies(s.body[key]) {
			return false
		}
	}
	return !of.onNode || lint.SharesNodes(s.c.Object, other.c.Object)
}

func elects(s source) bool { return s.body["k8s_leader_elector"] != nil }

// ofContainers says that a file_log reads what the kubelet keeps of the node's containers: other
// files may be in the container itself.
func ofContainers(s source) bool {
	files, _ := s.body["include"].([]any)
	for _, file := range files {
		text, _ := file.(string)
		if !strings.HasPrefix(text, "/var/log/pods/") && !strings.HasPrefix(text, "/var/log/containers/") {
			return false
		}
	}
	return len(files) > 0
}

// filters says that an operator of a file_log may leave out a part of what it reads.
func filters(s source) bool {
	operators, _ := s.body["operators"].([]any)
	return slices.ContainsFunc(operators, func(operator any) bool {
		body, _ := operator.(map[string]any)
		return body["type"] == "filter"
	})
}

// destination is where an exporter sends, and as whom.
type destination struct {
	address  collectorconfig.Address
	protocol string
	// namespace is where a name without dots is looked up.
	namespace string
	// as is what else says where the data ends up: headers, a token, an index.
	as any
}

// sharesDestination says that two receivers' data goes to one address, and nothing on the way
// may leave out a part.
func sharesDestination(a, b source) bool {
	second := b.destinations()
	for _, one := range a.destinations() {
		for _, other := range second {
			if reflect.DeepEqual(one, other) && !lint.Varies(one.as) {
				return true
			}
		}
	}
	return false
}

// destinations are those of the pipelines that a receiver feeds, where nothing leaves out a part.
func (s source) destinations() []destination {
	targets := s.c.Targets()
	var found []destination
	for _, pipeline := range s.c.Config.Pipelines() {
		at := func(role string) []string { return s.c.Config.At("service", "pipelines", pipeline, role).Texts() }
		if !slices.Contains(at("receivers"), s.id) || slices.ContainsFunc(at("processors"), leavesOut) {
			continue
		}
		for _, t := range targets {
			// The loopback is that of each.
			if !slices.Contains(at("exporters"), t.Exporter) || t.Loopback() {
				continue
			}
			to := destination{t.Address, t.Protocol, "", sendsAs(s.c.Config, t)}
			if !strings.Contains(t.Host, ".") {
				to.namespace = s.c.Namespace()
			}
			found = append(found, to)
		}
	}
	return found
}

// sendsAs is the body of an exporter without its address, which is compared as it is read, and
// without how it waits; and the body of the extension that says who it is.
func sendsAs(config *lint.Config, t lint.Target) []any {
	body, _ := config.At("exporters", t.Exporter).Value().(map[string]any)
	body = maps.Clone(body)
	for _, key := range []any{t.Path[2], "sending_queue", "retry_on_failure", "timeout"} {
		name, _ := key.(string)
		delete(body, name)
	}
	authenticator := config.At("exporters", t.Exporter, "auth", "authenticator").Text()
	return []any{body, config.At("extensions", authenticator).Value()}
}

// leavesOut says that a processor may leave out a part of what it gets.
func leavesOut(id string) bool {
	return slices.Contains([]string{"filter", "probabilistic_sampler", "log_dedup"}, lint.Canonical(component.Processor, id))
}

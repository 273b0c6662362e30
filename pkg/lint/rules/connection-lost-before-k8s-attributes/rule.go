// Package connectionlostbeforek8sattributes has the rule connection-lost-before-k8s-attributes.
package connectionlostbeforek8sattributes

import (
	_ "embed"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: k8s_attributes goes by the sender's address, behind a processor that loses it.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "connection-lost-before-k8s-attributes",
		Severity: lint.Warning,
		Summary:  "k8s_attributes goes by the sender's address, behind a processor that loses it.",
		Why:      "A processor that gathers data, or holds it back, passes it on without the connection that it came by. k8s_attributes then finds no Pod, and adds nothing.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/k8sattributesprocessor/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		for _, pipeline := range c.Config.Pipelines() {
			if c.ReceivesFromNetwork(pipeline) {
				judge(p, c, pipeline)
			}
		}
	}
}

func judge(p *lint.Pass, c *lint.Collector, pipeline string) {
	loser := ""
	for _, step := range c.Config.Steps(pipeline, "processors") {
		switch name := lint.Canonical(component.Processor, step.ID); {
		case loser == "" && loses(name):
			loser = step.ID
		case loser != "" && name == "k8s_attributes":
			if how := goesBy(p, c, step.ID); how != "" {
				p.ReportConfig(c, step.Path, nil,
					"%s finds the Pod by the connection (%s), and stands behind %s, which loses it: put it before %s", step.ID, how, loser, loser)
			}
		}
	}
}

// loses tells whether a processor passes on what it gets later and without the connection.
func loses(processor string) bool {
	return slices.Contains([]string{"batch", "tail_sampling", "groupbytrace"}, processor)
}

// goesBy is how k8s_attributes comes to need the connection, empty where it has another way.
func goesBy(p *lint.Pass, c *lint.Collector, id string) string {
	if c.Config.At("processors", id, "passthrough").Text() == "true" {
		return "passthrough"
	}
	associations := c.Config.At("processors", id, "pod_association")
	if associations.Len() == 0 {
		// An agent that passes through tells the address in k8s.pod.ip, which is looked at first.
		if associations.Text() != "" || passesThrough(p) {
			return ""
		}

		return "as it does without pod_association"
	}
	for _, association := range associations.Items() {
		if !slices.ContainsFunc(association.At("sources").Items(), byConnection) {
			return ""
		}
	}

	return "pod_association has no other source"
}

func byConnection(source lint.Field) bool { return source.At("from").Text() == "connection" }

// passesThrough tells whether a collector of the input tells the next one the sender's address, or may: its config is not shown.
func passesThrough(p *lint.Pass) bool {
	for _, c := range p.Collectors {
		if c.Config == nil {
			return true
		}
		for _, id := range c.Config.UsedIn("processors") {
			through := c.Config.At("processors", id, "passthrough").Text()
			if through != "" && through != "false" {
				return true
			}
		}
	}

	return false
}

// Package detectorunavailable has the rule detector-unavailable.
package detectorunavailable

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

// Rule finds it: a resource detector lacks what it asks: the docker socket, or the node's name.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "detector-unavailable",
		Severity: lint.Warning,
		Summary:  "A resource detector lacks what it asks: the docker socket, or the node's name.",
		Why:      "The detector fails at start: its attributes are missing from all telemetry, or the collector stops.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/processor/resourcedetectionprocessor/README.md",
		Run:      run,
	}
}

const dockerSocket = "/var/run/docker.sock"

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || !c.Runs() {
			continue
		}
		for _, id := range c.Config.UsedIn("processors") {
			if lint.Canonical(component.Processor, id) == "resource_detection" {
				judge(p, c, id)
			}
		}
	}
}

func judge(p *lint.Pass, c *lint.Collector, id string) {
	detectors := []any{"processors", id, "detectors"}
	for i, detector := range c.Config.At(detectors...).Texts() {
		switch detector {
		case "docker":
			if _, _, mounted := c.MountOf(dockerSocket); !mounted {
				p.ReportConfig(c, append(detectors, i), nil,
					"the docker detector asks %s, and %s does not mount it: leave the detector out", dockerSocket, c.Name())
			}
		case "k8snode", "k8s_api":
			variable := c.Config.At("processors", id, detector, "node_from_env_var").Text()
			if variable == "" {
				variable = "K8S_NODE_NAME"
			}
			if _, set := c.Env(variable); !set && c.Container.At("envFrom").Len() == 0 && !setByOperator(c, variable) {
				p.ReportConfig(c, append(detectors, i), nil,
					"the %s detector reads the variable %s, which %s does not set", detector, variable, c.Name())
			}
		}
	}
}

// setByOperator tells whether the operator sets a variable: the node's name, for a kubelet_stats receiver that runs.
func setByOperator(c *lint.Collector, variable string) bool {
	return c.Operator && variable == "K8S_NODE_NAME" && slices.ContainsFunc(c.Config.UsedIn("receivers"), func(id string) bool {
		return lint.Canonical(component.Receiver, id) == "kubelet_stats"
	})
}

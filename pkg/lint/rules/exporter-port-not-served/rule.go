// Package exporterportnotserved has the rule exporter-port-not-served.
package exporterportnotserved

import (
	_ "embed"
	"strconv"
	"strings"

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
			if !ok || t.Port == 0 || reach.Port.Exists() {
				continue
			}
			switch ports := served(reach); {
			case reach.Direct || reach.Service == nil:
				if silent(reach, t.Port) {
					p.ReportConfig(c, t.Path, nil, "the exporter %s sends to port %d of Service %s, and %s does not listen there: %s",
						t.Exporter, t.Port, reach.Name, reach.Collectors[0].Name(), listened(reach.Collectors[0]))
				}
			case ports != "":
				p.ReportConfig(c, t.Path, nil, "the exporter %s sends to port %d of Service %s, which has %s: send to one of its ports, or add this one",
					t.Exporter, t.Port, reach.Name, ports)
			}
		}
	}
}

// served are the ports of a Service, as a message lists them.
func served(reach lint.Reach) string {
	if reach.Service == nil {
		return ""
	}
	var ports []string
	for _, port := range reach.Service.At("spec", "ports").Items() {
		text := port.At("port").Text()
		if name := port.At("name").Text(); name != "" {
			text += " (" + name + ")"
		}
		ports = append(ports, text)
	}
	return strings.Join(ports, ", ")
}

// silent says that none of the collectors behind a Service opens a port, nor anything else in
// their Pods.
func silent(reach lint.Reach, port int64) bool {
	for _, c := range reach.Collectors {
		if c.Config == nil || c.UnknownPorts() || len(c.Opaque) > 0 || c.Listens(port) || !c.Operator && !c.Alone() || c.Operator && added(c, port) {
			return false
		}
	}
	return len(reach.Collectors) > 0
}

// added says that an OpenTelemetryCollector gives its Service a port of its own, or its Pods
// another container.
func added(c *lint.Collector, port int64) bool {
	for _, own := range c.Container.At("ports").Items() {
		if number, _ := own.At("port").Int(); number == port {
			return true
		}
	}
	return c.Container.At("additionalContainers").Len() > 0
}

// listened says where a collector takes data.
func listened(c *lint.Collector) string {
	var ports []string
	for _, port := range c.Derived.Ports {
		if port.Service {
			ports = append(ports, strconv.FormatInt(port.Port, 10))
		}
	}
	if len(ports) == 0 {
		return "none of its receivers takes data from the network"
	}
	return "its receivers listen on " + strings.Join(ports, ", ")
}

// Package healthprobeunanswered has the rule health-probe-unanswered.
package healthprobeunanswered

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: a probe asks a port or path where the collector does not answer.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "health-probe-unanswered",
		Severity: lint.Error,
		Summary:  "A probe asks a port or path where the collector does not answer.",
		Why:      "The probe fails for ever: the Pod never gets ready, or is restarted again and again.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/extension/healthcheckextension/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		// Where an endpoint's port or a component is not known, so is what answers.
		if c.Config == nil || !c.Pod.Exists() || c.UnknownPorts() {
			continue
		}
		for _, name := range []string{"startupProbe", "livenessProbe", "readinessProbe"} {
			judge(p, c, name)
		}
	}
}

func judge(p *lint.Pass, c *lint.Collector, name string) {
	asked := c.Container.At(name, "httpGet")
	field := asked.At("port")
	if !asked.Exists() {
		asked = c.Container.At(name, "tcpSocket")
		field = asked.At("port")
	}
	if !asked.Exists() || asked.At("host").Exists() {
		return
	}
	values := append(lint.ValuesUp(name+".httpGet.port"), "config.extensions.health_check.endpoint", "config.extensions.health_check")
	number, ok := field.Int()
	if !ok {
		number = c.PortNamed(field.Text())
	}
	switch probe := c.Derived.Probe; {
	case c.OtherPorts()[number]:
	case !c.Listens(number):
		finding := p.Report(c.Place(field, values...), "%s: the %s asks port %s, where nothing listens on the Pod's address",
			c.Name(), name, field.Text())
		if probe != nil && probe.Port != 0 {
			finding.Set(c.Place(field, name+".httpGet.port"), int(probe.Port))
		}
	case probe != nil && probe.Port == number && asked.At("path").Exists() && asked.At("path").Text() != probe.Path:
		field = asked.At("path")
		p.Report(c.Place(field, append([]string{name + ".httpGet.path", "config.extensions.health_check.path"}, values...)...),
			"%s: the %s asks %s, and health_check answers at %s", c.Name(), name, field.Text(), probe.Path).
			Set(c.Place(field, name+".httpGet.path"), probe.Path)
	}
}

// Package dataintheclear has the rule data-in-the-clear.
package dataintheclear

import (
	_ "embed"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: what is sent to the internet is not encrypted.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "data-in-the-clear",
		Severity: lint.Warning,
		Summary:  "An exporter sends to a host of the internet without TLS.",
		Why:      "Whoever is on the way reads the telemetry and the credentials beside it, and may change both. For a name that no credentials go to it is an info, since a private network may have it.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://opentelemetry.io/docs/security/config-best-practices/",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil || p.Meshed(c) {
			continue
		}
		for _, t := range c.Targets() {
			if !t.OnInternet() || !c.Plain(t) {
				continue
			}
			field, with, severity := c.Config.At(t.Path...), "its data", lint.Info
			if keys := secret(c, t.Exporter); keys != "" {
				with, severity = "its data and what "+keys+" carries", lint.Warning
			} else if t.IsAddress() {
				severity = lint.Warning
			}
			p.Report(lint.Place{
				Object: c.Config.ObjectOf(field), Field: field, Values: lint.ConfigValues(t.Path...), Severity: severity,
			}, "the exporter %s sends %s to %s without TLS: %s", t.Exporter, with, t.Host, mend(t))
		}
	}
}

func mend(t lint.Target) string {
	if t.Protocol == lint.GRPC {
		return "leave tls.insecure out"
	}
	return "write https://"
}

// secret is the key of an exporter by which it shows who it is; empty for none.
func secret(c *lint.Collector, id string) string {
	for _, key := range []string{"headers", "auth", "token"} {
		if field := c.Config.At("exporters", id, key); field.Len() > 0 || field.Text() != "" {
			return key
		}
	}
	return ""
}

// Package certificatenotverified has the rule certificate-not-verified.
package certificatenotverified

import (
	_ "embed"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an exporter takes any certificate.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "certificate-not-verified",
		Severity: lint.Warning,
		Summary:  "An exporter does not verify the certificate of the server that it sends to.",
		Why:      "Whoever gets between the two, or answers for the name, reads the telemetry and the credentials beside it. Inside the cluster or a private network it is an info. Receivers, which mostly scrape kubelets with certificates of their own making, are left alone.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	for _, c := range p.Collectors {
		if c.Config == nil {
			continue
		}
		used := c.Config.UsedIn("exporters")
		c.Config.Scalars(func(path []any, text string) {
			if len(path) < 3 || path[0] != "exporters" || path[len(path)-1] != "insecure_skip_verify" || text != "true" {
				return
			}
			id, _ := path[1].(string)
			around := c.Config.At(path[:len(path)-1]...)
			if !slices.Contains(used, id) || around.At("insecure").True() {
				return
			}
			severity, encrypts := severityOf(c, id)
			if !encrypts {
				return
			}
			field := c.Config.At(path...)
			finding := p.Report(lint.Place{
				Object: c.Config.ObjectOf(field), Field: field, Values: lint.ConfigValues(path...), Severity: severity,
			}, "the exporter %s takes any certificate: leave insecure_skip_verify out, and name the authority of an own one in ca_file", id)
			// Without it, an own certificate needs its authority, which nobody can guess.
			if around.At("ca_file").Exists() || around.At("ca_pem").Exists() || severity == lint.Warning && onInternet(c, id) {
				finding.Drop(c.ConfigPlace(path...))
			}
		})
	}
}

// onInternet says that all hosts that an exporter sends to are of the internet.
func onInternet(c *lint.Collector, id string) bool {
	all := false
	for _, t := range c.Targets() {
		if t.Exporter == id {
			all = t.OnInternet()
			if !all {
				return false
			}
		}
	}

	return all
}

// severityOf is how bad it is for what an exporter sends to; false where it encrypts nothing, or
// nobody can get between.
func severityOf(c *lint.Collector, id string) (lint.Severity, bool) {
	known, internet, encrypts := false, false, false
	for _, t := range c.Targets() {
		if t.Exporter != id {
			continue
		}
		known = true
		internet = internet || t.OnInternet()
		encrypts = encrypts || t.Scheme != "http" && !t.Loopback()
	}
	switch {
	case known && !encrypts:
		return "", false
	case known && !internet:
		return lint.Info, true
	default:
		return lint.Warning, true
	}
}

// Package tlsononeside has the rule tls-on-one-side.
package tlsononeside

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

//go:embed testdata/bad.yaml
var bad string

//go:embed testdata/good.yaml
var good string

// Rule finds it: an exporter speaks TLS to a receiver that does not, or the other way round.
func Rule() *lint.Rule {
	return &lint.Rule{
		Name:     "tls-on-one-side",
		Severity: lint.Error,
		Summary:  "An exporter or an application speaks TLS to a receiver of the input that does not, or the other way round, or an exporter has no certificate where one is asked.",
		Why:      "No connection comes about, nothing arrives, and the sender drops what it has when its queue is full or its time is up.",
		Bad:      bad,
		Good:     good,
		Docs:     "https://github.com/open-telemetry/opentelemetry-collector/blob/main/config/configtls/README.md",
		Run:      run,
	}
}

func run(p *lint.Pass) {
	if p.Kustomized() {
		return
	}
	for _, c := range p.Collectors {
		if c.Config == nil || p.Meshed(c) {
			continue
		}
		for _, t := range c.Targets() {
			if reach, reached := p.Reach(c, t); reached && t.OTLP && known(c, t) {
				judge(p, c, t, reach)
			}
		}
	}
	for _, sender := range p.Senders() {
		switch reach, reached := p.ReachOf(sender); {
		case sender.Injected:
		case sender.Loopback():
			judgeNeighbour(p, sender)
		case reached:
			judgeSender(p, sender, reach)
		}
	}
}

// judgeNeighbour judges what an application sends to a collector in its own Pod.
func judgeNeighbour(p *lint.Pass, sender lint.Sender) {
	for _, c := range sender.Beside {
		protocol, id, known := c.OTLPBeside(sender.Port)
		if !known || sender.Protocol != "" && sender.Protocol != protocol {
			continue
		}
		if s, ok := serverOf(c, protocol, id); ok {
			judgeScheme(p, sender, fmt.Sprintf("port %d of its Pod", sender.Port), s)
		}
	}
}

// judgeSender judges the scheme of an application's address, which goes before what else it is told.
func judgeSender(p *lint.Pass, sender lint.Sender, reach lint.Reach) {
	t := sender.Target
	protocol, _, known := reach.Spoken(t)
	if !known || t.Protocol != "" && t.Protocol != protocol {
		return
	}
	t.Protocol = protocol
	if s, ok := serverAt(p, reach, t); ok {
		judgeScheme(p, sender, "Service "+reach.Name, s)
	}
}

func judgeScheme(p *lint.Pass, sender lint.Sender, where string, s server) {
	switch {
	case sender.Scheme == "http" && s.tls:
		p.Report(sender.Place, "%s speaks no TLS to %s, where %s speaks nothing else: write https://, and name the authority of the certificate in OTEL_EXPORTER_OTLP_CERTIFICATE",
			sender.Name, where, s.by)
	case sender.Scheme == "https" && !s.tls:
		p.Report(sender.Place, "%s speaks TLS to %s, where %s has none: give that tls with a certificate, or write http://",
			sender.Name, where, s.by)
	}
}

// known says that nothing of how an exporter connects comes from a variable, and that a URL of HTTP says it.
func known(c *lint.Collector, t lint.Target) bool {
	tls := c.Config.At(lint.ClientTLS(t.Exporter)...)
	insecure := tls.At("insecure").Text()
	return tls.Text() == "" && slices.Contains([]string{"", "true", "false"}, insecure) &&
		(t.Protocol == lint.GRPC || t.Scheme == "http" || t.Scheme == "https")
}

// A server is the TLS that receivers have.
type server struct {
	// tls and asks are whether they speak it, and ask for a client's certificate.
	tls, asks bool
	// by names them.
	by string
}

func judge(p *lint.Pass, c *lint.Collector, t lint.Target, reach lint.Reach) {
	s, ok := serverAt(p, reach, t)
	tls := lint.ClientTLS(t.Exporter)
	own := c.Config.At(tls...)
	plain := c.Plain(t)
	at := t.Path
	if insecure := append(slices.Clone(tls), "insecure"); t.Protocol == lint.GRPC && c.Config.At(insecure...).Exists() {
		at = insecure
	}
	switch {
	case !ok:
	case plain && s.tls:
		p.ReportConfig(c, at, nil, "the exporter %s speaks no TLS to Service %s, where %s speaks nothing else: %s",
			t.Exporter, reach.Name, s.by, encrypt(t))
	case !plain && !s.tls:
		p.ReportConfig(c, at, nil, "the exporter %s speaks TLS to Service %s, where %s has none: give that tls with a certificate, or %s",
			t.Exporter, reach.Name, s.by, open(t))
	case s.asks && !own.At("cert_file").Exists() && !own.At("cert_pem").Exists():
		p.ReportConfig(c, tls, nil, "the exporter %s has no certificate of its own, which %s asks by client_ca_file: give it cert_file and key_file",
			t.Exporter, s.by)
	}
}

func encrypt(t lint.Target) string {
	if t.Protocol == lint.HTTP {
		return "write https://"
	}
	return "take insecure out, and name the authority of the certificate in ca_file"
}

func open(t lint.Target) string {
	if t.Protocol == lint.HTTP {
		return "write http://"
	}
	return "set tls.insecure to true"
}

// serverAt is how the receivers listen to which a target leads; false where that is not known of
// each, they differ, or speak another protocol, which another rule finds.
func serverAt(p *lint.Pass, reach lint.Reach, t lint.Target) (server, bool) {
	var found server
	for i, c := range reach.Collectors {
		protocol, id, ok := c.OTLPAt(reach.PodPort(c, t))
		if !ok || protocol != t.Protocol || p.Meshed(c) {
			return server{}, false
		}
		one, ok := serverOf(c, protocol, id)
		if !ok || i > 0 && (one.tls != found.tls || one.asks != found.asks) {
			return server{}, false
		}
		found = one
	}
	return found, len(reach.Collectors) > 0
}

// serverOf is how one receiver listens; false where that is not known.
func serverOf(c *lint.Collector, protocol, id string) (server, bool) {
	tls := c.Config.At("receivers", id, "protocols", protocol, "tls")
	if tls.Written() && (tls.Len() == 0 || tls.At("enabled").Exists()) {
		return server{}, false
	}
	return server{tls: tls.Len() > 0, asks: tls.At("client_ca_file").Text() != "", by: "the receiver " + id + " of " + c.Name()}, true
}

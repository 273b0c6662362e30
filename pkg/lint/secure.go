package lint

import "github.com/helm-otlp/helm-otlp/pkg/component"

// ClientTLS is where an exporter's client is configured for TLS, as a path of the config.
func ClientTLS(exporter string) []any {
	if Canonical(component.Exporter, exporter) == "load_balancing" {
		return []any{"exporters", exporter, "protocol", "otlp", "tls"}
	}
	return []any{"exporters", exporter, "tls"}
}

// Plain says that a connection is not encrypted. A client of gRPC encrypts unless it is told not
// to, and also then where it has a certificate authority or a URL of https.
func (c *Collector) Plain(t Target) bool {
	if t.Protocol == HTTP {
		return t.Scheme == "http"
	}
	tls := c.Config.At(ClientTLS(t.Exporter)...)
	return tls.At("insecure").True() && t.Scheme != "https" && !tls.At("ca_file").Exists() && !tls.At("ca_pem").Exists()
}

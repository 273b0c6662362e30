package lint

import (
	"cmp"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// What an exporter speaks.
const (
	GRPC = "grpc"
	HTTP = "http"
)

// Target is an address that an exporter sends to which a pipeline names.
type Target struct {
	// Exporter is its id.
	Exporter string
	// Path leads to where the address is written in the config.
	Path []any
	// Address is as the collector reads it, with the container's own environment filled in.
	// The port is the one that holds where none is written.
	collectorconfig.Address
	// Scheme is that of a URL; empty where none is written.
	Scheme string
	// Protocol is GRPC or HTTP, and OTLP says that it is OTLP over it.
	Protocol string
	OTLP     bool
	// Pods says that it dials the Pods behind the Service that it names, past the Service.
	Pods bool
	// Balances says that the exporter spreads what it sends over all that the host is.
	Balances bool
}

// Targets are the addresses that the exporters in use send to, where they are known for
// certain: those with a variable that the container does not set are none.
func (c *Collector) Targets() []Target { return c.targets }

func (c *Collector) findTargets() []Target {
	var found []Target
	for _, id := range c.Config.UsedIn("exporters") {
		name := Canonical(component.Exporter, id)
		for _, t := range append(c.endpoints(id, name), c.balanced(id, name)...) {
			if t.Host != "" && !t.Unknown && !t.File && !strings.Contains(t.Text, "$") {
				found = append(found, t)
			}
		}
	}
	return found
}

// endpoints are the addresses in the keys of an exporter that sends to one place.
func (c *Collector) endpoints(id, name string) []Target {
	keys, protocol := []string{"endpoint"}, HTTP
	switch name {
	case "otlp_grpc":
		protocol = GRPC
	case "otlp_http":
		keys = append(keys, "traces_endpoint", "metrics_endpoint", "logs_endpoint")
	case "prometheus_remote_write", "zipkin", "loki", "splunk_hec":
	default:
		return nil
	}
	var found []Target
	for _, key := range keys {
		t := c.addressAt("exporters", id, key)
		t.Exporter, t.Protocol, t.OTLP = id, protocol, strings.HasPrefix(name, "otlp_")
		if t.Port == 0 && protocol == HTTP {
			t.Port = map[string]int64{"http": 80, "https": 443}[t.Scheme]
		}
		found = append(found, t)
	}
	return found
}

// balanced are the addresses that a load_balancing exporter looks up.
func (c *Collector) balanced(id, name string) []Target {
	if name != "load_balancing" {
		return nil
	}
	var found []Target
	add := func(pods bool, port string, path ...any) {
		t := c.addressAt(append([]any{"exporters", id, "resolver"}, path...)...)
		if t.Port == 0 {
			t.Address = collectorconfig.ParseEndpoint(t.Text + ":" + cmp.Or(port, "4317"))
		}
		t.Exporter, t.Protocol, t.OTLP, t.Pods, t.Balances = id, GRPC, true, pods, true
		found = append(found, t)
	}
	at := func(path ...any) Field { return c.Config.At(append([]any{"exporters", id, "resolver"}, path...)...) }
	if at("dns", "hostname").Exists() {
		add(false, at("dns", "port").Text(), "dns", "hostname")
	}
	for i := range at("static", "hostnames").Items() {
		add(false, "", "static", "hostnames", i)
	}
	if at("k8s", "service").Exists() {
		ports := at("k8s", "ports").Texts()
		if len(ports) == 0 {
			ports = []string{""}
		}
		for _, port := range ports {
			add(true, port, "k8s", "service")
		}
	}
	return found
}

// addressAt is the address at a path of the config, without what the exporter is.
func (c *Collector) addressAt(path ...any) Target {
	text, _ := expand(c.Config.At(path...).Text(), c.environment()).(string)
	t := targetAt(strings.TrimSpace(text))
	t.Path = path
	return t
}

// targetAt is the address that a text is, with a scheme or without.
func targetAt(text string) Target {
	t := Target{Address: collectorconfig.ParseTarget(text)}
	if scheme, rest, written := strings.Cut(text, "://"); written {
		t.Scheme = strings.ToLower(scheme)
		// Behind the name of a resolver stands the address of its server, before another slash.
		if t.Scheme != "http" && t.Scheme != "https" && !strings.HasPrefix(rest, "/") {
			t.Address = collectorconfig.Address{}
		}
	}
	return t
}

// InWords is how messages write a protocol.
func InWords(protocol string) string { return map[string]string{GRPC: "gRPC", HTTP: "HTTP"}[protocol] }

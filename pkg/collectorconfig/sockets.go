package collectorconfig

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// Socket is where a component of a config listens, be it on the loopback, at an endpoint
// that is wrong, or by default.
type Socket struct {
	// Kind and ID are the component's; both are empty for the collector's own metrics.
	Kind component.Kind
	ID   string
	// Path leads to the endpoint or the port number, or to where it would stand.
	Path source.Path
	// Written is false where the component's default holds.
	Written bool
	// Endpoint is host:port, as written.
	Endpoint string
	// Host is the endpoint's, in brackets where they are written; empty for every address.
	Host string
	// Port is 0 where the endpoint has none that is known.
	Port int64
	// Protocol is TCP or UDP.
	Protocol string
	// Service says that data arrives here.
	Service bool
}

// Called is how messages name what listens.
func (s Socket) Called() string {
	if s.Kind == "" {
		return "the reader of the collector's own metrics"
	}
	return theOne(s.Kind) + " " + s.ID
}

// Loopback says that only what shares the network of the Pod, or of the node, reaches it.
func (s Socket) Loopback() bool { return loopback.MatchString(s.Host) }

// Sockets are those of the components that a pipeline or service.extensions names, as far
// as the component table knows them, sorted by kind, id and the table's order. The ids may
// be of any version. Of the input they depend on the facts alone.
func Sockets(config map[string]any, in Input) []Socket {
	table, known := component.All(), facts(in)
	names := used(config)
	var sockets []Socket
	for _, kind := range component.Kinds() {
		for _, id := range sortedKeys(names[string(kind)]) {
			row := table.Components[kind][canonicalType(table, kind, typeOf(id))]
			at := Socket{Kind: kind, ID: id, Path: source.Keys(string(kind), id)}
			sockets = append(sockets, socketsOf(row, at, withBody(known, asMap(config[string(kind)])[id]))...)
		}
	}
	return append(sockets, metricsSockets(table.Telemetry, config, known)...)
}

// socketsOf are the sockets of a row; at says whose they are and where its body stands.
func socketsOf(row component.Component, at Socket, doc map[string]any) []Socket {
	var sockets []Socket
	for _, port := range row.Ports {
		if !holds(port.When, doc) {
			continue
		}
		s := at
		s.Protocol, s.Service = port.Protocol, port.Service
		s.Endpoint, s.Path, s.Written = written(port, at.Path, doc)
		if s.Endpoint == "" || socketFile.MatchString(s.Endpoint) {
			continue
		}
		s.Host, s.Port = splitEndpoint(s.Endpoint)
		sockets = append(sockets, s)
	}
	return sockets
}

// written is the endpoint of a port, and where it stands.
func written(port component.Port, body source.Path, doc map[string]any) (string, source.Path, bool) {
	steps := strings.TrimPrefix(port.Path, "config.")
	for _, found := range locate(steps, doc["config"]) {
		text := scalarText(found.value)
		if text == "" {
			continue
		}
		if port.HostPath != "" {
			host, _ := splitEndpoint(port.Default)
			text = bracketed(firstText(lookup(port.HostPath, doc), host)) + ":" + text
		}
		return text, body.Join(found.path()...), true
	}
	return port.Default, body.Join(source.Keys(strings.Split(steps, ".")...)...), false
}

// bracketed is a host as an endpoint has it.
func bracketed(host string) string {
	if strings.Contains(host, ":") && !strings.ContainsAny(host, "[$") {
		return "[" + host + "]"
	}
	return host
}

// metricsSockets are those of the collector's own metrics, which it serves on the loopback
// where the config says nothing of them.
func metricsSockets(row component.Component, config, known map[string]any) []Socket {
	at := Socket{Path: source.Keys("service", "telemetry", "metrics")}
	metrics := asMap(asMap(asMap(config["service"])["telemetry"])["metrics"])
	_, readers := metrics["readers"]
	_, address := metrics["address"]
	if readers || address || scalarText(metrics["level"]) == "none" {
		return socketsOf(row, at, withBody(known, metrics))
	}
	at.Endpoint, at.Protocol = row.Ports[0].Default, row.Ports[0].Protocol
	at.Host, at.Port = splitEndpoint(at.Endpoint)
	return []Socket{at}
}

var hostAndPort = regexp.MustCompile(`^(.*?):(\$\{[^}]*\}|[^:\]}]*)$`)

// splitEndpoint parts an endpoint. The port is 0 where it is no number of a port, or comes
// out of a variable; an endpoint without a port is all host.
func splitEndpoint(endpoint string) (string, int64) {
	match := hostAndPort.FindStringSubmatch(endpoint)
	if match == nil {
		return endpoint, 0
	}
	number, err := strconv.ParseInt(match[2], 10, 64)
	if err != nil || number < 0 || number > 65535 {
		return match[1], 0
	}
	return match[1], number
}

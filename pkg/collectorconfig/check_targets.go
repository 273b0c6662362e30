package collectorconfig

import (
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// portsAreChecked is the first version known to look at the address that a client of gRPC dials (configgrpc,
// ClientConfig.Validate; before 0.149 otlpexporter, Config.Validate).
const portsAreChecked = "0.105.0"

// A target is a key of an exporter's body with what it sends to.
type target struct {
	exporter string
	path     []string
	// url tells that it is one of HTTP, otherwise the address of a gRPC server.
	url bool
}

func targets() []target {
	return []target{
		{"otlp_grpc", []string{"endpoint"}, false},
		{"otlp_http", []string{"endpoint"}, true},
		{"otlp_http", []string{"traces_endpoint"}, true},
		{"otlp_http", []string{"metrics_endpoint"}, true},
		{"otlp_http", []string{"logs_endpoint"}, true},
		{"prometheus_remote_write", []string{"endpoint"}, true},
		{"zipkin", []string{"endpoint"}, true},
		{"loki", []string{"endpoint"}, true},
		{"splunk_hec", []string{"endpoint"}, true},
	}
}

// checkTargets reports exporters that send to what is no address. The collector does not start with one of gRPC, and with
// one of HTTP it starts and delivers nothing.
func (c *checker) checkTargets(d Definition, canonical string) {
	if d.Kind != component.Exporter || d.Body == nil {
		return
	}
	for _, t := range targets() {
		node := d.Body.Lookup(source.Keys(t.path...))
		if t.exporter != canonical || node == nil || node.Kind != source.Scalar || node.Value == "" || isOpaque(node) || strings.Contains(node.Value, "$") {
			continue
		}
		fault, hint := grpcFault(node.Value)
		if t.url {
			fault, hint = urlFault(node.Value)
		}
		if fault != "" {
			path := d.Path.Join(source.Keys(t.path...)...)
			c.problems = append(c.problems, Problem{
				Code: CodeInvalidTarget, Path: path.String(), Position: node.Position(), Hint: hint,
				Message: strings.Join(t.path, ".") + " of " + theOne(d.Kind) + " " + d.ID + " is " + strconv.Quote(node.Value) + ", which " + fault,
				Ignored: t.url || c.version != "" && c.before(portsAreChecked),
			})
		}
	}
}

// resolved is an address behind the scheme of a resolver and the name of its server.
var resolved = regexp.MustCompile(`^(dns|passthrough)://[^/]*/`)

// grpcFault says why a collector dials no such address, and how to write it; empty where it may.
func grpcFault(endpoint string) (fault, hint string) {
	scheme, address := "", endpoint
	for _, prefix := range []string{"http://", "https://"} {
		if strings.HasPrefix(endpoint, prefix) {
			scheme, address = prefix, endpoint[len(prefix):]
		}
	}
	address = resolved.ReplaceAllString(address, "")
	if strings.Contains(address, "://") {
		return "", "" // Of a resolver that is not known here.
	}
	if host, path, has := strings.Cut(address, "/"); has {
		return "has the path /" + path + ", and a gRPC server has none", "write " + scheme + host
	}
	_, port, err := net.SplitHostPort(address)
	switch {
	case err != nil && !strings.Contains(address, ":"):
		return "names no port", "write " + endpoint + ":4317"
	case err != nil:
		return "is no address with a port", "write HOST:PORT, an IPv6 host in brackets"
	}
	if _, err := strconv.Atoi(port); err != nil {
		return "has a port that is no number", "write one from 1 to 65535"
	}

	return "", ""
}

// urlFault says why no request of HTTP goes to it.
func urlFault(endpoint string) (fault, hint string) {
	scheme, _, has := strings.Cut(endpoint, "://")
	switch {
	case !has:
		return "names no scheme, so that nothing is sent", "write http://" + endpoint + ", or https://"
	case !slices.Contains([]string{"http", "https", "unix"}, strings.ToLower(scheme)):
		return "has a scheme that is none of HTTP, so that nothing is sent", "write http:// or https://"
	}

	return "", ""
}

package collectorconfig

import (
	"net"
	"net/url"
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

// A target is a key of a component's body with what it sends to, or asks.
type target struct {
	kind component.Kind
	name string
	path []string
	// url tells that it is one of HTTP, otherwise the address of a gRPC server; parsed that the collector takes it apart
	// when it starts.
	url, parsed bool
}

func targets() []target {
	endpoint := []string{"endpoint"}
	return []target{
		{component.Exporter, "otlp_grpc", endpoint, false, true},
		{component.Exporter, "otlp_http", endpoint, true, true},
		{component.Exporter, "otlp_http", []string{"traces_endpoint"}, true, true},
		{component.Exporter, "otlp_http", []string{"metrics_endpoint"}, true, true},
		{component.Exporter, "otlp_http", []string{"logs_endpoint"}, true, true},
		{component.Exporter, "prometheus_remote_write", endpoint, true, true},
		{component.Exporter, "zipkin", endpoint, true, false},
		{component.Exporter, "loki", endpoint, true, true},
		{component.Exporter, "splunk_hec", endpoint, true, true},
		{component.Receiver, "prometheus", []string{"target_allocator", "endpoint"}, true, true},
	}
}

// checkTargets reports components that send to what is no address. The collector does not start with one of gRPC, and with
// most of HTTP it starts and delivers nothing.
func (c *checker) checkTargets(d Definition, canonical string) {
	if d.Body == nil {
		return
	}
	for _, t := range targets() {
		node := d.Body.Lookup(source.Keys(t.path...))
		if t.kind != d.Kind || t.name != canonical || node == nil || node.Kind != source.Scalar || isOpaque(node) || strings.Contains(node.Value, "$") {
			continue
		}
		fault, hint, refused := t.fault(node.Value)
		// What the look at addresses of gRPC refuses, a version that does not look yet may well dial.
		fruitless := t.url || !refused
		if fault == "" && canonical == "otlp_http" {
			fault, hint, refused = pathFault(t.path[0], node.Value, d.Body)
			fruitless = false
		}
		if fault != "" {
			path := d.Path.Join(source.Keys(t.path...)...)
			c.problems = append(c.problems, Problem{
				Code: CodeInvalidTarget, Path: path.String(), Position: node.Position(), Hint: hint,
				Message: strings.Join(t.path, ".") + " of " + theOne(d.Kind) + " " + d.ID + " is " + strconv.Quote(node.Value) + ", which " + fault,
				Ignored: !refused || c.version != "" && c.before(portsAreChecked), Fruitless: fruitless,
			})
		}
	}
}

// fault says what is wrong with what stands there, how to mend it, and whether the collector refuses to start.
func (t target) fault(text string) (fault, hint string, refused bool) {
	if !t.url {
		if text == "" {
			return "", "", false // That it lacks is said elsewhere.
		}
		return grpcFault(text)
	}
	parse := url.Parse
	if strings.HasPrefix(t.name, "prometheus") {
		parse = url.ParseRequestURI
	}
	_, err := parse(text)
	switch fault, hint = urlFault(text); {
	case t.parsed && err != nil:
		return "is no URL", "write http:// or https://, and HOST:PORT", true
	case text == "" && err == nil:
		return "", "", false
	default:
		return fault, hint, false
	}
}

// resolved is an address behind the scheme of a resolver and the name of its server.
var resolved = regexp.MustCompile(`^(dns|passthrough)://[^/]*/`)

// halfScheme is a scheme of HTTP that lacks its colon, or a slash.
var halfScheme = regexp.MustCompile(`^(https?)(?://|:/)([^/]+)$`)

// grpcFault says why a collector dials no such address, how to write it, and whether the collector refuses to start; empty where
// it may dial.
func grpcFault(endpoint string) (fault, hint string, refused bool) {
	if half := halfScheme.FindStringSubmatch(endpoint); half != nil {
		whole := half[1] + "://" + half[2]
		if !strings.Contains(half[2], ":") {
			whole += ":4317"
		}

		return andUnsent("has no :// behind "+half[1], endpoint), "write " + whole, !endsInPort(endpoint)
	}
	scheme, address := "", endpoint
	for _, prefix := range []string{"http://", "https://"} {
		if strings.HasPrefix(endpoint, prefix) {
			scheme, address = prefix, endpoint[len(prefix):]
		}
	}
	resolver := resolved.FindString(address)
	address = address[len(resolver):]
	if strings.Contains(address, "://") {
		return "", "", false // Of a resolver that is not known here.
	}
	if _, path, has := strings.Cut(address, "/"); has {
		return andUnsent("has the path /"+path+", and a gRPC server has none", address), "write " + scheme + resolver + withoutPath(address), !endsInPort(address)
	}
	_, port, err := net.SplitHostPort(address)
	switch {
	case err != nil && !strings.Contains(address, ":"):
		return "names no port", "write " + endpoint + ":4317", true
	case err != nil:
		return "is no address with a port", "write HOST:PORT, an IPv6 host in brackets", true
	}
	if _, err := strconv.Atoi(port); err != nil {
		return "has a port that is no number", "write one from 1 to 65535", true
	}

	return "", "", false
}

// endsInPort tells whether an address has a port behind all else. The collector refuses what is wrong and has none; what has one
// passes its look at it, and then nobody answers there.
func endsInPort(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	_, err = strconv.Atoi(port)

	return err == nil
}

// andUnsent adds to what is wrong with an address what comes of it, where the collector starts with it.
func andUnsent(fault, address string) string {
	if endsInPort(address) {
		fault += ", so that nothing is sent"
	}

	return fault
}

// withoutPath is the address of a gRPC server without a path, and with the port that stands behind the path, or the usual one.
func withoutPath(address string) string {
	host, _, _ := strings.Cut(strings.TrimLeft(address, "/"), "/")
	if host == "" {
		return "HOST:PORT"
	}
	if _, _, err := net.SplitHostPort(host); err == nil {
		return host
	}
	port := "4317"
	if endsInPort(address) {
		port = address[strings.LastIndex(address, ":")+1:]
	}

	return host + ":" + port
}

// urlFault says why no request of HTTP goes to it.
func urlFault(endpoint string) (fault, hint string) {
	scheme, _, has := strings.Cut(endpoint, "://")
	switch {
	case endpoint == "":
		return "is nothing", "write http:// or https://, and HOST:PORT"
	case !has:
		return "names no scheme, so that nothing is sent", "write http://" + endpoint + ", or https://"
	case !slices.Contains([]string{"http", "https", "unix"}, strings.ToLower(scheme)):
		return "has a scheme that is none of HTTP, so that nothing is sent", "write http:// or https://"
	}

	return "", ""
}

// signalPaths are those that a server of OTLP takes requests at.
var signalPaths = regexp.MustCompile(`/v1/(traces|metrics|logs)/?$`)

// pathFault says why requests of otlp_http go to a path that no server of OTLP has: it appends that of a signal to endpoint, and
// nothing to the key of one signal.
func pathFault(key, text string, body *source.Node) (fault, hint string, refused bool) {
	u, err := url.Parse(text)
	if err != nil {
		return "", "", false
	}
	match := signalPaths.FindStringSubmatch(u.Path)
	switch {
	case key == "endpoint" && match != nil && !given(body.Get(match[1]+"_endpoint")):
		return "gets /v1/" + match[1] + " appended once more, so that nothing takes it",
			"write " + strings.TrimSuffix(text, match[0]) + ", or " + match[1] + "_endpoint", false
	case key != "endpoint" && u.Port() == "4318" && (u.Path == "" || u.Path == "/"):
		path := "/v1/" + strings.TrimSuffix(key, "_endpoint")

		return "is used as it is, without " + path + ", where a server of OTLP takes it", "write " + strings.TrimSuffix(text, "/") + path + ", or endpoint", false
	default:
		return "", "", false
	}
}

package lint

import (
	"regexp"
	"slices"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// SocketValues is the key of this project's chart that says where a socket is.
func SocketValues(socket collectorconfig.Socket) []string {
	return ConfigValues(fromPath(socket.Path)...)[:1]
}

// ReportSocket adds a finding at a socket of a collector's config. The values keys given
// come after the socket's own and before those around it.
func (p *Pass) ReportSocket(c *Collector, socket collectorconfig.Socket, values []string, format string, args ...any) *Finding {
	return p.ReportConfig(c, fromPath(socket.Path), append(SocketValues(socket), values...), format, args...)
}

// Listener is what stands around a socket's endpoint: the tls, auth and more of it.
func (c *Collector) Listener(socket collectorconfig.Socket) Field {
	path := slices.DeleteFunc(fromPath(socket.Path), func(step any) bool { _, isKey := step.(string); return !isKey })
	return c.Config.At(path[:len(path)-1]...)
}

// variableHost is a host that is a variable alone.
var variableHost = regexp.MustCompile(`^\[?\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-[^}]*)?\}\]?$`)

// OfPod says that a socket's host is a variable which Kubernetes sets to the address of the Pod
// or of its node.
func (c *Collector) OfPod(socket collectorconfig.Socket) bool {
	match := variableHost.FindStringSubmatch(socket.Host)
	if match == nil {
		return false
	}
	set, _ := c.Env(match[1])
	of := set.At("valueFrom", "fieldRef", "fieldPath").Text()
	return slices.Contains([]string{"status.podIP", "status.podIPs", "status.hostIP", "status.hostIPs"}, of)
}

// SendsToItself says that an exporter that a pipeline names, or the collector's own
// telemetry, sends to a port on the loopback.
func (c *Collector) SendsToItself(port int64) bool {
	used, environment, found := c.Config.UsedIn("exporters"), c.environment(), false
	c.Config.Scalars(func(path []any, text string) {
		if len(path) < 2 {
			return
		}
		id, _ := path[1].(string)
		sends := path[0] == "exporters" && slices.Contains(used, id) || path[0] == "service" && id == "telemetry"
		if !sends {
			return
		}
		expanded, _ := expand(text, environment).(string)
		target := collectorconfig.ParseTarget(expanded)
		found = found || target.Port == port && target.Loopback()
	})
	return found
}

// Alone says that no other container shares the Pod's or the node's loopback with the
// collector.
func (c *Collector) Alone() bool {
	return !c.PodSpec("hostNetwork").True() && c.Single()
}

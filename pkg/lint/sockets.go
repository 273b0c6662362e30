package lint

import (
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
)

// SocketValues is the key of this project's chart that says where a socket is.
func SocketValues(socket collectorconfig.Socket) []string {
	return ConfigValues(fromPath(socket.Path)...)[:1]
}

// ReportSocket adds a finding at a socket of a collector's config. The values keys given
// come after the socket's own and before those around it.
func (p *Pass) ReportSocket(c *Collector, socket collectorconfig.Socket, values []string, format string, args ...any) {
	p.ReportConfig(c, fromPath(socket.Path), append(SocketValues(socket), values...), format, args...)
}

// SendsToItself says that an exporter, or the collector's own telemetry, sends to a port on
// the loopback.
func (c *Collector) SendsToItself(port int64) bool {
	found := false
	c.Config.Scalars(func(path []any, text string) {
		if path[0] == "exporters" || path[0] == "service" {
			found = found || loopback.MatchString(text) && strings.Contains(text, ":"+strconv.FormatInt(port, 10))
		}
	})
	return found
}

// Alone says that no other container shares the Pod's or the node's loopback with the
// collector.
func (c *Collector) Alone() bool {
	if c.Pod.At("spec", "hostNetwork").True() {
		return false
	}
	running := len(c.Pod.At("spec", "containers").Items())
	for _, container := range c.Pod.At("spec", "initContainers").Items() {
		if container.At("restartPolicy").Text() == "Always" {
			running++
		}
	}
	return running == 1
}

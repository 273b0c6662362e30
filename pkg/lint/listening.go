package lint

import (
	"slices"
	"strconv"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/collectorconfig"
	"github.com/helm-otlp/helm-otlp/pkg/component"
)

// MayListen says that the collector opens a port, or that it may for all that the input shows of it.
func (c *Collector) MayListen(port int64) bool {
	return c.Config == nil || c.UnknownPorts() || len(c.Opaque) > 0 || c.elsewhere() || c.Listens(port)
}

// MayListenBeside is MayListen for what shares the collector's loopback.
func (c *Collector) MayListenBeside(port int64) bool {
	return c.MayListen(port) || slices.ContainsFunc(c.Sockets, func(socket collectorconfig.Socket) bool { return socket.Port == port })
}

// elsewhere says that what the collector listens on may be said where the input does not show it.
func (c *Collector) elsewhere() bool {
	if c.Defines(component.Receiver, "receiver_creator") ||
		c.Operator && len(c.flag("config")) > 0 ||
		slices.ContainsFunc(c.arguments(), func(a argument) bool { return strings.Contains(a.text, "$(") }) {
		return true
	}
	found := false
	c.Config.Scalars(func(path []any, text string) { found = found || standsForMapping(path, text) || c.maySet(text) })
	return found
}

// standsForMapping says that a reference stands where a receiver, an extension or the pipelines have a mapping or a list.
func standsForMapping(path []any, text string) bool {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "${") || !strings.HasSuffix(text, "}") || !slices.Contains([]any{"receivers", "extensions", "service"}, path[0]) {
		return false
	}
	if !reference.MatchString(text) { // A file, or an address.
		return len(path) <= 4
	}
	return len(path) <= 2 || slices.Contains([]any{"protocols", GRPC, HTTP}, path[len(path)-1])
}

// maySet says that a text has a variable with a default, and that the container may set it.
func (c *Collector) maySet(text string) bool {
	if !strings.Contains(text, ":-") {
		return false
	}
	return slices.ContainsFunc(reference.FindAllStringSubmatch(text, -1), func(match []string) bool {
		set, written := c.Env(match[1])
		return match[2] != "" && (written && set.At("valueFrom").Exists() || !written && c.Container.At("envFrom").Len() > 0)
	})
}

// Listened says where a collector takes data from the network.
func (c *Collector) Listened() string {
	var ports []int64
	for _, port := range c.Derived.Ports {
		if port.Service {
			ports = append(ports, port.Port)
		}
	}
	if len(ports) == 0 {
		return "none of its receivers takes data from the network"
	}
	return listenedOn(ports)
}

// ListenedBeside says where a collector takes data from its own Pod.
func (c *Collector) ListenedBeside() string {
	var ports []int64
	for _, socket := range c.Sockets {
		if socket.Kind == component.Receiver && socket.Port != 0 {
			ports = append(ports, socket.Port)
		}
	}
	if len(ports) == 0 {
		return "none of its receivers listens anywhere"
	}
	return listenedOn(ports)
}

func listenedOn(ports []int64) string {
	var texts []string
	for _, port := range ports {
		texts = append(texts, strconv.FormatInt(port, 10))
	}
	return "its receivers listen on " + strings.Join(texts, ", ")
}

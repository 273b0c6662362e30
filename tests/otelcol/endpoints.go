package otelcol

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// Endpoints are the addresses, host:port, on which a running collector answers on this machine. One that the
// config does not have is empty.
type Endpoints struct {
	OTLPGRPC string
	OTLPHTTP string
	// Health is the whole URL of the health check.
	Health string
}

// endpointsOf reads the addresses out of a config. Only what the service uses counts.
func endpointsOf(config section, env map[string]string) Endpoints {
	var found Endpoints
	for _, id := range receiversInUse(config) {
		if !hasType(id, "otlp") {
			continue
		}
		protocols := at(config, "receivers", id, "protocols")
		if _, ok := protocols["grpc"]; ok && found.OTLPGRPC == "" {
			found.OTLPGRPC = dialAddress(endpointOr(protocols, "grpc", "localhost:4317"), env)
		}
		if _, ok := protocols["http"]; ok && found.OTLPHTTP == "" {
			found.OTLPHTTP = dialAddress(endpointOr(protocols, "http", "localhost:4318"), env)
		}
	}
	for _, id := range names(at(config, "service")["extensions"]) {
		if !hasType(id, "health_check") {
			continue
		}
		path, _ := at(config, "extensions", id)["path"].(string)
		if path == "" {
			path = "/"
		}
		found.Health = "http://" + dialAddress(endpointOr(at(config, "extensions"), id, "localhost:13133"), env) + path
	}
	return found
}

func endpointOr(parent section, key, otherwise string) string {
	if endpoint, ok := at(parent, key)["endpoint"].(string); ok {
		return endpoint
	}
	return otherwise
}

func receiversInUse(config section) []string {
	var ids []string
	pipelines := at(config, "service", "pipelines")
	for _, name := range sortedKeys(pipelines) {
		ids = append(ids, names(at(pipelines, name)["receivers"])...)
	}
	return ids
}

// Ports below the range that the kernel hands out, so that an outgoing connection of another test can't take one
// between its choice and its use.
const (
	lowestPort  = 20000
	highestPort = 32000
	portTries   = 200
)

// handedOut has the ports that freePort has returned: the collector of a test beside this one may not listen yet.
var handedOut sync.Map //nolint:gochecknoglobals // All tests of a process share the machine's ports.

// freePort returns a port on which nothing listens on loopback, over TCP or UDP, and which it has not returned before.
func freePort() (int, error) {
	for range portTries {
		port := lowestPort + rand.IntN(highestPort-lowestPort)
		if _, taken := handedOut.LoadOrStore(port, true); taken {
			continue
		}
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		listener, err := net.Listen("tcp", address)
		if err != nil {
			continue
		}
		packets, err := net.ListenPacket("udp", address)
		_ = listener.Close()
		if err != nil {
			continue
		}
		_ = packets.Close()
		return port, nil
	}
	return 0, fmt.Errorf("finding a free port on loopback: none of %d tried was; end what listens between %d and %d", portTries, lowestPort, highestPort)
}

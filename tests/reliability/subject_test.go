package reliability

import (
	"fmt"
	"strings"
)

// A subject is one way of installing a collector. Its values are those that a user has to give, and no more.
type subject struct {
	name  string
	chart string
	// values takes the address of the backend.
	values string
	// kind is that of the workload.
	kind string
	// level is the Pod Security level that its namespace enforces, privileged when empty.
	level string
	// exporter is the one to the backend.
	exporter string
	// yardstick is the name of our subject that this one of others is held against. What it loses fails no test.
	yardstick string
	// mayLose is how much of what was accepted may be lost at most, where what a collector holds in memory goes with it.
	mayLose float64
	// hostPort tells that senders reach the collector at the node's address, not through a Service.
	hostPort bool
	// littleRoom tells that its volumes are full after 16 MiB.
	littleRoom bool
}

// official tells that it is not ours.
func (s subject) official() bool { return s.yardstick != "" }

// fullname is that of the workload and of the Service.
func (s subject) fullname() string { return release + "-" + chartName(s.chart) }

func chartName(folder string) string { return folder[strings.LastIndex(folder, "/")+1:] }

func (s subject) render(backend string) string { return fmt.Sprintf(s.values, backend) }

const (
	release = "rel"

	exporterValues = `
config:
  exporters:
    otlp_grpc: {endpoint: "%s", tls: {insecure: true}}
`
	ourValues = exporterValues + `
# Several trials share a machine that is smaller than a node.
resources: {requests: {cpu: 50m, memory: 64Mi}}
`
	officialValues = `
image: {repository: otel/opentelemetry-collector-k8s, tag: 0.161.0}
config:
  exporters:
    otlp: {endpoint: "%s", tls: {insecure: true}}
  service:
    pipelines:
      traces: {exporters: [otlp]}
      metrics: {exporters: [otlp]}
      logs: {exporters: [otlp]}
`
)

func gateway(chart string) subject {
	return subject{name: "gateway", level: "restricted", chart: chart, values: ourValues, kind: "Deployment", exporter: "otlp_grpc"}
}

// singleGateway is as many processes as the official chart's deployment has by default.
func singleGateway(chart string) subject {
	s := gateway(chart)
	s.name, s.values = "gateway of one Pod", s.values+"replicas: 1\n"

	return s
}

// gatewayOnTwoCores has Go run it on as many as it does where nothing says otherwise.
func gatewayOnTwoCores(chart string) subject {
	s := singleGateway(chart)
	s.name, s.values = s.name+", GOMAXPROCS 2", s.values+"env: [{name: GOMAXPROCS, value: \"2\"}]\n"

	return s
}

func persistentGateway(chart string) subject {
	return subject{name: "gateway with persistence", level: "restricted", chart: chart, values: ourValues + "persistence: {enabled: true}\n", kind: "StatefulSet", exporter: "otlp_grpc"}
}

func agent(chart string) subject {
	return subject{name: "daemonset", level: "restricted", chart: chart, values: ourValues + "mode: daemonset\n", kind: "DaemonSet", exporter: "otlp_grpc"}
}

// plainAgent does not say of which Pod what it forwards is, as the official chart's.
func plainAgent(chart string) subject {
	s := agent(chart)
	s.name, s.values = "daemonset without Pods' metadata", s.values+"presets: {kubernetesAttributes: {enabled: false}}\n"

	return s
}

// surgingAgent starts the new Pod of a node before the old one goes.
func surgingAgent(chart string) subject {
	s := agent(chart)
	s.name, s.values = "daemonset that surges", s.values+"updateStrategy: {rollingUpdate: {maxUnavailable: 0, maxSurge: 1}}\n"

	return s
}

func persistentAgent(chart string) subject {
	return subject{
		name: "daemonset with persistence", chart: chart, kind: "DaemonSet", exporter: "otlp_grpc",
		values: ourValues + "mode: daemonset\npersistence: {enabled: true}\n",
	}
}

func officialGateway(chart string) subject {
	return subject{name: "official deployment", chart: chart, values: officialValues + "mode: deployment\n", kind: "Deployment", exporter: "otlp", yardstick: "gateway"}
}

// officialGateways are as many as ours.
func officialGateways(chart string) subject {
	s := officialGateway(chart)
	s.name, s.values = "official deployment of three", s.values+"replicaCount: 3\n"

	return s
}

func officialAgent(chart string) subject {
	return subject{name: "official daemonset", chart: chart, values: officialValues + "mode: daemonset\n", kind: "DaemonSet", exporter: "otlp", yardstick: "daemonset", hostPort: true}
}

// logAgent reads the logs of the Pods on its node, and remembers on the node how far it is.
func logAgent(chart string) subject {
	s := persistentAgent(chart)
	s.name, s.values = "daemonset with logs", s.values+"presets: {logs: {enabled: true}}\n"

	return s
}

// sidecarKind stands for what has no workload of its own.
const sidecarKind = "Sidecar"

// sidecar is the collector beside an application, injected by the policy.
func sidecar(chart string) subject {
	return subject{name: "sidecar", level: "restricted", chart: chart, values: ourValues + "mode: sidecar\n", kind: sidecarKind, exporter: "otlp_grpc"}
}

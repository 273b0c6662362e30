package migratevalues

import (
	"slices"
	"strconv"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

func (c *conversion) officialImage(s section) {
	if repository := s.text("repository"); repository != "" {
		c.set(repositoryOf(repository), "image", "repository")
	} else {
		c.left(s.path, "there is no repository, which the official chart wants: the chart's own image is taken")
	}
	for _, key := range []string{"tag", "digest", "pullPolicy"} {
		if text := s.text(key); text != "" {
			c.set(text, "image", key)
		}
	}
}

func (c *conversion) officialCommand(s section) {
	if name := s.text("name"); name != "" && !slices.Contains([]string{"otelcol", "otelcol-contrib", "otelcol-k8s", "otelcol-otlp"}, name) {
		s.left("name", "the chart runs the image's own entry point: make sure that it is this program")
	} else if name != "" {
		s.note("name", "the chart runs the image's own entry point, which is this: left out")
	}
	if list := s.list("extraArgs"); len(list) > 0 {
		c.set(mapped(list, ourArgument), "extraArgs")
	}
}

func (c *conversion) serviceAccount(s section) {
	if !s.flag("create", true) {
		c.set(false, "serviceAccount", "create")
	}
	s.copy("name", "serviceAccount", "name")
	s.copy("annotations", "serviceAccount", "annotations")
	if !s.flag("automountServiceAccountToken", true) {
		s.note("automountServiceAccountToken", "a token is mounted only where the config needs one: left out")
	}
}

func (c *conversion) clusterRole(s section) {
	rules := s.list("rules")
	create := s.flag("create", false)
	role := create
	for _, preset := range []string{"kubernetesAttributes", "clusterMetrics", "kubeletMetrics", "kubernetesEvents"} {
		role = role || at(c.out, "presets", preset, "enabled") == true
	}
	switch {
	case len(rules) == 0:
	case role:
		c.set(rules, "rbac", "extraRules")
	default:
		s.note("rules", "the official chart makes no ClusterRole here (create: false), so they have no effect: left out")
	}
	if create {
		s.note("create", "a ClusterRole is made where the config needs one, or rbac.extraRules has rules")
	}
	if s.text("name") != "" {
		s.note("name", "the ClusterRole has the release's name: left out")
	}
	s.unless("annotations", "the chart has no annotations for its ClusterRole alone: commonAnnotations puts them on all objects")
	binding := s.sub("clusterRoleBinding")
	if binding.text("name") != "" {
		binding.note("name", "the ClusterRoleBinding has the release's name: left out")
	}
	binding.unless("annotations", "the chart has no annotations for its ClusterRoleBinding alone: commonAnnotations puts them on all objects")
	binding.rest()
}

func (c *conversion) officialService(s section) {
	enabled, ingress := s.flag("enabled", c.mode != daemonset), at(c.root.Any(), "ingress", "enabled") == true
	if !enabled && !ingress {
		c.noService(s)

		return
	}
	for _, key := range serviceKeys() {
		s.copy(key, "service", key)
	}
	s.unless("loadBalancerIP", "Kubernetes has deprecated it: use the annotations of your load balancer")
	s.unless("trafficDistribution", "the chart's Service has no such key: patch it, by Kustomize or a post-renderer")
	s.unless("clusterIP", "the chart's Service has no such key: patch it, by Kustomize or a post-renderer")
}

// serviceKeys are those that both charts' Services have.
func serviceKeys() []string {
	return []string{"type", "annotations", "internalTrafficPolicy", "externalTrafficPolicy", "loadBalancerSourceRanges"}
}

// noService is for values of a Service that the official chart does not make: it makes one for agents where it is told
// to, or for an Ingress. This chart's agents have one within the cluster, and nothing that was off must open it further.
func (c *conversion) noService(s section) {
	if c.mode != daemonset {
		c.set(false, "service", "enabled")
	}
	keys := append(serviceKeys(), "loadBalancerIP", "trafficDistribution", "clusterIP")
	s.noEffect("the official chart makes no Service here, so it has no effect: left out", keys...)
}

// portNames are the Service's names of the official chart's ports.
func portNames() map[string]string {
	return map[string]string{"4317": "otlp-grpc", "4318": "otlp-http", "9411": "zipkin", "14250": "jaeger-grpc", "14268": "jaeger-http"}
}

func (c *conversion) officialIngress(s section) {
	hosts, more := s.list("hosts"), s.list("additionalIngresses")
	enabled := s.flag("enabled", false)
	for _, key := range []string{"annotations", "tls"} {
		if enabled {
			s.copy(key, "ingress", key)
		} else {
			s.take(key)
		}
	}
	class := s.text("ingressClassName")
	if !enabled {
		return
	}
	c.set(true, "ingress", "enabled")
	if class != "" {
		c.set(class, "ingress", "className")
	}
	if len(more) > 0 {
		s.left("additionalIngresses", "the chart has one Ingress: bring these in extraManifests")
	}
	var ports []string
	converted := []any{}
	for i, host := range hosts {
		of := c.section(s.at("hosts").Join(source.Index(i)), host)
		one := map[string]any{"host": of.text("host")}
		paths := []any{}
		for j, path := range of.list("paths") {
			at := c.section(of.at("paths").Join(source.Index(j)), path)
			paths = append(paths, map[string]any{"path": at.text("path"), "pathType": at.text("pathType")})
			if port := at.text("port"); port != "" && !slices.Contains(ports, port) {
				ports = append(ports, port)
			}
			at.rest()
		}
		if len(paths) > 0 {
			one["paths"] = paths
		}
		of.rest()
		converted = append(converted, one)
	}
	if len(converted) > 0 {
		c.set(converted, "ingress", "hosts")
	}
	switch {
	case len(ports) > 1:
		s.left("hosts", "the chart's Ingress publishes one port, and these are %d: the first is taken; bring the others in extraManifests", len(ports))
	case len(ports) == 0:
		return
	}
	name, known := portNames()[ports[0]]
	if !known {
		s.left("hosts", "write the Service's name of the port into ingress.port: `helm otlp template` shows it")

		return
	}
	c.set(name, "ingress", "port")
}

func (c *conversion) officialNetworkPolicy(s section) {
	from, more, egress := s.list("allowIngressFrom"), s.list("extraIngressRules"), s.list("egressRules")
	enabled := s.flag("enabled", false)
	s.unless("annotations", "the chart has no annotations for its NetworkPolicy alone: commonAnnotations puts them on all objects")
	if !enabled {
		return
	}
	c.set(true, "networkPolicy", "enabled")
	if len(from) > 0 {
		c.set(from, "networkPolicy", "from")
	}
	if len(egress) > 0 {
		c.set(map[string]any{"enabled": true, "to": egress}, "networkPolicy", "egress")
	}
	for i, rule := range more {
		path := s.at("extraIngressRules").Join(source.Index(i))
		if onlyMetrics(rule) {
			c.note(path, "the port of the collector's own metrics is open to all: left out")
		} else {
			c.left(path, "the chart's NetworkPolicy has no rules of one's own: bring another NetworkPolicy in extraManifests")
		}
	}
}

// onlyMetrics says that a rule is for the port of the collector's own metrics.
func onlyMetrics(rule any) bool {
	ports, _ := at(rule, "ports").([]any)
	for _, port := range ports {
		number := at(port, "port")
		if number != "metrics" && number != 8888 {
			return false
		}
	}

	return len(ports) > 0
}

// officialPorts are those that the official chart opens where nothing is said.
func officialPorts() []string {
	return []string{"otlp", "otlp-http", "jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin"}
}

// officialNumbers are theirs, in the same order.
func officialNumbers() []string { return []string{"4317", "4318", "6831", "14268", "14250", "9411"} }

// A port is one that the file opens, or closes.
type port struct {
	closed   bool
	path     source.Path
	number   int64
	protocol string
}

// ports are those that somebody opened or closed, over those of the official chart.
func ports(s section) []port {
	var found []port
	for _, name := range sorted(s.values) {
		of := s.sub(name)
		known := slices.Contains(officialPorts(), name)
		enabled := of.flag("enabled", known)
		container, protocol := of.text("containerPort"), of.text("protocol")
		of.comparePorts(enabled, container, known || name == "metrics")
		for _, key := range []string{"appProtocol", "hostPort", "nodePort"} { // The mode tells of ports of the node.
			of.take(key)
		}
		of.rest()
		if i := slices.Index(officialPorts(), name); i >= 0 && container == "" {
			container = officialNumbers()[i]
		}
		if name == "jaeger-compact" && protocol == "" {
			protocol = "UDP"
		}
		number, err := strconv.ParseInt(container, 10, 32)
		if closed := of.values["enabled"] == false; err == nil && (enabled || closed) && name != "metrics" {
			found = append(found, port{closed, of.path, number, protocolOf(protocol)})
		}
	}

	return found
}

// comparePorts tells of a port that the Service has otherwise.
func (s section) comparePorts(enabled bool, container string, known bool) {
	service := s.text("servicePort")
	if enabled && container != service && (container != "" && service != "" || known) {
		s.left("servicePort", "the Service's ports are those of the receivers: let senders use them, or bring a Service in extraManifests")
	}
	if enabled && asks(s.values["nodePort"]) {
		s.left("nodePort", "Kubernetes chooses the port of a node: read it from the Service, or bring a Service in extraManifests")
	}
}

// protocolOf is a port's protocol: TCP where none is given.
func protocolOf(protocol string) string {
	if protocol == "" {
		return "TCP"
	}

	return protocol
}

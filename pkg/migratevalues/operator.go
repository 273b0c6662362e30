package migratevalues

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// operator converts an OpenTelemetryCollector.
func (c *conversion) operator() {
	root := c.section(nil, c.root.Any())
	for _, key := range []string{"apiVersion", "kind", "status"} {
		root.take(key)
	}
	c.operatorMetadata(root.sub("metadata"))
	s := root.sub("spec")
	root.rest()
	mode := s.text("mode")
	c.mode = map[string]string{daemonset: daemonset, "sidecar": "sidecar"}[mode]
	if c.mode == "" {
		c.mode = gateway
	}
	c.set(c.mode, "mode")
	if c.mode == "sidecar" {
		s.note("mode", "Pods ask for it by the same annotation, sidecar.opentelemetry.io/inject: true, or the release's name where they gave the resource's")
	}
	if image := s.text("image"); image != "" {
		c.image(image)
	} else {
		c.note(s.path, "there is no image, so the operator chose one: the chart's is opentelemetry-collector-k8s; give image.repository for another")
	}
	s.copy("imagePullPolicy", "image", "pullPolicy")
	c.operatorReplicas(s)
	config := c.operatorConfig(s)
	if c.mode == daemonset {
		c.set(false, "presets", "kubernetesAttributes", "enabled")
	}
	c.operatorStorage(s, mode, config)
	config.settle()
	c.operatorPod(s)
	c.operatorAccess(s)
	c.operatorRest(s)
	opened := c.operatorPorts(s)
	s.rest()
	c.finish(config.path, opened)
}

func (c *conversion) operatorMetadata(s section) {
	name := s.text("name")
	namespace := s.text("namespace")
	if name != "" {
		c.note(s.at("name"), "the release has a name of its own: the operator's objects are called %s-collector, and senders use the new Service", name)
	}
	if namespace != "" {
		c.note(s.at("namespace"), "install the release with -n %s", namespace)
	}
	for _, key := range []string{"labels", "annotations"} {
		to := map[string]string{"labels": "commonLabels", "annotations": "commonAnnotations"}[key]
		for _, name := range sorted(s.sub(key).values) {
			if !strings.Contains(name, "kubernetes.io/") {
				c.set(s.values[key].(map[string]any)[name], to, name) //nolint:forcetypeassert // A section has read it.
			}
		}
	}
	for key := range s.values {
		s.taken[key] = true
	}
}

// operatorConfig is the config, which v1alpha1 has as a text.
func (c *conversion) operatorConfig(s section) *wanted {
	w := &wanted{conversion: c, path: s.at("config")}
	value := s.take("config")
	if text, ok := value.(string); ok {
		documents, err := source.Parse("config", []byte(text))
		switch {
		case err != nil:
			c.left(w.path, "it is no YAML: not carried over")
		case len(documents) == 1:
			value = documents[0].Root.Any()
		}
	}
	config, ok := value.(map[string]any)
	if !ok {
		c.left(w.path, "there is no collector's config: write one below config")
		config = map[string]any{}
	}
	w.written, w.config = config, mapping(clone(config))

	return w
}

func (c *conversion) operatorReplicas(s section) {
	replicas, there := s.take("replicas").(int)
	if !there {
		replicas = 1
	}
	scaling := s.sub("autoscaler")
	for _, key := range []string{"minReplicas", "maxReplicas"} { // v1alpha1 has them beside it, too.
		if value := s.take(key); value != nil && scaling.values[key] == nil {
			if scaling.values == nil {
				scaling.values = map[string]any{}
			}
			scaling.values[key] = value
		}
	}
	defer scaling.rest()
	switch scaled := scaling.values["maxReplicas"] != nil; {
	case c.mode != gateway:
		scaling.noEffect("the operator scales Deployments and StatefulSets alone: left out", scalingKeys()...)
	case scaled:
		if scaling.values["minReplicas"] == nil {
			scaling.values["minReplicas"] = replicas
		}
		c.set(true, "autoscaling", "enabled")
		c.autoscaling(scaling, "targetCPUUtilization", "targetMemoryUtilization", 90)
		scaling.unless("metrics", "the chart scales by CPU and memory: bring a HorizontalPodAutoscaler of your own in extraManifests, with autoscaling.enabled: false")
	default:
		c.set(replicas, "replicas")
		scaling.noEffect("the operator scales where maxReplicas is given: left out; set autoscaling.enabled and autoscaling.maxReplicas to scale", scalingKeys()...)
	}
}

func scalingKeys() []string {
	return []string{"minReplicas", "maxReplicas", "behavior", "metrics", "targetCPUUtilization", "targetMemoryUtilization"}
}

func (c *conversion) operatorStorage(s section, mode string, w *wanted) {
	claims := s.list("volumeClaimTemplates")
	retention := s.sub("persistentVolumeClaimRetentionPolicy")
	if mode == "statefulset" && len(claims) == 0 {
		s.note("mode", "without a volume for each Pod a StatefulSet is a Deployment here: its Pods have no names that stay")
	}
	if mode != "statefulset" {
		claims = nil
		s.noEffect("the operator reads it in mode statefulset alone: left out", "volumeClaimTemplates")
	}
	if deleted, scaled := retention.text("whenDeleted"), retention.text("whenScaled"); len(claims) > 0 {
		c.retention(deleted, scaled)
	}
	retention.rest()
	c.claims(s.at("volumeClaimTemplates"), claims, w)
	c.mounts(s, "volumeMounts", "initContainers", claims)
	for _, volume := range s.list("volumes") {
		c.addTo("extraVolumes", volume)
	}
	for i, item := range s.list("configmaps") {
		of := c.section(s.at("configmaps").Join(source.Index(i)), item)
		name, path := of.text("name"), of.text("mountpath")
		volume := "configmap-" + name
		c.addTo("extraVolumes", map[string]any{"name": volume, "configMap": map[string]any{"name": name}})
		c.mount(of.path, map[string]any{"name": volume, "mountPath": "/var/conf/" + strings.TrimPrefix(path, "/")})
		of.rest()
	}
}

// operatorPod carries over what goes into the Pods as it is.
func (c *conversion) operatorPod(s section) {
	for _, key := range []string{"nodeSelector", "tolerations", "podAnnotations", "podSecurityContext", "priorityClassName", "terminationGracePeriodSeconds", "envFrom", "dnsPolicy"} {
		s.copy(key, key)
	}
	containers("extraContainers")(s, "additionalContainers")
	s.copy("ipFamilies", "service", "ipFamilies")
	if policy := s.text("ipFamilyPolicy"); policy != "" && policy != "SingleStack" {
		c.set(policy, "service", "ipFamilyPolicy")
	}
	environment("env")(s, "env")
	mergedSecurity(s, "securityContext")
	lifecycle(s, "lifecycle")
	for _, key := range []string{"affinity", "topologySpreadConstraints"} {
		if value := s.take(key); !empty(value) {
			c.set(value, key)
			if mentions(value, "app.kubernetes.io/") {
				s.left(key, "it names labels of the operator's Pods: leave its labelSelector out, and it gets the release's own")
			}
		}
	}
	switched("hostNetwork")(s, "hostNetwork")
	for _, key := range []string{"livenessProbe", "readinessProbe", "startupProbe"} {
		probe(key)(s, key)
	}
	of := s.sub("resources")
	c.resources(of)
	of.rest()
	args := s.sub("args")
	list := []any{}
	for _, name := range sorted(args.values) {
		text := args.text(name)
		argument := "--" + name
		if text != "" {
			argument += "=" + text
		}
		list = append(list, argument)
	}
	if len(list) > 0 {
		c.set(list, "extraArgs")
	}
}

// operatorAccess carries over who reaches the collector, and what it may reach.
func (c *conversion) operatorAccess(s section) {
	if account := s.text("serviceAccount"); account != "" {
		c.set(map[string]any{"create": false, "name": account}, "serviceAccount")
		s.note("serviceAccount", "what the config needs of the Kubernetes API is granted to it as well; rbac.create: false leaves that to you")
	}
	budget := s.sub("podDisruptionBudget")
	if least, most := budget.take("minAvailable"), budget.take("maxUnavailable"); c.mode == gateway {
		c.budget(least, most)
	} else {
		budget.noEffect("the chart has a PodDisruptionBudget for a gateway alone: left out", "minAvailable", "maxUnavailable")
	}
	budget.rest()
	policy := s.sub("networkPolicy")
	if enabled := policy.take("enabled"); enabled == true {
		c.set(true, "networkPolicy", "enabled")
	}
	policy.rest()
	c.operatorIngress(s.sub("ingress"))
	observability := s.sub("observability")
	metrics := observability.sub("metrics")
	observability.rest()
	if metrics.flag("enableMetrics", false) {
		c.set(true, "serviceMonitor", "enabled")
		metrics.copy("extraLabels", "serviceMonitor", "labels")
	} else {
		metrics.noEffect("the operator makes no ServiceMonitor without enableMetrics: left out", "extraLabels")
	}
	metrics.take("disablePrometheusAnnotations") // The chart has none.
	metrics.rest()
}

func (c *conversion) operatorIngress(s section) {
	const named = "the operator puts the name of a port before it; here it is the host as it is: add the name to ingress.hosts, which senders use"
	kind, host := s.text("type"), s.text("hostname")
	rule := s.text("ruleType")
	switch kind {
	case "ingress":
		c.set(true, "ingress", "enabled")
		s.copy("ingressClassName", "ingress", "className")
		s.copy("annotations", "ingress", "annotations")
		s.copy("tls", "ingress", "tls")
		if host != "" {
			c.set([]any{map[string]any{"host": host}}, "ingress", "hosts")
		}
		s.left("type", "the operator publishes every port of the receivers; this chart one, ingress.port, below /: bring others in extraManifests")
		if rule == "subdomain" {
			s.left("ruleType", named)
		}
	case "":
		s.noEffect("the operator makes no Ingress without a type: left out", "hostname", "ruleType", "ingressClassName", "annotations", "tls")
	default:
		s.left("type", "the chart has no %s: bring one in extraManifests", kind)
		s.noEffect("is that of the "+kind+": bring it in extraManifests", "ingressClassName", "annotations", "tls")
	}
	if kind != "route" {
		s.noEffect("is a Route's, which the operator does not make for this type: left out", "route")
	}
	s.take("route")
	s.rest()
}

func (c *conversion) operatorRest(s section) {
	switch state := s.text("managementState"); state {
	case "", "managed", "unmanaged":
	default:
		s.note("managementState", "Helm manages the release: left out")
	}
	for _, key := range []string{"upgradeStrategy", "configVersions", "serviceName"} {
		s.take(key) // What the operator alone does.
	}
	allocator := s.sub("targetAllocator")
	if allocator.flag("enabled", false) {
		allocator.left("enabled", "the chart has no target allocator: keep the operator for it, or scrape from a DaemonSet with the preset prometheusDiscovery")
	}
	for _, key := range []string{"daemonSetUpdateStrategy", "deploymentUpdateStrategy", "updateStrategy"} {
		if (key == "deploymentUpdateStrategy") != (c.mode == gateway) {
			s.noEffect("the operator reads it in another mode: left out", key)

			continue
		}
		of := s.sub(key)
		of.copy("type", "updateStrategy", "type")
		rolling := of.sub("rollingUpdate")
		for _, name := range []string{"maxSurge", "maxUnavailable"} {
			if value := rolling.take(name); value != nil {
				c.set(value, "updateStrategy", "rollingUpdate", name)
			}
		}
		rolling.rest()
		of.rest()
	}
	s.unless("httpRoute", "write it as httpRoute, with its Gateways in parentRefs: it sends all that arrives for its hosts to one port of the Service; bring an HTTPRoute of another kind in extraManifests")
	s.unless("command", "the chart runs the image's own entry point: make sure that it is this program")
	for _, key := range []string{"shareProcessNamespace", "hostPID", "podDnsConfig", "trafficDistribution", "runtimeClassName", "hostAliases"} {
		s.unless(key, "the chart has no such key: patch the Pod template, by Kustomize or a post-renderer")
	}
}

// operatorPorts are those that somebody opened beside those of the receivers.
func (c *conversion) operatorPorts(s section) []port {
	var opened []port
	for i, of := range s.list("ports") {
		one := c.section(s.at("ports").Join(source.Index(i)), of)
		if asks(one.values["hostPort"]) {
			one.left("hostPort", "Pods have no ports on their nodes: let senders use the Service, or set hostNetwork: true")
		}
		if asks(one.values["nodePort"]) {
			one.left("nodePort", "Kubernetes chooses the port of a node: read it from the Service, or bring a Service in extraManifests")
		}
		protocol := protocolOf(one.text("protocol"))
		number, ok := one.take("port").(int)
		if target, there := one.take("targetPort").(int); there {
			if target != number {
				one.left("targetPort", "the Service's ports are those of the receivers: let senders use them, or bring a Service in extraManifests")
			}
			number = target
		}
		if ok && number != 8888 {
			opened = append(opened, port{false, one.path, int64(number), protocol})
		}
		for _, key := range []string{"name", "appProtocol", "hostPort", "nodePort"} { // The Service's names are those of the receivers.
			one.take(key)
		}
		one.rest()
	}

	return opened
}

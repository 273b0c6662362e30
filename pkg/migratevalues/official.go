package migratevalues

import (
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// official converts values of the official chart.
func (c *conversion) official() {
	values := mapping(c.root.Any())
	for _, key := range templated() {
		if value, there := values[key]; there {
			values[key] = c.evaluated(source.Keys(key), value, values)
		}
	}
	s := c.section(nil, values)
	given := c.officialMode(s)
	replicas := c.officialReplicas(s, given)
	w := c.effective(s)
	w.officialPresets(s.sub("presets"), replicas)
	c.officialPersistence(s, given, w)
	if c.officialConfigMap(s.sub("configMap")) {
		w.settle()
	}
	known := officialKeys()
	for _, pair := range c.root.Pairs {
		key := pair.Key.Value
		if s.taken[key] {
			continue
		}
		if convert := known[key]; convert != nil {
			convert(s, key)
		}
	}
	opened := ports(s.sub("ports"))
	s.rest()
	c.finish(w.path, opened)
}

// officialMode is the mode in the file.
func (c *conversion) officialMode(s section) string {
	given := s.text("mode")
	switch given {
	case daemonset:
		c.mode = daemonset
		c.hostPorts(s)
	case "deployment":
		c.mode = gateway
	case "statefulset":
		c.mode = gateway
	case "":
		c.mode = gateway
		c.left(nil, "there is no mode, which the official chart wants: gateway is assumed")
	default:
		c.mode = gateway
		s.left("mode", "the official chart has no such mode: gateway is assumed")
	}
	c.set(c.mode, "mode")

	return given
}

// hostPorts tells of the ports of the node on which the official chart's agents listen where nothing is said.
func (c *conversion) hostPorts(s section) {
	if s.values["hostNetwork"] == true {
		return
	}
	for _, name := range officialPorts() {
		of := mapping(at(s.values, "ports", name))
		if host, told := of["hostPort"]; of["enabled"] != false && (!told || asks(host) && host != 0) {
			s.left("mode", "its agents listen on ports of their nodes, and this chart's do not: let senders use the Service, which gives them the agent of their own node, or set hostNetwork: true")

			return
		}
	}
}

// officialReplicas are those that the official chart runs: one where nothing is said.
func (c *conversion) officialReplicas(s section, mode string) int {
	replicas := 1
	value := s.take("replicaCount")
	switch value := value.(type) {
	case nil:
	case int:
		replicas = value
	default:
		s.left("replicaCount", "%s stands where a whole number is wanted: 1 is assumed", kindOf(value))
	}
	scaling := s.sub("autoscaling")
	if mode == daemonset {
		if value != nil {
			s.note("replicaCount", "a DaemonSet has a Pod on each node: left out")
		}
		if scaling.flag("enabled", false) {
			scaling.note("enabled", "a DaemonSet is not scaled: left out")
		}
		scaling.isOff()

		return replicas
	}
	if !scaling.flag("enabled", false) {
		c.set(replicas, "replicas")
		scaling.isOff()

		return replicas
	}
	c.set(true, "autoscaling", "enabled")
	c.autoscaling(scaling, "targetCPUUtilizationPercentage", "targetMemoryUtilizationPercentage", 80)
	scaling.unless("additionalMetrics", "the chart scales by CPU and memory: bring a HorizontalPodAutoscaler of your own in extraManifests, with autoscaling.enabled: false")
	scaling.rest()

	return 2
}

// isOff accounts for what autoscaling has while it is off.
func (s section) isOff() {
	for _, key := range []string{"minReplicas", "maxReplicas", "behavior", "targetCPUUtilizationPercentage", "targetMemoryUtilizationPercentage", "additionalMetrics"} {
		s.take(key)
	}
	s.rest()
}

// autoscaling carries over how a HorizontalPodAutoscaler scales.
func (c *conversion) autoscaling(s section, cpu, memory string, defaultCPU int) {
	for key, otherwise := range map[string]any{"minReplicas": 1, "maxReplicas": 10} {
		value := s.take(key)
		if value == nil {
			value = otherwise
		}
		c.set(value, "autoscaling", key)
	}
	for key, target := range map[string]string{cpu: "targetCPUUtilizationPercentage", memory: "targetMemoryUtilizationPercentage"} {
		value := s.take(key)
		switch {
		case value != nil:
		case key == cpu:
			value = defaultCPU
		default:
			value = 0
		}
		c.set(value, "autoscaling", target)
	}
	s.copy("behavior", "autoscaling", "behavior")
}

// officialConfigMap says whether the config of the values is the one in use.
func (c *conversion) officialConfigMap(s section) bool {
	existing, create := s.text("existingName"), s.flag("create", true)
	s.unless("existingPath", "the chart makes its ConfigMap itself: put the file's config below `config`")
	s.rest()
	switch {
	case existing != "":
		s.left("existingName", "the chart makes its ConfigMap itself: put the config of that one below `config`, with exactPipelines")
	case !create:
		s.left("create", "the chart makes its ConfigMap itself: put the config that the collector is given below `config`")
	}

	return existing == "" && create
}

// An officialKey converts a key of the official chart's values.
type officialKey func(s section, key string)

func copied(to ...string) officialKey {
	return func(s section, key string) { s.copy(key, to...) }
}

func instead(hint string) officialKey {
	return func(s section, key string) { s.unless(key, hint) }
}

// ignored are keys that say what the chart does anyway.
func ignored(why string) officialKey {
	return func(s section, key string) {
		if value := s.take(key); asks(value) {
			s.note(key, "%s", why)
		}
	}
}

func below(convert func(c *conversion, s section)) officialKey {
	return func(s section, key string) {
		of := s.sub(key)
		convert(s.c, of)
		of.rest()
	}
}

// officialKeys are all keys of the official chart's values. Those without a function are read before the others.
func officialKeys() map[string]officialKey {
	manifest := "the chart has no such key: "
	keys := map[string]officialKey{
		"mode": nil, "presets": nil, "config": nil, "alternateConfig": nil, "internalTelemetryViaOTLP": nil, "configMap": nil,
		"replicaCount": nil, "autoscaling": nil, "statefulset": nil, "extraVolumeMounts": nil, "initContainers": nil, "ports": nil,

		"nameOverride": copied("nameOverride"), "fullnameOverride": copied("fullnameOverride"), "namespaceOverride": copied("namespaceOverride"),
		"global": copied("global"), "imagePullSecrets": copied("imagePullSecrets"),
		"podSecurityContext": copied("podSecurityContext"), "securityContext": mergedSecurity,
		"nodeSelector": copied("nodeSelector"), "tolerations": copied("tolerations"), "affinity": selecting, "topologySpreadConstraints": selecting,
		"priorityClassName": copied("priorityClassName"), "terminationGracePeriodSeconds": copied("terminationGracePeriodSeconds"),
		"extraEnvs": environment("env"), "extraEnvsFrom": copied("envFrom"), "extraVolumes": appended("extraVolumes"),
		"extraContainers": containers("extraContainers"), "podAnnotations": copied("podAnnotations"), "podLabels": copied("podLabels"),
		"additionalLabels": copied("commonLabels"), "hostNetwork": switched("hostNetwork"), "dnsPolicy": copied("dnsPolicy"),
		"revisionHistoryLimit": copied("revisionHistoryLimit"), "lifecycleHooks": lifecycle,
		"livenessProbe": probe("livenessProbe"), "readinessProbe": probe("readinessProbe"), "startupProbe": probe("startupProbe"),

		"image": below((*conversion).officialImage), "command": below((*conversion).officialCommand),
		"serviceAccount": below((*conversion).serviceAccount), "clusterRole": below((*conversion).clusterRole),
		"resources": below((*conversion).resources), "service": below((*conversion).officialService),
		"ingress": below((*conversion).officialIngress), "networkPolicy": below((*conversion).officialNetworkPolicy),
		"serviceMonitor": below((*conversion).officialMonitor), "podMonitor": below((*conversion).officialMonitor),
		"podDisruptionBudget": below((*conversion).disruptionBudget), "rollout": below((*conversion).rollout),
		"prometheusRule": below((*conversion).prometheusRule), "extraManifests": extraManifests,

		"rewriteDeprecatedComponentNames": ignored("components get the names that the image's version knows: left out"),
		"enableConfigChecksumAnnotation":  ignored("Pods are replaced when the config changes, always: left out"),
		"useGOMEMLIMIT": func(s section, key string) {
			if !s.flag(key, true) {
				s.left(key, "the chart sets GOMEMLIMIT by the memory_limiter always: give `env` one of your own")
			}
		},
		"apiVersion":  ignored("workloads are of apps/v1: left out"),
		"httproute":   below((*conversion).officialRoute),
		"annotations": instead("the chart has no annotations for its workload alone: commonAnnotations puts them on all objects, podAnnotations on the Pods"),
	}
	for _, key := range []string{"hostAliases", "shareProcessNamespace", "runtimeClassName", "schedulerName", "dnsConfig", "resizePolicy", "hostPID"} {
		keys[key] = instead(manifest + "patch the Pod template, by Kustomize or a post-renderer")
	}

	return keys
}

// selecting carries over what may select the release's own Pods, whose labels are other ones here.
func selecting(s section, key string) {
	value := s.take(key)
	if empty(value) {
		return
	}
	s.c.set(value, key)
	for _, label := range []string{"opentelemetry-collector", "standalone-collector", "agent-collector", "statefulset-collector"} {
		if mentions(value, label) {
			s.left(key, "it names labels of the official chart's Pods: leave its labelSelector out, and it gets the release's own")

			return
		}
	}
}

func switched(to string) officialKey {
	return func(s section, key string) {
		if s.flag(key, false) {
			s.c.set(true, to)
		}
	}
}

func appended(to string) officialKey {
	return func(s section, key string) {
		for _, item := range s.list(key) {
			s.c.addTo(to, item)
		}
	}
}

// extraManifests may be templates of Helm's, which this chart evaluates too.
func extraManifests(s section, key string) {
	value := s.take(key)
	if of, ok := value.(map[string]any); ok {
		list := []any{}
		for _, name := range sorted(of) {
			list = append(list, of[name])
		}
		value = list
	}
	list, ok := value.([]any)
	if !ok && !empty(value) {
		s.left(key, "%s stands where a list is wanted: not carried over", kindOf(value))

		return
	}
	if len(list) == 0 {
		return
	}
	if mentions(list, "{{") {
		for _, word := range []string{".Values", "include", "template"} {
			if mentions(list, word) {
				s.left(key, "its templates read values or templates of the official chart: write them for this one")

				break
			}
		}
	}
	s.c.set(list, "extraManifests")
}

// environment carries over variables, with those that the official chart sets itself where they are referred to.
func environment(to string) officialKey {
	return func(s section, key string) {
		list := s.list(key)
		if len(list) == 0 {
			return
		}
		var own []any
		for _, name := range append(sorted(variables()), "K8S_NODE_NAME", "K8S_NODE_IP") {
			field := fieldPaths()[name]
			if field == "" {
				field = fieldPaths()[variables()[name]]
			}
			if mentions(list, "$("+name+")") {
				own = append(own, ofPod(name, field))
			}
		}
		s.c.set(append(own, list...), to)
	}
}

// repositoryOf names Docker Hub where a repository names no registry.
func repositoryOf(repository string) string {
	host, _, several := strings.Cut(repository, "/")
	if several && (strings.ContainsAny(host, ".:") || host == "localhost") {
		return repository
	}

	return "docker.io/" + repository
}

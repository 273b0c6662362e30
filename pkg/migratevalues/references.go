package migratevalues

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/source"
)

// variables are those of the Pod that the official chart sets, by what this chart calls them.
func variables() map[string]string {
	return map[string]string{
		"MY_POD_IP": "POD_IP", "OTEL_K8S_POD_IP": "POD_IP", "OTEL_K8S_POD_NAME": "POD_NAME", "OTEL_K8S_NAMESPACE": "POD_NAMESPACE",
		"OTEL_K8S_NODE_NAME": "K8S_NODE_NAME", "OTEL_K8S_NODE_IP": "K8S_NODE_IP",
	}
}

// fieldPaths are the fields of the Pod that this chart's variables have.
func fieldPaths() map[string]string {
	return map[string]string{
		"POD_IP": "status.podIP", "POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace",
		"K8S_NODE_NAME": "spec.nodeName", "K8S_NODE_IP": "status.hostIP",
	}
}

// ofPod is an environment variable that has a field of the Pod.
func ofPod(name, field string) map[string]any {
	return map[string]any{"name": name, "valueFrom": map[string]any{"fieldRef": map[string]any{"fieldPath": field}}}
}

var (
	// mentioned is a variable as the collector reads it, and expanded one as the kubelet does, in arguments.
	mentioned = regexp.MustCompile(`\$\{(env:)?([A-Za-z0-9_]+)([:}])`)
	expanded  = regexp.MustCompile(`\$\(([A-Za-z0-9_]+)\)`)
)

// ourNames writes the variables that a text of a config mentions by the names of this chart.
func ourNames(text string) string {
	return mentioned.ReplaceAllStringFunc(text, func(found string) string {
		parts := mentioned.FindStringSubmatch(found)
		if to, ok := variables()[parts[2]]; ok {
			return "${env:" + to + parts[3]
		}

		return found
	})
}

// ourArgument does the same with an argument of the collector.
func ourArgument(text string) string {
	return expanded.ReplaceAllStringFunc(ourNames(text), func(found string) string {
		if to, ok := variables()[expanded.FindStringSubmatch(found)[1]]; ok {
			return "$(" + to + ")"
		}

		return found
	})
}

// defineVariables sets variables of the Pod that arguments mention: the chart sets those of the config alone.
func (c *conversion) defineVariables(derived map[string]string) {
	names := map[string]bool{}
	for _, argument := range texts(c.out["extraArgs"]) {
		for _, found := range mentioned.FindAllStringSubmatch(argument, -1) {
			names[found[2]] = true
		}
		for _, found := range expanded.FindAllStringSubmatch(argument, -1) {
			names[found[1]] = true
		}
	}
	given, _ := c.out["env"].([]any)
	var own []any
	for _, name := range sorted(names) {
		field, known := fieldPaths()[name]
		_, set := derived[name]
		if known && !set && !slices.ContainsFunc(given, func(of any) bool { return at(of, "name") == name }) {
			own = append(own, ofPod(name, field))
		}
	}
	if len(own) > 0 {
		c.set(append(own, given...), "env")
	}
}

// placed is something that stands at a path of the file.
type placed struct {
	path  source.Path
	value any
}

// container carries over one that runs beside the collector, or before it.
func (c *conversion) container(to string, path source.Path, container any) {
	c.addTo(to, container)
	c.containers = append(c.containers, placed{path, container})
}

func containers(to string) officialKey {
	return func(s section, key string) {
		for i, container := range s.list(key) {
			s.c.container(to, s.at(key).Join(source.Index(i)), container)
		}
	}
}

// undefinedVolumes tells of mounts of volumes that the result does not have, such as those of the official chart itself.
func (c *conversion) undefinedVolumes() {
	mounts := []placed{}
	outside, _ := c.out["extraVolumeMounts"].([]any)
	for i, mount := range outside {
		if i < len(c.mounted) {
			mounts = append(mounts, placed{c.mounted[i], mount})
		}
	}
	for _, container := range c.containers {
		inside, _ := at(container.value, "volumeMounts").([]any)
		for i, mount := range inside {
			mounts = append(mounts, placed{container.path.Join(source.Key("volumeMounts"), source.Index(i)), mount})
		}
	}
	volumes, _ := c.out["extraVolumes"].([]any)
	for _, mount := range mounts {
		name, _ := at(mount.value, "name").(string)
		defined := slices.ContainsFunc(volumes, func(volume any) bool { return at(volume, "name") == name })
		if name != "" && !defined && !strings.Contains(name, "{{") {
			c.left(mount.path, "there is no volume %s%s: define one in extraVolumes, or take the mount out; Kubernetes refuses the Pod until then", name, wasVolume(name))
		}
	}
}

// wasVolume says what a volume was that the official chart, or the operator, has itself.
func wasVolume(name string) string {
	folders := map[string]string{
		"varlogpods": "/var/log/pods", "varlibotelcol": "/var/lib/otelcol", "varlibdockercontainers": "/var/lib/docker/containers",
		"hostfs": "/", "tracefs": "/sys/kernel/tracing",
	}
	switch folder, known := folders[name]; {
	case known:
		return fmt.Sprintf(", which was the node's %s", folder)
	case name == "opentelemetry-collector-configmap", name == "otc-internal":
		return ", which was the collector's config"
	default:
		return ""
	}
}

package migratevalues

import (
	"slices"
	"strings"

	"github.com/helm-otlp/helm-otlp/pkg/component"
)

const (
	daemonset  = "daemonset"
	gateway    = "gateway"
	attributes = "k8s_attributes"
	detection  = "resource_detection/env"
)

// officialPresets brings what the presets of the official chart do: by presets of this chart where it has them.
func (w *wanted) officialPresets(s section, replicas int) {
	w.config = canonical(w.config)
	w.nodePresets(s)
	w.annotationDiscovery(s.sub("annotationDiscovery"))
	s.unless("profiling", "the chart has no profiling preset: run the profiler as a DaemonSet of its own")
	w.kubernetesAttributes(s.sub("kubernetesAttributes"))
	w.kubernetesEvents(s.sub("kubernetesEvents"), s)
	w.kubernetesObjects(s.sub("kubernetesObjects"))
	if cluster := s.sub("clusterMetrics"); cluster.flag("enabled", false) {
		w.preset("clusterMetrics", component.Receiver, "k8s_cluster", map[string]any{"collection_interval": "10s"}, "metrics")
		if cluster.flag("disableLeaderElection", false) && (w.mode == daemonset || replicas > 1) {
			cluster.left("disableLeaderElection", "one leader among the Pods collects, always: without one, each would send the same")
		}
	} else {
		cluster.take("disableLeaderElection")
	}
	w.resourceDetection(s.sub("resourceDetection"))
	s.rest()
}

// preset switches a preset of this chart on, and joins its component to the pipelines of signals.
func (w *wanted) preset(name string, kind component.Kind, id string, body map[string]any, signals ...string) {
	w.set(true, "presets", name, "enabled")
	w.define(kind, id, body)
	w.presets = append(w.presets, presetComponent{kind: kind, id: id, signals: signals})
	for _, signal := range signals {
		w.joinTo(signal, kind, id)
	}
}

// define lays a component's body under what somebody wrote of it.
func (w *wanted) define(kind component.Kind, id string, body map[string]any) {
	whole := mapping(clone(body))
	if written := mapping(at(w.config, string(kind), id)); written != nil {
		overlay(whole, written)
	}
	w.child(w.config, string(kind))[id] = whole
}

// child is the mapping at a key, made where there is none.
func (w *wanted) child(of map[string]any, key string) map[string]any {
	found := mapping(of[key])
	if found == nil {
		found = map[string]any{}
		of[key] = found
	}

	return found
}

// joinTo appends a component to a pipeline, which is made where there is none.
func (w *wanted) joinTo(pipeline string, kind component.Kind, id string) {
	of := w.child(w.child(w.child(w.config, "service"), "pipelines"), pipeline)
	if list := texts(of[string(kind)]); !slices.Contains(list, id) {
		of[string(kind)] = anys(append(list, id))
	}
}

// process puts a processor first in the pipelines without a name of their own that there are.
func (w *wanted) process(id string) {
	for signal, pipeline := range mapping(at(w.config, "service", "pipelines")) {
		list := texts(at(pipeline, "processors"))
		if !strings.Contains(signal, "/") && mapping(pipeline) != nil && !slices.Contains(list, id) {
			mapping(pipeline)["processors"] = anys(append([]string{id}, list...))
		}
	}
}

func (w *wanted) enable(extension string, body map[string]any) {
	w.define(component.Extension, extension, body)
	service := w.child(w.config, "service")
	if list := texts(service["extensions"]); !slices.Contains(list, extension) {
		service["extensions"] = anys(append(list, extension))
	}
}

// nodePresets are those that read from the node.
func (w *wanted) nodePresets(s section) {
	logs, host, kubelet := s.sub("logsCollection"), s.sub("hostMetrics"), s.sub("kubeletMetrics")
	onNode := func(of section) bool {
		if !of.flag("enabled", false) {
			return false
		}
		if w.mode != daemonset {
			of.left("enabled", "left out: it reads from the node it runs on, so this chart has it with mode: daemonset alone: convert it as a release of its own")

			return false
		}

		return true
	}
	collector, checkpoints := logs.flag("includeCollectorLogs", false), logs.flag("storeCheckpoints", false)
	size := logs.take("maxRecombineLogSize")
	if onNode(logs) {
		body := map[string]any{}
		if collector {
			body["exclude"] = []any{}
		}
		if size != nil {
			body["operators"] = []any{map[string]any{"type": "container", "id": "container-parser", "max_log_size": size}}
		}
		w.preset("logs", component.Receiver, "file_log", body, "logs")
		if checkpoints {
			logs.note("storeCheckpoints", "the preset logs stores them always")
			w.enable("file_storage", map[string]any{})
			w.presets = append(w.presets, presetComponent{kind: component.Extension, id: "file_storage"})
		}
	}
	if onNode(host) {
		w.preset("hostMetrics", component.Receiver, "host_metrics", map[string]any{"collection_interval": "10s"}, "metrics")
	}
	if onNode(kubelet) {
		w.preset("kubeletMetrics", component.Receiver, "kubelet_stats", map[string]any{"collection_interval": "20s"}, "metrics")
	}
	for _, of := range []section{logs, host, kubelet} {
		of.rest()
	}
}

// kubernetesAttributes extracts what the official preset does, which is more than this chart's.
func (w *wanted) kubernetesAttributes(s section) {
	labels, annotations := s.flag("extractAllPodLabels", false), s.flag("extractAllPodAnnotations", false)
	if !s.flag("enabled", false) {
		if w.mode == daemonset {
			w.set(false, "presets", "kubernetesAttributes", "enabled")
		}
		s.rest()

		return
	}
	extract := map[string]any{"otel_annotations": true, "metadata": anys(officialMetadata())}
	all := []any{map[string]any{"tag_name": "$$1", "key_regex": "(.*)", "from": "pod"}}
	if labels {
		extract["labels"] = all
	}
	if annotations {
		extract["annotations"] = clone(all)
	}
	w.set(true, "presets", "kubernetesAttributes", "enabled")
	w.define(component.Processor, attributes, map[string]any{"extract": extract})
	w.process(attributes)
	w.presets = append(w.presets, presetComponent{component.Processor, attributes, []string{"traces", "metrics", "logs"}, true})
	s.rest()
}

// officialMetadata are the attributes that the official preset asks for.
func officialMetadata() []string {
	var names []string
	for _, workload := range []string{"cronjob", "daemonset", "deployment", "job", "replicaset", "statefulset"} {
		names = append(names, "k8s."+workload+".name")
		if workload != "cronjob" && workload != "deployment" {
			names = append(names, "k8s."+workload+".uid")
		}
	}
	names = append(names, "container.image.name", "container.image.tag", "k8s.cluster.uid", "k8s.container.name", "k8s.namespace.name",
		"k8s.node.name", "k8s.pod.name", "k8s.pod.start_time", "k8s.pod.uid",
		"service.instance.id", "service.name", "service.namespace", "service.version")
	slices.Sort(names)

	return names
}

func (w *wanted) kubernetesEvents(s section, presets section) {
	receiver := s.flag("useK8sEventsReceiver", false)
	switch on := s.flag("enabled", false); {
	case !on:
	case w.mode == daemonset:
		presets.note("kubernetesEvents", "the official chart does nothing with it in mode daemonset: left out")
	case receiver:
		w.preset("kubernetesEvents", component.Receiver, "k8s_events", map[string]any{}, "logs")
	default:
		w.define(component.Receiver, "k8s_objects", map[string]any{"objects": []any{watchedEvents()}})
		w.joinTo("logs", component.Receiver, "k8s_objects")
	}
	s.rest()
}

func watchedEvents() map[string]any {
	return map[string]any{"name": "events", "mode": "watch", "group": "events.k8s.io", "exclude_watch_type": []any{"DELETED"}}
}

// annotationDiscovery is written as config: the preset of this chart is for metrics alone.
func (w *wanted) annotationDiscovery(s section) {
	logs, metrics := s.sub("logs"), s.sub("metrics")
	ofLogs, ofMetrics := logs.flag("enabled", false), metrics.flag("enabled", false)
	for _, of := range []section{logs, metrics, s} {
		of.rest()
	}
	creator := func(signal string, discovery map[string]any) {
		discovery["enabled"] = true
		id := "receiver_creator/" + signal
		w.define(component.Receiver, id, map[string]any{"watch_observers": []any{"k8s_observer"}, "discovery": discovery})
		w.joinTo(signal, component.Receiver, id)
	}
	if ofLogs {
		creator("logs", map[string]any{"default_annotations": map[string]any{"io.opentelemetry.discovery.logs/enabled": "true"}})
		w.addTo("extraVolumes", map[string]any{"name": "pod-logs", "hostPath": map[string]any{"path": "/var/log/pods"}})
		w.mount(s.at("logs"), map[string]any{"name": "pod-logs", "mountPath": "/var/log/pods", "readOnly": true})
		if w.mode == daemonset {
			w.set(0, "securityContext", "runAsUser")
			s.note("logs", "the Pods run as uid 0 without capabilities, since the node's log files are root's")
		}
	}
	if ofMetrics {
		creator("metrics", map[string]any{})
	}
	if ofLogs || ofMetrics {
		observer := map[string]any{"auth_type": "serviceAccount"}
		if w.mode == daemonset {
			observer["node"] = "${env:K8S_NODE_NAME}"
		}
		w.enable("k8s_observer", observer)
	}
}

// addTo appends to a list of the result.
func (c *conversion) addTo(key string, item any) {
	list, _ := c.out[key].([]any)
	c.out[key] = append(list, item)
}

// resourceDetection is written as config: the preset of this chart detects less.
func (w *wanted) resourceDetection(s section) {
	on := s.flag("enabled", false)
	body := mapping(clone(at(w.config, "processors", detection)))
	if body == nil {
		body = map[string]any{}
	}
	detectors := texts(body["detectors"])
	for _, detector := range []struct {
		name, called string
		byDefault    bool
	}{{"env", "env", true}, {"k8snode", "k8s_api", false}, {"k8s_api", "k8s_api", true}, {"aks", "aks", false}, {"eks", "eks", false}, {"gcp", "gcp", false}} {
		of := s.sub(detector.name)
		wants := of.flag("enabled", detector.byDefault)
		of.rest()
		if !wants {
			continue
		}
		if !slices.Contains(detectors, detector.called) {
			detectors = append(detectors, detector.called)
		}
		switch detector.name {
		case "aks", "gcp", "eks":
			body[detector.name] = map[string]any{"resource_attributes": map[string]any{"k8s.cluster.name": map[string]any{"enabled": true}}}
		}
		if detector.name == "eks" {
			body["timeout"] = "15s"
		}
	}
	s.rest()
	if !on || len(detectors) == 0 {
		return
	}
	body["detectors"] = anys(detectors)
	w.child(w.config, "processors")[detection] = body
	w.process(detection)
}

package migratevalues

import "github.com/helm-otlp/helm-otlp/pkg/component"

// resourcesOf are resources of the Kubernetes API that the official preset kubernetesObjects collects, by its keys and in its order.
type resourcesOf struct {
	key   string
	group string
	names []string
}

func collected() []resourcesOf {
	return []resourcesOf{
		{"core", "", []string{"namespaces", "pods", "nodes", "services", "serviceaccounts"}},
		{"core", "apps", []string{"deployments", "replicasets", "daemonsets", "statefulsets"}},
		{"core", "batch", []string{"jobs", "cronjobs"}},
		{"rbac", "rbac.authorization.k8s.io", []string{"roles", "rolebindings", "clusterroles", "clusterrolebindings"}},
		{"storage", "storage.k8s.io", []string{"storageclasses"}},
		{"storage", "", []string{"persistentvolumes", "persistentvolumeclaims"}},
		{"networking", "networking.k8s.io", []string{"ingresses", "networkpolicies"}},
		{"autoscaling", "autoscaling", []string{"horizontalpodautoscalers"}},
		{"vpa", "autoscaling.k8s.io", []string{"verticalpodautoscalers"}},
		{"policy", "policy", []string{"poddisruptionbudgets"}},
		{"apiExtensions", "apiextensions.k8s.io", []string{"customresourcedefinitions"}},
	}
}

// kubernetesObjects is written as config: this chart has no preset for it.
func (w *wanted) kubernetesObjects(s section) {
	on, watch, alone := s.flag("enabled", false), s.flag("watch", false), s.flag("disableLeaderElection", false)
	chosen := map[string]bool{}
	for _, key := range []string{"core", "rbac", "storage", "networking", "autoscaling", "policy", "apiExtensions", "events"} {
		of := s.sub(key)
		chosen[key] = of.flag("enabled", key != "events")
		if key == "autoscaling" {
			vpa := of.sub("vpa")
			chosen["vpa"] = vpa.flag("enabled", false) && chosen[key]
			vpa.rest()
		}
		of.rest()
	}
	s.rest()
	if !on {
		return
	}
	objects := []any{}
	add := func(name, mode, group string) {
		object := map[string]any{"name": name, "mode": mode}
		if group != "" {
			object["group"] = group
		}
		objects = append(objects, object)
	}
	for _, of := range collected() {
		for _, name := range of.names {
			if !chosen[of.key] {
				continue
			}
			add(name, "pull", of.group)
			if watch {
				add(name, "watch", of.group)
			}
		}
	}
	if chosen["events"] {
		objects = append(objects, watchedEvents())
	}
	written, _ := at(w.config, "receivers", "k8s_objects", "objects").([]any)
	body := map[string]any{}
	if w.mode == daemonset && !alone {
		body["k8s_leader_elector"] = "k8s_leader_elector/k8s_objects"
		w.enable("k8s_leader_elector/k8s_objects", map[string]any{
			"auth_type": "serviceAccount", "lease_name": "k8s.objects.receiver.opentelemetry.io", "lease_namespace": "${env:POD_NAMESPACE}",
		})
	}
	w.define(component.Receiver, "k8s_objects", body)
	mapping(at(w.config, "receivers", "k8s_objects"))["objects"] = append(objects, written...)
	w.joinTo("logs", component.Receiver, "k8s_objects")
}

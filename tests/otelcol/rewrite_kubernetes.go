package otelcol

import (
	"fmt"
	"slices"
)

const noAPI = "needs the Kubernetes API, and no kubeconfig is given"

// kubernetesTypes returns the types that ask the Kubernetes API as soon as they start.
func kubernetesTypes() []string {
	return []string{
		"k8s_attributes", "k8s_cluster", "k8s_events", "k8s_objects", "k8s_leader_elector", "k8s_observer",
	}
}

// kubernetes lets what needs the API use the kubeconfig, or leaves it out.
func (w *rewriter) kubernetes() error {
	for _, kind := range []string{"receivers", "processors", "extensions"} {
		for _, id := range w.inUse(kind) {
			if hasType(id, "kubelet_stats") {
				w.remove(kind, id, "needs a kubelet")
				continue
			}
			if !hasType(id, kubernetesTypes()...) {
				continue
			}
			if w.Kubeconfig == "" {
				w.remove(kind, id, noAPI)
				continue
			}
			w.set(sure(w.config, kind, id), kind+"."+id, "auth_type", "kubeConfig")
		}
	}
	return nil
}

// discovery leaves out receiver_creator where no observer is left to tell it anything.
func (w *rewriter) discovery() error {
	extensions := w.inUse("extensions")
	for _, id := range w.inUse("receivers") {
		if !hasType(id, "receiver_creator") {
			continue
		}
		observers := names(at(w.config, "receivers", id)["watch_observers"])
		if slices.ContainsFunc(observers, func(o string) bool { return !slices.Contains(extensions, o) }) {
			w.remove("receivers", id, "an observer that it watches is left out")
		}
	}
	return nil
}

// detectors leaves out the resource detectors that ask the API or a cloud's metadata service.
func (w *rewriter) detectors() error {
	local := []string{"env", "system", "docker"}
	for _, id := range w.inUse("processors") {
		if !hasType(id, "resource_detection") {
			continue
		}
		path := "processors." + id + ".detectors"
		processor := sure(w.config, "processors", id)
		kept := []any{}
		for _, detector := range names(processor["detectors"]) {
			switch {
			case slices.Contains(local, detector):
				kept = append(kept, detector)
			case hasType(detector, "k8s_node", "k8s_api", "kubeadm") && w.Kubeconfig != "":
				kept = append(kept, detector)
				w.set(sure(processor, detector), "processors."+id+"."+detector, "auth_type", "kubeConfig")
			default:
				w.leftOut(path+"."+detector, "asks a service that is not here")
			}
		}
		if len(kept) == 0 {
			kept = append(kept, "env")
			w.changed(path, "env, since none of its own can run here")
		}
		processor["detectors"] = kept
	}
	return nil
}

// scrapes leaves out the scrape jobs of the prometheus receiver that look targets up in Kubernetes.
func (w *rewriter) scrapes() error {
	for _, id := range w.inUse("receivers") {
		if !hasType(id, "prometheus") {
			continue
		}
		receiver := at(w.config, "receivers", id)
		w.drop(receiver, "receivers."+id, "target_allocator", "there is none here")
		jobs, _ := at(receiver, "config")["scrape_configs"].([]any)
		kept := []any{}
		for _, item := range jobs {
			job, _ := item.(section)
			if w.reachable(job) {
				kept = append(kept, item)
				continue
			}
			w.leftOut(fmt.Sprintf("receivers.%s.config.scrape_configs.%v", id, job["job_name"]), noAPI)
		}
		if len(kept) == 0 {
			w.remove("receivers", id, "none of its scrape jobs can run here")
			continue
		}
		at(receiver, "config")["scrape_configs"] = kept
	}
	return nil
}

// reachable tells whether a scrape job can find its targets, once its discovery uses the kubeconfig.
func (w *rewriter) reachable(job section) bool {
	discoveries, _ := job["kubernetes_sd_configs"].([]any)
	if len(discoveries) == 0 {
		return true
	}
	for _, item := range discoveries {
		if discovery, ok := item.(section); ok && w.Kubeconfig != "" {
			w.set(discovery, fmt.Sprintf("scrape job %v", job["job_name"]), "kubeconfig_file", w.Kubeconfig)
		}
	}
	return w.Kubeconfig != ""
}

// remove takes a component out of the config and of everything that names it.
func (w *rewriter) remove(kind, id, why string) {
	delete(at(w.config, kind), id)
	w.leftOut(kind+"."+id, why)
	service := at(w.config, "service")
	if kind == "extensions" {
		service["extensions"] = without(service["extensions"], id)
		return
	}
	for name := range at(service, "pipelines") {
		pipeline := at(service, "pipelines", name)
		for _, list := range []string{"receivers", "processors", "exporters"} {
			if (list == kind || kind == "connectors" && list != "processors") && pipeline[list] != nil {
				pipeline[list] = without(pipeline[list], id)
			}
		}
	}
}

func without(list any, id string) []any {
	kept := []any{}
	for _, item := range names(list) {
		if item != id {
			kept = append(kept, item)
		}
	}
	return kept
}

// prune leaves out pipelines that have no receiver or no exporter any more, and connectors that lost one of their
// ends, until nothing is left to leave out.
func (w *rewriter) prune() error {
	pipelines := at(w.config, "service", "pipelines")
	for again := true; again; {
		again = false
		for _, name := range sortedKeys(pipelines) {
			pipeline := at(pipelines, name)
			if len(names(pipeline["receivers"])) > 0 && len(names(pipeline["exporters"])) > 0 {
				continue
			}
			delete(pipelines, name)
			w.leftOut("service.pipelines."+name, "it has no receiver or no exporter left")
			again = true
		}
		for _, id := range sortedKeys(at(w.config, "connectors")) {
			if !w.named("receivers", id) || !w.named("exporters", id) {
				w.remove("connectors", id, "a pipeline at one of its ends is left out")
				again = true
			}
		}
	}
	if len(pipelines) == 0 {
		return fmt.Errorf("no pipeline is left, since each needs the Kubernetes API; give a kubeconfig")
	}
	return w.leaveOutUnused()
}

// named tells whether any pipeline has the id in the given list.
func (w *rewriter) named(list, id string) bool {
	pipelines := at(w.config, "service", "pipelines")
	for name := range pipelines {
		if slices.Contains(names(at(pipelines, name)[list]), id) {
			return true
		}
	}
	return false
}

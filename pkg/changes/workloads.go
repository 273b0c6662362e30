package changes

import (
	"strconv"
)

// workloads whose Pods come, go or start again.
func workloads(before, after []object, pods map[Ref]int) []Workload {
	old, fresh := workloadsOf(before), workloadsOf(after)
	found := []Workload{}
	for _, key := range bothKeys(old, fresh) {
		was, existed := old[key]
		is, exists := fresh[key]
		switch {
		case !existed:
			found = append(found, Workload{Ref: is.ref, Action: Add, Pods: podsOf(is, pods), Because: []string{}})
		case !exists:
			found = append(found, Workload{Ref: was.ref, Action: Remove, Pods: podsOf(was, pods), Because: []string{}})
		default:
			because := differing("", was.template(), is.template())
			if len(because) > 0 {
				found = append(found, restarted(was, is, because, pods))
			}
		}
	}

	return found
}

// restarted is a workload whose Pod template differs.
func restarted(was, is object, because []Setting, pods map[Ref]int) Workload {
	workload := Workload{Ref: is.ref, Action: Restart, Pods: podsOf(was, pods), Because: []string{}}
	for _, setting := range because {
		workload.Because = append(workload.Because, setting.Path)
	}
	strategy := table(is.value, "spec", "updateStrategy")
	if text(strategy["type"]) == "OnDelete" {
		workload.Note = "its update strategy is OnDelete: a Pod starts again when somebody deletes it"
	}
	if is.ref.Kind == "Deployment" && text(table(is.value, "spec", "strategy")["type"]) == "Recreate" {
		workload.Note = "its strategy is Recreate: all Pods end before the first new one starts"
	}

	return workload
}

func workloadsOf(all []object) map[string]object {
	found := map[string]object{}
	for _, o := range all {
		switch o.ref.Kind {
		case "Deployment", "StatefulSet", "DaemonSet":
			found[o.key()] = o
		}
	}

	return found
}

func (o object) template() map[string]any { return table(o.value, "spec", "template") }

// podsOf is how many Pods a workload has. Of a DaemonSet only the cluster knows.
func podsOf(o object, pods map[Ref]int) int {
	if n, known := pods[o.ref]; known {
		return n
	}
	if o.ref.Kind == "DaemonSet" {
		return 0
	}
	n, err := strconv.Atoi(text(table(o.value, "spec")["replicas"]))
	if err != nil {
		return 1 // The default of both kinds.
	}

	return n
}

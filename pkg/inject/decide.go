package inject

import "fmt"

// An Action is what was done to an object.
type Action string

// The actions.
const (
	// Injected: it has the sidecar now.
	Injected Action = "injected"
	// Updated: it had the sidecar of another config or version, and has this one now.
	Updated Action = "updated"
	// Unchanged: it had this sidecar, or has none to take out.
	Unchanged Action = "unchanged"
	// Removed: its sidecar is gone.
	Removed Action = "removed"
	// Skipped: it gets none, for the reason given.
	Skipped Action = "skipped"
	// NoPods: it is no workload.
	NoPods Action = "no Pods"
)

// NotAsked is the reason of a Pod that gets none since nobody asked for it.
const NotAsked = "it does not ask for a sidecar"

// decide says whether a workload gets the sidecar; else why not.
func (i *Injector) decide(w *workload, namespaces map[string]string) (yes bool, reason string) {
	for _, check := range []func(*workload) string{i.unsuited, i.taken} {
		if reason := check(w); reason != "" {
			return false, reason
		}
	}
	asked, by := annotation(w.pod, Annotation)
	whose := "it"
	if !by {
		asked, by = namespaces[i.namespaceOf(w.Object)]
		whose = "its Namespace"
	}
	switch {
	case by && (asked == "true" || asked == i.sidecar.Release):
		return true, ""
	case by && asked == "false":
		reason = whose + " opts out"
	case by:
		reason = fmt.Sprintf("%s asks for the sidecar of the release %s, and this is %s", whose, asked, i.sidecar.Release)
	case i.options.All, i.has(w):
		return true, ""
	default:
		return false, NotAsked
	}
	if i.has(w) {
		reason += ", and has the sidecar still: take it out (--uninject)"
	}

	return false, reason
}

// unsuited is why Pods can't have a sidecar; empty: they can.
func (i *Injector) unsuited(w *workload) string {
	spec := at[map[string]any](w.pod, "spec")
	for _, of := range []map[string]any{w.object, w.pod} {
		if _, is := annotation(of, "helm.sh/hook"); is {
			return "it is a hook of Helm"
		}
		for _, mark := range []string{"kubernetes.io/config.mirror", "kubernetes.io/config.source"} {
			if source, is := annotation(of, mark); is && source != "api" {
				return "it is a static Pod"
			}
		}
	}
	switch {
	case at[string](spec, "os", "name") == "windows", at[string](spec, "nodeSelector", "kubernetes.io/os") == "windows":
		return "it runs on Windows"
	case at[bool](spec, "hostNetwork") && !i.sidecar.HostNetwork:
		return "it shares the node's network (sidecar.hostNetwork allows that)"
	default:
		return ""
	}
}

// taken is what stands where the sidecar would; empty: nothing, or an older one.
func (i *Injector) taken(w *workload) string {
	spec := at[map[string]any](w.pod, "spec")
	name := nameOf(i.sidecar.Container)
	release := at[string](w.pod, "metadata", "labels", InjectedLabel)
	inside := named(at[[]any](spec, "initContainers"), name) >= 0
	switch {
	case named(at[[]any](spec, "containers"), name) >= 0:
		return "it has a container " + name + " of its own"
	case inside && release == "":
		return "it has an init container " + name + " of its own"
	case inside && release != i.sidecar.Release:
		return "it has the sidecar of the release " + release
	case inside:
		return ""
	}
	volumes := at[[]any](spec, "volumes")
	for _, volume := range i.sidecar.Volumes {
		if named(volumes, nameOf(volume)) >= 0 {
			return "it has a volume " + nameOf(volume) + " of its own"
		}
	}

	return ""
}

// has tells whether a workload has the sidecar of this release, of whatever config.
func (i *Injector) has(w *workload) bool {
	return at[string](w.pod, "metadata", "labels", InjectedLabel) == i.sidecar.Release &&
		named(at[[]any](w.pod, "spec", "initContainers"), nameOf(i.sidecar.Container)) >= 0
}

func (i *Injector) namespaceOf(o Object) string {
	if o.Namespace != "" {
		return o.Namespace
	}

	return i.options.Namespace
}

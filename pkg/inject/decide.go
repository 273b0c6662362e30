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

// What reasons end with.
const (
	noText     = Annotation + " is no text, which the API server refuses: write it in quotes"
	stillThere = ", and has the sidecar still: take it out (--uninject)"
)

// decide says whether a workload gets the sidecar, and what is not sure of that; else why not.
func (i *Injector) decide(w *workload, namespaces map[string]map[string]string) (yes bool, reason string) {
	for _, check := range []func(*workload) string{i.unsuited, i.taken} {
		if reason := check(w); reason != "" {
			return false, reason
		}
	}
	reason = i.unasked(w, namespaces)
	if reason == "" {
		yes, reason = i.inside(w, namespaces)
	}
	if yes {
		if clash := i.clash(w.pod); clash != "" {
			yes, reason = false, clash
		}
	}
	if !yes && i.has(w) {
		reason += stillThere
	}

	return yes, reason
}

// unasked is why a workload is not to have the sidecar; empty: it is.
func (i *Injector) unasked(w *workload, namespaces map[string]map[string]string) string {
	if unquoted(w.pod, "annotations") {
		return "its annotation " + noText
	}
	asked, by := annotation(w.pod, Annotation)
	whose := "it"
	if !by {
		asked, by = namespaces[i.namespaceOf(w.Object)][Annotation]
		whose = "its Namespace"
	}
	switch {
	case by && (asked == "true" || asked == i.sidecar.Release):
		return ""
	case by && asked == "false":
		return whose + " opts out"
	case by:
		return fmt.Sprintf("%s asks for the sidecar of the release %s, and this is %s", whose, asked, i.sidecar.Release)
	case i.options.All, i.has(w):
		return ""
	default:
		return astray(w)
	}
}

// astray says where a workload asks in a place that nobody looks at; NotAsked: nowhere.
func astray(w *workload) string {
	if _, is := annotation(w.object, Annotation); is {
		return "its annotation " + Annotation + " does not count there: put it on the Pod template"
	}
	for _, of := range []map[string]any{w.pod, w.object} {
		if _, is := at[map[string]any](of, "metadata", "labels")[Annotation]; is {
			return "its label " + Annotation + " does not count: make it an annotation of the Pod template"
		}
	}

	return NotAsked
}

// unquoted tells that an object or Pod asks with what is no text, such as true without quotes.
func unquoted(object map[string]any, marks string) bool {
	value, has := at[map[string]any](object, "metadata", marks)[Annotation]
	_, isText := value.(string)

	return has && !isText
}

// inside says whether the sidecar's selector takes a workload's Namespace; where that is not known, it may be.
func (i *Injector) inside(w *workload, namespaces map[string]map[string]string) (yes bool, reason string) {
	name := i.namespaceOf(w.Object)
	labels, known := namespaces[name]
	if !known {
		// One that is not named here is any one's.
		name = w.Namespace
	}
	yes, sure := i.sidecar.NamespaceSelector.takes(name, labels)
	switch {
	case !yes:
		return false, "sidecar.namespaceSelector does not take its Namespace"
	case !sure:
		return true, "its Namespace is not in the input, so whether sidecar.namespaceSelector takes it is not known"
	default:
		return true, ""
	}
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

	return i.ownVolume(w.pod)
}

// ownVolume says that a Pod without the sidecar has a volume of the name of one that comes with it; empty: it has none.
func (i *Injector) ownVolume(pod map[string]any) string {
	volumes := at[[]any](pod, "spec", "volumes")
	for _, volume := range i.sidecar.Volumes {
		if named(volumes, nameOf(volume)) >= 0 {
			return "it has a volume " + nameOf(volume) + " of its own"
		}
	}

	return ""
}

// has tells whether a workload has the sidecar of this release, of whatever config.
func (i *Injector) has(w *workload) bool { return i.release(w) == i.sidecar.Release }

// release is the one whose sidecar a workload has; empty: it has none.
func (i *Injector) release(w *workload) string {
	if named(at[[]any](w.pod, "spec", "initContainers"), nameOf(i.sidecar.Container)) < 0 {
		return ""
	}

	return at[string](w.pod, "metadata", "labels", InjectedLabel)
}

func (i *Injector) namespaceOf(o Object) string {
	if o.Namespace != "" {
		return o.Namespace
	}

	return i.options.Namespace
}

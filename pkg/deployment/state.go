package deployment

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// A State is how far a release has come.
type State string

const (
	// Ready is that what the release asks for runs, with the config that is installed.
	Ready State = "ready"
	// InProgress is that it is on its way there, and nothing speaks against it.
	InProgress State = "in-progress"
	// Failed is that it does not get there without a change.
	Failed State = "failed"
)

// A Status is how a release stands in its cluster. Its JSON is what `helm otlp status --output json` prints.
type Status struct {
	State State `json:"state"`
	// Reason says why it is not ready. Empty: it is.
	Reason  string `json:"reason,omitempty"`
	Release Info   `json:"release"`
	// Workloads of the release, in the order of its manifest: one, or none for a sidecar. An umbrella chart may have several.
	Workloads []Workload `json:"workloads"`
	// Sidecars are the Pods that the release has put a collector into; nil unless its mode is sidecar.
	Sidecars *Sidecars `json:"sidecars,omitempty"`
	// Notes say what could not be found out.
	Notes []string `json:"notes,omitempty"`
}

// Info says which revision of which chart Helm has installed.
type Info struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	Revision  int    `json:"revision"`
	// Status is Helm's word: deployed, failed, pending-upgrade and others; Description is what it says beside.
	Status      string `json:"status"`
	Description string `json:"description,omitempty"`
	Chart       string `json:"chart"`
	// ChartVersion and AppVersion are those of the chart, not of an image that values name.
	ChartVersion string `json:"chartVersion"`
	AppVersion   string `json:"appVersion"`
}

// A Workload is a Deployment, StatefulSet or DaemonSet of collectors.
type Workload struct {
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	State     State  `json:"state"`
	// Rollout says in words how far it is.
	Rollout string `json:"rollout"`
	// Image is the collector's, and ConfigHash that of the config that is installed.
	Image      string `json:"image"`
	ConfigHash string `json:"configHash"`
	// Replicas that are wanted, of which so many are updated, ready and available. Of a DaemonSet they are nodes.
	Wanted    int `json:"wanted"`
	Updated   int `json:"updated"`
	Ready     int `json:"ready"`
	Available int `json:"available"`
	// OutOfDate is how many Pods run another config than the one installed, without those that are terminating.
	OutOfDate int   `json:"outOfDate"`
	Pods      []Pod `json:"pods"`
}

// A Pod is one collector, of its own or as a sidecar.
type Pod struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace"`
	// Node is empty before it has one.
	Node  string `json:"node,omitempty"`
	Ready bool   `json:"ready"`
	// Restarts of the collector's container.
	Restarts int    `json:"restarts"`
	Image    string `json:"image"`
	// ConfigHash of the config that it was made with; empty: it can't be told.
	ConfigHash string `json:"configHash,omitempty"`
	// Current tells that this is the config installed.
	Current bool `json:"current"`
	// Terminating tells that it is being deleted. It hands over what it has, and goes.
	Terminating bool `json:"terminating,omitempty"`
	// Reason says why it is not ready.
	Reason string `json:"reason,omitempty"`
	// Hopeless tells that it will not become ready without a change.
	Hopeless bool `json:"hopeless,omitempty"`
	// Health is what the collector's own endpoint said; nil: it was not asked.
	Health *Health `json:"health,omitempty"`

	// collector is its container; nil: the Pod has none. injected tells a sidecar.
	collector *corev1.Container
	injected  bool
	// wordless tells that it ended without a message.
	wordless bool
}

// Sidecars are the Pods that carry the label sidecar.opentelemetry.io/injected with the release's name.
type Sidecars struct {
	// ConfigHash of the config that Pods created now get; empty: the chart is older than that is written down.
	ConfigHash string `json:"configHash,omitempty"`
	Ready      int    `json:"ready"`
	// OutOfDate is how many have another config, without those that are terminating: they keep it until they are created anew.
	OutOfDate int   `json:"outOfDate"`
	Pods      []Pod `json:"pods"`
}

// Health is what a collector's health_check said.
type Health struct {
	// Reached tells that it answered. Healthy is what it answered.
	Reached bool `json:"reached"`
	Healthy bool `json:"healthy"`
	// Detail is the answer, or why there is none.
	Detail string `json:"detail,omitempty"`
}

// conclude sets the state of the whole from that of its parts and from what Helm says.
func (s *Status) conclude() {
	s.State, s.Reason = ofHelm(s.Release)
	for i := range s.Workloads {
		w := &s.Workloads[i]
		if worse(w.State, s.State) {
			s.State, s.Reason = w.State, w.Kind+" "+w.Name+": "+w.Rollout
		}
	}
	if s.Sidecars != nil {
		state, reason := s.Sidecars.state()
		if worse(state, s.State) {
			s.State, s.Reason = state, reason
		}
	}
}

// ofHelm is the state that Helm's own word for the revision means.
func ofHelm(release Info) (State, string) {
	switch release.Status {
	case "deployed":
		return Ready, ""
	case "failed":
		return Failed, "Helm's last change failed: " + cmp.Or(release.Description, "it does not say why")
	case "pending-install", "pending-upgrade", "pending-rollback", "uninstalling":
		return InProgress, "Helm's record is " + release.Status + ": Helm is at work, or was interrupted (then `helm rollback` mends it)"
	default:
		return Failed, "Helm's record is " + release.Status
	}
}

func worse(a, b State) bool {
	order := []State{Ready, InProgress, Failed}

	return slices.Index(order, a) > slices.Index(order, b)
}

// state of what was injected. A Pod with an older config keeps it until it is made anew: it is out of date, and whether it runs
// says nothing of what is installed.
func (s *Sidecars) state() (State, string) {
	state, reason := Ready, ""
	for _, pod := range s.Pods {
		found := Ready
		switch {
		case !pod.Current && s.ConfigHash != "":
		case pod.Hopeless:
			found = Failed
		case !pod.Ready:
			found = InProgress
		}
		if worse(found, state) {
			state, reason = found, "the sidecar of Pod "+pod.Namespace+"/"+pod.Name+": "+pod.Reason
		}
	}

	return state, reason
}

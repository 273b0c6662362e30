// Package diagnose names the causes for which a collector's release is not well, out of what its cluster shows of it. It asks
// nothing itself: it is given a Snapshot.
package diagnose

import (
	"cmp"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
)

// Container is the name of the collector's container, in the chart and in what it injects.
const Container = "otlp-collector"

// A Snapshot is what a cluster shows of a release at one time.
type Snapshot struct {
	// Taken is when, by the clock of who asks.
	Taken time.Time `json:"taken"`
	// Name and Namespace are the release's, Status and Description what Helm says of its last revision.
	Name        string `json:"name"`
	Namespace   string `json:"namespace"`
	Status      string `json:"status"`
	Description string `json:"description,omitempty"`

	Workloads []Workload                     `json:"workloads"`
	Pods      []corev1.Pod                   `json:"pods"`
	Events    []corev1.Event                 `json:"events"`
	Nodes     []corev1.Node                  `json:"nodes"`
	Quotas    []corev1.ResourceQuota         `json:"quotas"`
	Claims    []corev1.PersistentVolumeClaim `json:"claims"`
	Services  []corev1.Service               `json:"services"`
	Slices    []discoveryv1.EndpointSlice    `json:"endpointSlices"`
	// Configs are the ConfigMaps that the collectors read, or that are injected.
	Configs []corev1.ConfigMap `json:"configMaps"`
	Logs    []Log              `json:"logs"`
	Metrics []Metrics          `json:"metrics"`
	// Sidecar is how collectors are injected; nil: none are.
	Sidecar *Sidecar `json:"sidecar,omitempty"`
	// Blind says that workloads or Pods of the release could not be read, so that the absence of causes says nothing.
	Blind bool `json:"blind,omitempty"`
	// Unasked says what the cluster forbids or does not answer, in words.
	Unasked []string `json:"unasked"`
}

// A Workload is a Deployment, StatefulSet or DaemonSet of collectors.
type Workload struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace"`
	Name      string `json:"name"`
	// Missing says that it is in the release and not in the cluster.
	Missing bool `json:"missing,omitempty"`
	// Wanted Pods, and how many there are.
	Wanted int `json:"wanted"`
	Made   int `json:"made"`
	// Says are the messages of its conditions that are about Pods which can't be made.
	Says []string `json:"says,omitempty"`
}

// A Log is the end of what a collector has written.
type Log struct {
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	// Previous says that it is of the container before the one that runs.
	Previous bool   `json:"previous,omitempty"`
	Text     string `json:"text"`
}

// Metrics are a collector's own, in the text format of Prometheus.
type Metrics struct {
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Text      string `json:"text"`
}

// A Cause is why collectors are not well.
type Cause struct {
	// ID is kebab-case, and a section of docs/doctor.md.
	ID string `json:"cause"`
	// Summary says in a sentence what is wrong.
	Summary string `json:"summary"`
	// Evidence are the objects that show it, and their words.
	Evidence []Evidence `json:"evidence"`
	// Mend says what to do: words, then values of the chart as YAML.
	Mend   string `json:"mend"`
	Values string `json:"values,omitempty"`
	// Pods that are not well by it, as namespace/name, sorted.
	Pods []string `json:"pods"`

	rank int
}

// Evidence is what an object says.
type Evidence struct {
	// Object is Kind namespace/name.
	Object string `json:"object"`
	Says   string `json:"says"`
}

// Diagnose names the causes, the most fundamental first. A Pod that has one is not given another that follows from it. Empty:
// all is well.
func Diagnose(snapshot Snapshot) []Cause {
	p := &patient{Snapshot: snapshot, explained: map[string]bool{}}
	p.index()
	// The order is that in which a collector comes to life: a Pod must be made, placed, have its image, read its config, run.
	checks := []func(*patient){
		(*patient).helm, (*patient).missing, (*patient).admission, (*patient).injection,
		(*patient).placement, (*patient).volumes, (*patient).images, (*patient).containers,
		(*patient).config, (*patient).queueDirectory, (*patient).ports, (*patient).memory, (*patient).probes,
		(*patient).rights, (*patient).exporters, (*patient).queues, (*patient).endpoints, (*patient).unexplained,
	}
	for i, check := range checks {
		known := len(p.causes)
		check(p)
		for j := known; j < len(p.causes); j++ {
			p.causes[j].rank = i
		}
	}
	slices.SortStableFunc(p.causes, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Summary, b.Summary))
	})

	return p.causes
}

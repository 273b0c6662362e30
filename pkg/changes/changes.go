// Package changes says what lies between two manifests of a release in the collector's terms: which components and pipelines
// come, go and change, which rights and ports, and which Pods start again.
package changes

import (
	"context"
	"fmt"

	"github.com/helm-otlp/helm-otlp/pkg/lint"
)

// Action is what happens to a thing.
type Action string

// The actions.
const (
	Add    Action = "add"
	Remove Action = "remove"
	Change Action = "change"
	// Restart is for a workload whose Pods are made anew.
	Restart Action = "restart"
)

// Report is all that changes. Every list is sorted, and never nil.
type Report struct {
	Same       bool        `json:"same"`
	Collectors []Collector `json:"collectors"`
	// Rights of Roles and ClusterRoles, such as `list pods in all namespaces`.
	Rights Difference `json:"rights"`
	// Ports of Services and of collectors' containers.
	Ports     Difference `json:"ports"`
	Workloads []Workload `json:"workloads"`
	Objects   []Object   `json:"objects"`
}

// Difference is what one side has and the other lacks.
type Difference struct {
	Gained []string `json:"gained"`
	Lost   []string `json:"lost"`
}

// Collector is what changes of a collector's config.
type Collector struct {
	Ref
	Action Action `json:"action"`
	// Unseen says why the config can't be compared; empty: it is.
	Unseen string `json:"unseen,omitempty"`
	Parts  []Part `json:"parts"`
}

// Part is a component, a pipeline or the telemetry of a collector.
type Part struct {
	// Kind is receiver, processor, exporter, connector, extension, pipeline or service.
	Kind   string `json:"kind"`
	ID     string `json:"id"`
	Action Action `json:"action"`
	// Settings that differ; empty for what comes or goes as a whole.
	Settings []Setting `json:"settings"`
}

// Setting is a value below a part. Before and After are JSON; empty: there is none.
type Setting struct {
	Path   string `json:"path"`
	Action Action `json:"action"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// Workload is what happens to the Pods of a workload.
type Workload struct {
	Ref
	Action Action `json:"action"`
	// Pods are how many it has now, or gets.
	Pods int `json:"pods"`
	// Because are the fields of the Pod template that differ.
	Because []string `json:"because"`
	// Note says what is special about it.
	Note string `json:"note,omitempty"`
}

// Object is one that comes, goes or changes.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Ref
	Action Action `json:"action"`
	// Diff is unified. Compare leaves it to the caller, who knows what is secret.
	Diff string `json:"diff"`
	// Before and After are the object as YAML with sorted keys; empty: there is none.
	Before string `json:"-"`
	After  string `json:"-"`
}

// Ref names an object.
type Ref struct {
	Kind      string `json:"kind"`
	Namespace string `json:"namespace,omitempty"`
	Name      string `json:"name"`
}

// String is Kind namespace/name.
func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Kind + " " + r.Name
	}

	return r.Kind + " " + r.Namespace + "/" + r.Name
}

// Compare says what an upgrade from the manifests before to those after does. namespace is the release's, in which objects
// stand that name none. pods tells how many Pods a workload has in the cluster; what it lacks is read from spec.replicas.
// An error means that one of them can't be read.
func Compare(ctx context.Context, before, after []lint.Manifest, namespace string, pods map[Ref]int) (*Report, error) {
	old, err := read(ctx, before, namespace)
	if err != nil {
		return nil, fmt.Errorf("read what is installed: %w", err)
	}
	fresh, err := read(ctx, after, namespace)
	if err != nil {
		return nil, fmt.Errorf("read what would be installed: %w", err)
	}
	report := &Report{
		Collectors: collectors(old, fresh),
		Rights:     difference(rights(old.objects), rights(fresh.objects)),
		Ports:      difference(ports(old.objects), ports(fresh.objects)),
		Workloads:  workloads(old.objects, fresh.objects, pods),
		Objects:    objects(old.objects, fresh.objects),
	}
	report.Same = len(report.Objects) == 0

	return report, nil
}

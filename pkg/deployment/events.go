package deployment

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/pkg/diagnose"
)

// An Event is what the cluster has said of an object of a release.
type Event struct {
	// Type is Normal or Warning.
	Type    string `json:"type"`
	Reason  string `json:"reason"`
	Message string `json:"message"`
	// Object is Kind/name.
	Object string `json:"object"`
	// Count is how often it was said, the last time at Last.
	Count int       `json:"count"`
	Last  time.Time `json:"last"`
}

// Events are those of a release's workloads and of what they made (ReplicaSets, Pods, claims), the newest last. The cluster
// keeps them for an hour or so.
func (c *Cluster) Events(ctx context.Context, name string) ([]Event, error) {
	record, err := c.record(ctx, name)
	if err != nil {
		return nil, err
	}
	var found []Event
	for _, namespace := range record.namespaces() {
		options := metav1.ListOptions{Limit: page}
		for {
			list, err := c.core.Events(namespace).List(ctx, options)
			if err != nil {
				return nil, c.refused(err, "list events in the namespace "+namespace)
			}
			for _, e := range list.Items {
				if record.concerns(namespace, e.InvolvedObject) {
					found = append(found, event(e))
				}
			}
			if options.Continue = list.Continue; options.Continue == "" {
				break
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Event) int { return a.Last.Compare(b.Last) })

	return found, nil
}

// namespaces of the workloads, each once.
func (r *record) namespaces() []string {
	var all []string
	for _, w := range r.workloads {
		if !slices.Contains(all, w.namespace) {
			all = append(all, w.namespace)
		}
	}

	return all
}

// concerns tells whether an object is a workload of the release, or made for one: those are named after it.
func (r *record) concerns(namespace string, object corev1.ObjectReference) bool {
	return slices.ContainsFunc(r.workloads, func(w owned) bool {
		made := strings.HasPrefix(object.Name, w.name+"-") || object.Kind == "PersistentVolumeClaim" && strings.HasPrefix(object.Name, "state-"+w.name+"-")

		return w.namespace == namespace && (object.Name == w.name || made)
	})
}

func event(e corev1.Event) Event {
	count := int(e.Count)
	if e.Series != nil {
		count = int(e.Series.Count)
	}

	return Event{
		Type: e.Type, Reason: e.Reason, Message: e.Message, Object: fmt.Sprintf("%s/%s", e.InvolvedObject.Kind, e.InvolvedObject.Name),
		Count: max(1, count), Last: diagnose.Seen(e),
	}
}

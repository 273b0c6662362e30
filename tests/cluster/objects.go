package cluster

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
)

// An Object is one object that the cluster holds.
type Object struct {
	APIVersion, Kind, Namespace, Name string

	UID             types.UID
	ResourceVersion string
	// Generation counts the changes to the object's specification. Kinds without a status leave it 0.
	Generation int64
	// Full is the object as the API server returned it.
	Full *unstructured.Unstructured
}

// String names the object as kubectl users do: Kind namespace/name.
func (o Object) String() string {
	if o.Namespace == "" {
		return o.Kind + " " + o.Name
	}

	return o.Kind + " " + o.Namespace + "/" + o.Name
}

// ListAll returns every object of every kind that can be listed, sorted by kind, namespace and name, each once.
// The selector is one of labels, as in `kubectl get -l`; an empty one selects everything. What Kubernetes makes on
// behalf of others without copying their labels (Endpoints, Events, ControllerRevisions) is found by its namespace only:
// see InNamespace.
func (c *Cluster) ListAll(ctx context.Context, selector string) ([]Object, error) {
	lists, err := c.Discovery.ServerPreferredResources()
	if err != nil {
		return nil, fmt.Errorf("find out which kinds there are: %w", err)
	}

	var objects []Object
	seen := map[types.UID]bool{}
	for _, list := range discovery.FilteredBy(discovery.SupportsAllVerbs{Verbs: []string{"list", "get"}}, lists) {
		version, err := schema.ParseGroupVersion(list.GroupVersion)
		if err != nil {
			return nil, fmt.Errorf("read the group and version %q: %w", list.GroupVersion, err)
		}
		for _, resource := range list.APIResources {
			found, err := c.list(ctx, version.WithResource(resource.Name), selector)
			if err != nil {
				return nil, err
			}
			for _, object := range found {
				// Some kinds, such as Event, are served by two groups.
				if !seen[object.UID] {
					seen[object.UID] = true
					objects = append(objects, object)
				}
			}
		}
	}
	slices.SortFunc(objects, compareObjects)

	return objects, nil
}

func (c *Cluster) list(ctx context.Context, resource schema.GroupVersionResource, selector string) ([]Object, error) {
	list, err := c.Dynamic.Resource(resource).List(ctx, metav1.ListOptions{LabelSelector: selector})
	if apierrors.IsNotFound(err) || apierrors.IsMethodNotSupported(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", resource, err)
	}

	var objects []Object
	for i := range list.Items {
		item := &list.Items[i]
		// Those of a kind that is computed on request, such as ComponentStatus, are not stored and have no UID.
		if item.GetUID() != "" {
			objects = append(objects, newObject(item))
		}
	}

	return objects, nil
}

func newObject(full *unstructured.Unstructured) Object {
	return Object{
		APIVersion: full.GetAPIVersion(), Kind: full.GetKind(), Namespace: full.GetNamespace(), Name: full.GetName(),
		UID: full.GetUID(), ResourceVersion: full.GetResourceVersion(), Generation: full.GetGeneration(), Full: full,
	}
}

func compareObjects(a, b Object) int {
	return cmp.Or(
		cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.APIVersion, b.APIVersion), cmp.Compare(a.UID, b.UID),
	)
}

// InNamespace returns the objects of one namespace, or for "" those that have none.
func InNamespace(objects []Object, namespace string) []Object {
	var selected []Object
	for _, object := range objects {
		if object.Namespace == namespace {
			selected = append(selected, object)
		}
	}

	return selected
}

// Changed says what differs between two lists of the same selection, one sorted line an object:
// `created Kind namespace/name`, `deleted ...`, `replaced ...` (deleted and made anew) and `changed ...: path, path`.
// What the cluster writes by itself is disregarded: statuses, resource versions, managed fields and the kinds Event and
// Lease. An empty result after an upgrade means that it changed nothing.
func Changed(before, after []Object) []string {
	old := map[string]Object{}
	for _, object := range before {
		old[object.APIVersion+" "+object.String()] = object
	}

	var lines []string
	say := func(what string, object Object, detail string) {
		if object.Kind != "Event" && object.Kind != "Lease" {
			lines = append(lines, what+" "+object.String()+detail)
		}
	}
	for _, object := range after {
		id := object.APIVersion + " " + object.String()
		previous, existed := old[id]
		delete(old, id)
		switch {
		case !existed:
			say("created", object, "")
		case previous.UID != object.UID:
			say("replaced", object, "")
		default:
			if paths := differences("", lasting(previous), lasting(object)); len(paths) > 0 {
				say("changed", object, ": "+strings.Join(paths, ", "))
			}
		}
	}
	for _, object := range old {
		say("deleted", object, "")
	}
	slices.Sort(lines)

	return lines
}

// lasting is the object without what the cluster writes by itself.
func lasting(object Object) map[string]any {
	content := object.Full.DeepCopy().Object
	delete(content, "status")
	unstructured.RemoveNestedField(content, "metadata", "resourceVersion")
	unstructured.RemoveNestedField(content, "metadata", "managedFields")

	return content
}

// differences returns the sorted paths at which two values differ. Lists are compared as a whole.
func differences(path string, a, b any) []string {
	left, isMap := a.(map[string]any)
	right, bothMaps := b.(map[string]any)
	if !isMap || !bothMaps {
		if reflect.DeepEqual(a, b) {
			return nil
		}

		return []string{path}
	}

	var paths []string
	for key := range left {
		paths = append(paths, differences(path+"."+key, left[key], right[key])...)
	}
	for key := range right {
		if _, both := left[key]; !both {
			paths = append(paths, path+"."+key)
		}
	}
	slices.Sort(paths)

	return paths
}

// Gone waits until nothing is selected any more, and otherwise fails with the names of what is left.
func (c *Cluster) Gone(ctx context.Context, selector string) error {
	return poll(ctx, func(ctx context.Context) error {
		objects, err := c.ListAll(ctx, selector)
		if err != nil {
			return err
		}
		var left []error
		for _, object := range objects {
			left = append(left, fmt.Errorf("%s is still there", object))
		}

		return errors.Join(left...)
	})
}

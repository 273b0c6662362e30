package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
)

// Apply applies a stream of YAML manifests on the server's side, in order, and returns the objects as they are then
// stored. Objects of a namespaced kind that name no namespace go to the given one. Fields that the server doesn't know
// are an error, as are violations of an admission policy. It ends at the first error.
func (c *Cluster) Apply(ctx context.Context, namespace string, manifests []byte) ([]Object, error) {
	return c.apply(ctx, namespace, manifests, nil)
}

// DryRun is Apply with everything but the storing: it proves that the server would accept the manifests. All of them are
// tried and all errors returned. The namespace must exist.
func (c *Cluster) DryRun(ctx context.Context, namespace string, manifests []byte) ([]Object, error) {
	return c.apply(ctx, namespace, manifests, []string{metav1.DryRunAll})
}

func (c *Cluster) apply(ctx context.Context, namespace string, manifests []byte, dryRun []string) ([]Object, error) {
	documents := yaml.NewYAMLOrJSONDecoder(bytes.NewReader(manifests), 4096)
	var objects []Object
	var problems []error
	for {
		object := &unstructured.Unstructured{}
		if err := documents.Decode(object); errors.Is(err, io.EOF) {
			return objects, errors.Join(problems...)
		} else if err != nil {
			return objects, errors.Join(append(problems, fmt.Errorf("read the manifests: %w", err))...)
		}
		if len(object.Object) == 0 {
			continue
		}

		stored, err := c.applyOne(ctx, namespace, object, dryRun)
		if err != nil {
			problems = append(problems, fmt.Errorf("apply %s %s: %w", object.GetKind(), object.GetName(), err))
			if dryRun == nil {
				return objects, errors.Join(problems...)
			}

			continue
		}
		objects = append(objects, newObject(stored))
	}
}

func (c *Cluster) applyOne(
	ctx context.Context, namespace string, object *unstructured.Unstructured, dryRun []string,
) (*unstructured.Unstructured, error) {
	mapping, err := c.mappingOf(object)
	if err != nil {
		return nil, err
	}

	var resource dynamic.ResourceInterface = c.Dynamic.Resource(mapping.Resource)
	if mapping.Scope.Name() == meta.RESTScopeNameNamespace {
		if object.GetNamespace() == "" {
			object.SetNamespace(namespace)
		}
		resource = c.Dynamic.Resource(mapping.Resource).Namespace(object.GetNamespace())
	}
	content, err := object.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("encode it: %w", err)
	}
	force := true

	return resource.Patch(ctx, object.GetName(), types.ApplyPatchType, content, metav1.PatchOptions{
		FieldManager: "tests", Force: &force, FieldValidation: metav1.FieldValidationStrict, DryRun: dryRun,
	})
}

// mappingOf is where the server keeps objects of an object's kind.
func (c *Cluster) mappingOf(object *unstructured.Unstructured) (*meta.RESTMapping, error) {
	kind := object.GroupVersionKind()
	mapping, err := c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	if meta.IsNoMatchError(err) {
		// A custom resource definition may have arrived in the meantime.
		c.mapper.Reset()
		mapping, err = c.mapper.RESTMapping(kind.GroupKind(), kind.Version)
	}
	if err != nil {
		return nil, fmt.Errorf("find out where the server keeps the kind: %w", err)
	}

	return mapping, nil
}

// ResourceOf is the resource under which the server keeps an object.
func (c *Cluster) ResourceOf(object *unstructured.Unstructured) (schema.GroupVersionResource, error) {
	mapping, err := c.mappingOf(object)
	if err != nil {
		return schema.GroupVersionResource{}, err
	}

	return mapping.Resource, nil
}

func newMapper(client discovery.DiscoveryInterface) *restmapper.DeferredDiscoveryRESTMapper {
	return restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client))
}

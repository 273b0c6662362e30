package deployment

import (
	"errors"
	"fmt"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"

	"github.com/helm-otlp/helm-otlp/internal/render"
)

// Lookup is what the lookup of templates finds: the cluster's objects, as in an upgrade. It reads, and may be told no: then
// the template fails, as it would in an upgrade by the same user.
func (c *Cluster) Lookup() (render.Lookup, error) {
	client, err := dynamic.NewForConfig(c.config)
	if err != nil {
		return nil, fmt.Errorf("connect to the cluster: %w", err)
	}

	return &lookup{client: client, discovery: c.discovery, known: map[string]*metav1.APIResourceList{}}, nil
}

// A lookup keeps what it has learned of APIs, of which a chart asks a few again and again. Templates run one at a time.
type lookup struct {
	client    dynamic.Interface
	discovery discovery.ServerResourcesInterface
	known     map[string]*metav1.APIResourceList
}

// GetClientFor has a client for a kind, and says whether that has namespaces.
func (l *lookup) GetClientFor(apiVersion, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	version, err := schema.ParseGroupVersion(apiVersion)
	if err != nil {
		return nil, false, fmt.Errorf("look up %s: %w", kind, err)
	}
	list, known := l.known[apiVersion]
	if !known {
		if list, err = l.discovery.ServerResourcesForGroupVersion(apiVersion); err != nil {
			return nil, false, fmt.Errorf("look up %s of %s: %w", kind, apiVersion, err)
		}
		l.known[apiVersion] = list
	}
	for _, resource := range list.APIResources {
		if resource.Kind == kind && !isSubresource(resource.Name) {
			return l.client.Resource(version.WithResource(resource.Name)), resource.Namespaced, nil
		}
	}

	return nil, false, errors.New("look up " + kind + ": the cluster has no such kind in " + apiVersion)
}

// isSubresource tells resources such as pods/log, which have the kind of another.
func isSubresource(name string) bool { return strings.Contains(name, "/") }

package cluster_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

const monitoringKind = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: %[2]s.monitoring.coreos.com}
spec:
  group: monitoring.coreos.com
  scope: Namespaced
  names: {kind: %[1]s, plural: %[2]s, singular: %[3]s}
  versions:
    - name: v1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`

// serveMonitoringKinds has the cluster store the kinds of the Prometheus operator, of whatever form. They stay.
func serveMonitoringKinds(t *testing.T) {
	t.Helper()

	for _, kind := range []string{"ServiceMonitor", "PodMonitor", "PrometheusRule"} {
		singular := strings.ToLower(kind)
		_, err := shared.Apply(t.Context(), "", fmt.Appendf(nil, monitoringKind, kind, singular+"s", singular))
		require.NoError(t, err)
	}
	cluster.Eventually(t, func(ctx context.Context) error {
		served, err := shared.Discovery.ServerResourcesForGroupVersion("monitoring.coreos.com/v1")
		if err != nil {
			return err
		}
		if len(served.APIResources) < 3 {
			return fmt.Errorf("of the group only %v is served", served.APIResources)
		}
		objects, err := shared.ListAll(ctx, "")
		if err != nil {
			return err
		}
		for _, object := range objects {
			if object.Kind == "APIService" && object.Name == "v1.monitoring.coreos.com" {
				return nil
			}
		}

		return fmt.Errorf("the group is not announced yet")
	})
}

package cluster_test

import (
	"context"
	"fmt"
	"strings"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// managed returns the release's objects of the kinds that scenarios differ in.
func (r release) managed(ctx context.Context) []cluster.Object {
	r.t.Helper()

	var objects []cluster.Object
	for _, kind := range []schema.GroupVersionResource{
		{Group: "apps", Version: "v1", Resource: "deployments"},
		{Group: "apps", Version: "v1", Resource: "statefulsets"},
		{Group: "apps", Version: "v1", Resource: "daemonsets"},
		{Group: "autoscaling", Version: "v2", Resource: "horizontalpodautoscalers"},
		{Group: "keda.sh", Version: "v1alpha1", Resource: "scaledobjects"},
		{Group: "admissionregistration.k8s.io", Version: "v1", Resource: "mutatingadmissionpolicies"},
	} {
		list, err := shared.Dynamic.Resource(kind).List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/managed-by=Helm"})
		if apierrors.IsNotFound(err) {
			continue // No test has brought the kind.
		}
		require.NoError(r.t, err)
		for i := range list.Items {
			item := &list.Items[i]
			outside := item.GetNamespace() == "" && strings.HasSuffix(item.GetName(), "."+r.namespace)
			if item.GetNamespace() == r.namespace || outside {
				objects = append(objects, cluster.Object{Kind: item.GetKind(), Namespace: item.GetNamespace(), Name: item.GetName(), Full: item})
			}
		}
	}

	return objects
}

// deleteWorkload is `kubectl delete` of the workload, with --cascade=orphan or without.
func (r release) deleteWorkload(orphan bool) {
	r.t.Helper()

	propagation := metav1.DeletePropagationBackground
	if orphan {
		propagation = metav1.DeletePropagationOrphan
	}
	workload, found := workloadOf(r.list())
	require.True(r.t, found)
	resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: strings.ToLower(workload.Kind) + "s"}
	workloads := shared.Dynamic.Resource(resource).Namespace(r.namespace)
	require.NoError(r.t, workloads.Delete(r.t.Context(), workload.Name, metav1.DeleteOptions{PropagationPolicy: &propagation}))

	cluster.Eventually(r.t, func(ctx context.Context) error {
		_, err := workloads.Get(ctx, workload.Name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil
		}

		return fmt.Errorf("%s is still there (%w)", workload, err)
	})
}

// workloadGone waits until an uninstalled release has no workload any more.
func workloadGone(r release) {
	r.t.Helper()

	cluster.Eventually(r.t, func(ctx context.Context) error {
		if workload, found := workloadOf(r.managed(ctx)); found {
			return fmt.Errorf("%s is still there", workload)
		}

		return nil
	})
}

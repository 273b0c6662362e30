package otelcol_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// reviewed are the resources that a review asks about: what collectors read, and what nobody may who takes one over.
func reviewed() []right {
	var all []right
	for group, resources := range map[string][]string{
		"": {
			"pods", "pods/exec", "pods/log", "services", "endpoints", "namespaces", "nodes", "nodes/stats", "nodes/proxy", "nodes/metrics",
			"nodes/pods", "secrets", "configmaps", "serviceaccounts/token", "events", "persistentvolumes", "persistentvolumeclaims",
		},
		"apps":                      {"deployments", "replicasets", "daemonsets", "statefulsets"},
		"batch":                     {"jobs"},
		"coordination.k8s.io":       {"leases"},
		"discovery.k8s.io":          {"endpointslices"},
		"rbac.authorization.k8s.io": {"clusterroles", "rolebindings"},
	} {
		for _, resource := range resources {
			for _, verb := range []string{"get", "list", "watch", "create", "update", "patch", "delete", "*"} {
				all = append(all, right{Verb: verb, Group: group, Resource: resource})
			}
		}
	}
	return all
}

// TestAnAccountMayWhatItsProfileSaysAndNothingElse asks the authoriser about each verb on each of the resources, in the
// release's namespace, in two others and in all of them.
func TestAnAccountMayWhatItsProfileSaysAndNothingElse(t *testing.T) {
	apps := shared.Namespace(t, "privileged")
	reads := func(namespace, group string, resources ...string) []right {
		var all []right
		for _, resource := range resources {
			all = append(all, right{"list", group, resource, namespace, ""}, right{"watch", group, resource, namespace, ""})
		}
		return all
	}
	workloads := func(namespace string) []right {
		all := reads(namespace, "", "pods", "services")
		all = append(all, reads(namespace, "apps", "daemonsets", "deployments", "replicasets", "statefulsets")...)
		all = append(all, reads(namespace, "batch", "jobs")...)
		return append(all,
			right{"get", "coordination.k8s.io", "leases", "$release", account}, right{"update", "coordination.k8s.io", "leases", "$release", account},
			right{"create", "coordination.k8s.io", "leases", "$release", ""})
	}
	gets := func(verbs []string, resources ...string) []right {
		var all []right
		for _, resource := range resources {
			for _, verb := range verbs {
				all = append(all, right{Verb: verb, Resource: resource})
			}
		}
		return all
	}
	tests := []struct {
		name, values string
		may          []right
	}{
		{"auto, nothing that asks", "mode: gateway\n", nil},
		{"auto, a daemonset", "mode: daemonset\n", reads("", "", "pods")},
		{"auto, a namespace's attributes", "mode: gateway\nconfig: {processors: {k8s_attributes: {filter: {namespace: $apps}}}}\n", reads(apps, "", "pods")},
		{
			"auto, a cluster's metrics", "mode: gateway\npresets: {clusterMetrics: {enabled: true}}\n",
			append(workloads(""), reads("", "", "nodes", "namespaces")...),
		},
		{
			"auto, a namespace's metrics", "mode: gateway\npresets: {clusterMetrics: {enabled: true}}\nconfig: {receivers: {k8s_cluster: {namespaces: [$apps]}}}\n",
			workloads(apps),
		},
		{"auto, a kubelet's metrics", "mode: daemonset\npresets: {kubernetesAttributes: {enabled: false}, kubeletMetrics: {enabled: true}}\n", gets([]string{"get"}, "nodes/stats")},
		{"node", "mode: daemonset\nrbac: {profile: node}\n", gets([]string{"get", "list"}, "nodes", "nodes/stats")},
		{"cluster", "mode: gateway\nrbac: {profile: cluster}\n", gets([]string{"get", "list", "watch"}, "pods", "services", "endpoints")},
		{"pod", "mode: daemonset\nrbac: {profile: pod}\n", nil},
		{"no roles", "mode: daemonset\nrbac: {create: false}\n", nil},
		{"a rule of its own", "mode: gateway\nrbac: {extraRules: [{apiGroups: [\"\"], resources: [events], verbs: [list]}]}\n", gets([]string{"list"}, "events")},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := install(t, test.values, otelcol.Distributions()[1].Version, apps)
			for i := range test.may {
				test.may[i].Namespace = strings.Replace(test.may[i].Namespace, "$release", r.namespace, 1)
			}
			for _, what := range reviewed() {
				for _, namespace := range []string{r.namespace, apps, metav1.NamespaceSystem, metav1.NamespaceAll} {
					what.Namespace = namespace
					what.Name = ""
					r.reviews(t, what, test.may)
				}
			}
			for _, name := range []string{account, "kube-controller-manager"} {
				r.reviews(t, right{"update", "coordination.k8s.io", "leases", r.namespace, name}, test.may)
				r.reviews(t, right{"get", "coordination.k8s.io", "leases", metav1.NamespaceSystem, name}, test.may)
			}
			for _, path := range []string{"/metrics", "/logs", "/debug/pprof"} {
				allowed, err := shared.MayReach(t.Context(), r.namespace, account, "get", path)
				require.NoError(t, err)
				assert.False(t, allowed, "get %s", path)
			}
		})
	}
}

// reviews holds that the authoriser allows something exactly if it is among what the account may.
func (r release) reviews(t *testing.T, what right, may []right) {
	t.Helper()
	expected := false
	for _, right := range may {
		expected = expected || right.covers(what)
	}
	resource, subresource, _ := strings.Cut(what.Resource, "/")
	allowed, err := shared.May(t.Context(), r.namespace, account, authorizationv1.ResourceAttributes{
		Verb: what.Verb, Group: what.Group, Resource: resource, Subresource: subresource, Namespace: what.Namespace, Name: what.Name,
	})
	require.NoError(t, err)
	assert.Equal(t, expected, allowed, "%s", what)
}

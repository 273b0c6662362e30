package cluster_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

var shared *cluster.Cluster

func TestMain(m *testing.M) {
	if os.Getenv(abandon) != "" {
		cluster.AbandonProcess()
	}
	os.Exit(cluster.Main(m, &shared))
}

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {made-by: %[1]s}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, made-by: %[1]s}}
    spec: {containers: [{name: web, image: example.invalid/web}]}
`

const privilegedPod = `
apiVersion: v1
kind: Pod
metadata: {name: intruder}
spec:
  containers: [{name: intruder, image: example.invalid/intruder, securityContext: {privileged: true}}]
`

func TestServerKnowsItsVersion(t *testing.T) {
	version, err := shared.Discovery.ServerVersion()
	require.NoError(t, err)
	assert.Regexp(t, `^v1\.37\.\d+$`, version.GitVersion)
	assert.Equal(t, "37", version.Minor)
}

func TestControllersMakePodsAndCollectThem(t *testing.T) {
	namespace := shared.Namespace(t, "")
	selector := "made-by=" + namespace
	_, err := shared.Apply(t.Context(), namespace, fmt.Appendf(nil, deployment, namespace))
	require.NoError(t, err)

	cluster.Eventually(t, func(ctx context.Context) error {
		objects, err := shared.ListAll(ctx, selector)
		if err != nil {
			return err
		}
		kinds := map[string]int{}
		for _, object := range objects {
			kinds[object.Kind]++
		}
		if kinds["Deployment"] != 1 || kinds["ReplicaSet"] != 1 || kinds["Pod"] != 2 {
			return fmt.Errorf("want a Deployment, its ReplicaSet and 2 Pods, got %v", objects)
		}

		return nil
	})

	background := metav1.DeletePropagationBackground
	deletion := metav1.DeleteOptions{PropagationPolicy: &background}
	require.NoError(t, shared.Client.AppsV1().Deployments(namespace).Delete(t.Context(), "web", deletion))
	require.NoError(t, shared.Gone(t.Context(), selector), "the garbage collector should delete what the Deployment owned")
}

func TestPodSecurityRefusesAPrivilegedPod(t *testing.T) {
	restricted, privileged := shared.Namespace(t, "restricted"), shared.Namespace(t, "privileged")

	_, err := shared.DryRun(t.Context(), restricted, []byte(privilegedPod))
	require.ErrorContains(t, err, `violates PodSecurity "restricted:latest": privileged`)
	objects, err := shared.DryRun(t.Context(), privileged, []byte(privilegedPod))
	require.NoError(t, err)
	require.Len(t, objects, 1)

	left, err := shared.ListAll(t.Context(), "")
	require.NoError(t, err)
	for _, object := range left {
		assert.NotEqual(t, "intruder", object.Name, "a dry run stored an object")
	}
}

func TestUnknownFieldsAreRefused(t *testing.T) {
	manifest := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndatum: {}\n"
	_, err := shared.DryRun(t.Context(), shared.Namespace(t, ""), []byte(manifest))
	require.ErrorContains(t, err, "datum")
}

func TestAccessIsByRole(t *testing.T) {
	namespace := shared.Namespace(t, "")

	config := rest.CopyConfig(shared.Config)
	config.Impersonate.UserName = "system:serviceaccount:" + namespace + ":default"
	client, err := kubernetes.NewForConfig(config)
	require.NoError(t, err)

	_, err = client.CoreV1().Secrets(namespace).List(t.Context(), metav1.ListOptions{})
	require.ErrorContains(t, err, "forbidden")
}

const policy = `
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicy
metadata: {name: %[1]s}
spec:
  failurePolicy: Fail
  reinvocationPolicy: Never
  matchConstraints:
    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %[1]s}}
    resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]
  mutations:
    - patchType: ApplyConfiguration
      applyConfiguration: {expression: 'Object{metadata: Object.metadata{labels: {"seen-by": "policy"}}}'}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingAdmissionPolicyBinding
metadata: {name: %[1]s}
spec: {policyName: %[1]s}
`

func TestAdmissionPoliciesMutate(t *testing.T) {
	namespace := shared.Namespace(t, "")
	_, err := shared.Apply(t.Context(), namespace, fmt.Appendf(nil, policy, namespace))
	require.NoError(t, err)

	cluster.Eventually(t, func(ctx context.Context) error {
		objects, err := shared.DryRun(ctx, namespace, []byte("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"))
		if err != nil {
			return err
		}
		if labels := objects[0].Full.GetLabels(); labels["seen-by"] != "policy" {
			return fmt.Errorf("the policy has not labelled it: %v", labels)
		}

		return nil
	})
}

func TestChangedSaysWhatAnUpgradeDid(t *testing.T) {
	namespace := shared.Namespace(t, "")
	apply := func(manifest string) []cluster.Object {
		_, err := shared.Apply(t.Context(), namespace, []byte(manifest))
		require.NoError(t, err)
		objects, err := shared.ListAll(t.Context(), "")
		require.NoError(t, err)

		return cluster.InNamespace(objects, namespace)
	}
	const first = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: one}\n"

	before := apply(first)
	assert.Empty(t, cluster.Changed(before, apply(first)), "applying the same again changes nothing")
	after := apply("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {key: two}\n" +
		"---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n")
	assert.Equal(t, []string{"changed ConfigMap " + namespace + "/a: .data.key", "created Secret " + namespace + "/b"},
		cluster.Changed(before, after))
	assert.Contains(t, cluster.Changed(after, before), "deleted Secret "+namespace+"/b")
}

func TestBothHelmsInstallAndUninstall(t *testing.T) {
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprint(major), func(t *testing.T) {
			namespace := shared.Namespace(t, "")
			chart := writeChart(t, fmt.Sprintf(deployment, namespace))
			before, err := shared.ListAll(t.Context(), "")
			require.NoError(t, err)

			version, _, err := shared.Helm(t, major, "version", "--template", "{{.Version}}")
			require.NoError(t, err)
			assert.Regexp(t, fmt.Sprintf(`^v%d\.\d+\.\d+$`, major), version)
			_, _, err = shared.Helm(t, major, "install", "web", chart, "--namespace", namespace)
			require.NoError(t, err)
			_, stderr, err := shared.Helm(t, major, "install", "web", chart, "--namespace", namespace)
			require.ErrorContains(t, err, "still in use", "the error carries Helm's words")
			assert.Contains(t, stderr, "still in use")
			_, _, err = shared.Helm(t, major, "uninstall", "web", "--namespace", namespace, "--wait")
			require.NoError(t, err)

			require.NoError(t, shared.Gone(t.Context(), "made-by="+namespace))
			after, err := shared.ListAll(t.Context(), "")
			require.NoError(t, err)
			assert.Empty(t, cluster.Changed(cluster.InNamespace(before, namespace), cluster.InNamespace(after, namespace)))
		})
	}
}

func writeChart(t *testing.T, manifest string) string {
	t.Helper()
	chart := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(chart, "templates"), 0o755))
	for name, content := range map[string]string{
		"Chart.yaml":         "apiVersion: v2\nname: web\nversion: 1.0.0\nkubeVersion: '>=1.30.0-0'\n",
		"templates/web.yaml": manifest,
	} {
		require.NoError(t, os.WriteFile(filepath.Join(chart, name), []byte(content), 0o644))
	}

	return chart
}

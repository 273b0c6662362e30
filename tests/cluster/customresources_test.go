package cluster_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/yaml"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// A customKinds is a Go module in which the definitions of kinds come that the chart has values for.
type customKinds struct {
	module, version string
	// files have the definitions, in the module.
	files []string
	// group is the version's that the chart writes, and kinds are its kinds.
	group schema.GroupVersion
	kinds []string
}

// customModules are the projects whose kinds the chart can render, in a version of each.
func customModules() []customKinds {
	return []customKinds{
		{
			"github.com/prometheus-operator/prometheus-operator", "v0.85.0", below("example/prometheus-operator-crd/monitoring.coreos.com_", "servicemonitors", "podmonitors", "prometheusrules"),
			schema.GroupVersion{Group: "monitoring.coreos.com", Version: "v1"}, []string{"ServiceMonitor", "PodMonitor", "PrometheusRule"},
		},
		{
			"sigs.k8s.io/gateway-api", "v1.5.0", below("config/crd/standard/gateway.networking.k8s.io_", "httproutes", "grpcroutes"),
			schema.GroupVersion{Group: "gateway.networking.k8s.io", Version: "v1"}, []string{"HTTPRoute", "GRPCRoute"},
		},
		{
			"github.com/kedacore/keda/v2", "v2.21.0", below("config/crd/bases/keda.sh_", "scaledobjects"),
			schema.GroupVersion{Group: "keda.sh", Version: "v1alpha1"}, []string{"ScaledObject"},
		},
		{
			"github.com/cert-manager/cert-manager", "v1.21.2", below("deploy/crds/cert-manager.io_", "certificates"),
			schema.GroupVersion{Group: "cert-manager.io", Version: "v1"}, []string{"Certificate"},
		},
		{
			"k8s.io/autoscaler/vertical-pod-autoscaler", "v1.8.1", below("deploy/vpa-v1-crd-gen"),
			schema.GroupVersion{Group: "autoscaling.k8s.io", Version: "v1"}, []string{"VerticalPodAutoscaler"},
		},
	}
}

// below are files of that beginning; without names, the one of that name.
func below(beginning string, names ...string) []string {
	if len(names) == 0 {
		return []string{beginning + ".yaml"}
	}
	var files []string
	for _, name := range names {
		files = append(files, beginning+name+".yaml")
	}

	return files
}

// serveCustomKinds has the cluster serve the kinds that the chart can render and Kubernetes does not have, as their
// projects define them. They stay.
func serveCustomKinds(t *testing.T) {
	t.Helper()

	for _, of := range customModules() {
		folder := moduleFolder(t, of.module+"@"+of.version)
		for _, file := range of.files {
			definition, err := os.ReadFile(filepath.Join(folder, file))
			require.NoError(t, err)
			_, err = shared.Apply(t.Context(), "", definition)
			require.NoError(t, err, "%s of %s", file, of.module)
		}
	}
	cluster.Eventually(t, func(ctx context.Context) error {
		for _, of := range customModules() {
			if err := served(ctx, of); err != nil {
				return err
			}
		}

		return nil
	})
}

// moduleFolder is where Go keeps a module's files, which it fetches once.
func moduleFolder(t *testing.T, module string) string {
	t.Helper()

	download := exec.CommandContext(t.Context(), "go", "mod", "download", "-json", module)
	download.Dir = t.TempDir()
	output, err := download.Output()
	var answer struct{ Dir, Error string }
	require.NoError(t, json.Unmarshal(output, &answer), "go mod download %s: %v", module, err)
	require.NoError(t, err, answer.Error)

	return answer.Dir
}

// served tells what is still missing of the kinds.
func served(ctx context.Context, of customKinds) error {
	list, err := shared.Discovery.ServerResourcesForGroupVersion(of.group.String())
	if err != nil {
		return err
	}
	for _, kind := range of.kinds {
		if !slices.ContainsFunc(list.APIResources, func(r metav1.APIResource) bool { return r.Kind == kind }) {
			return fmt.Errorf("%s of %s is not served", kind, of.group)
		}
	}
	objects, err := shared.ListAll(ctx, "")
	if err != nil {
		return err
	}
	for _, object := range objects {
		if object.Kind == "APIService" && object.Name == of.group.Version+"."+of.group.Group {
			return nil
		}
	}

	return fmt.Errorf("%s is not announced yet", of.group)
}

func TestEveryCustomResourceIsAcceptedWithItsRealDefinition(t *testing.T) {
	serveCustomKinds(t)
	files, err := filepath.Glob(filepath.Join(chartFolder, "ci", "custom-resources", "*-values.yaml"))
	require.NoError(t, err)
	namespace := shared.Namespace(t, "")

	accepted := map[string]int{}
	for _, file := range files {
		for _, major := range []int{3, 4} {
			manifests, _, err := shared.Helm(t, major, "template", releaseName, chartFolder, "--namespace", namespace, "--values", file)
			require.NoError(t, err)
			objects, err := shared.DryRun(t.Context(), namespace, []byte(manifests))
			require.NoError(t, err, "%s with Helm %d", file, major)
			for _, object := range objects {
				accepted[object.Kind]++
			}

			r := newRelease(t, major)
			require.NoError(t, r.install(scenario{file: file}), "%s with Helm %d", file, major)
			require.NoError(t, r.uninstall())
		}
	}
	for _, of := range customModules() {
		for _, kind := range of.kinds {
			assert.Positive(t, accepted[kind], "no scenario renders a %s", kind)
		}
	}
	t.Logf("%d scenarios x 2 majors of Helm: %v", len(files), accepted)
}

// TestAWrongFieldOfACustomResourceIsRefused adds a field that nobody defines at several places of every kind: what the
// chart renders is accepted because it is right, and not because nobody looks.
func TestAWrongFieldOfACustomResourceIsRefused(t *testing.T) {
	serveCustomKinds(t)
	namespace := shared.Namespace(t, "")
	var kinds []string
	for _, of := range customModules() {
		kinds = append(kinds, of.kinds...)
	}
	files, err := filepath.Glob(filepath.Join(chartFolder, "ci", "custom-resources", "*-values.yaml"))
	require.NoError(t, err)

	refused := map[string]bool{}
	for _, file := range files {
		manifests, _, err := shared.Helm(t, 4, "template", releaseName, chartFolder, "--namespace", namespace, "--values", file)
		require.NoError(t, err)
		for _, object := range ofKinds(t, manifests, kinds) {
			spec, _ := object.Object["spec"].(map[string]any)
			for _, into := range append(itemsOf(spec), spec) {
				into["fieldThatIsNot"] = "there"
				text, err := object.MarshalJSON()
				require.NoError(t, err)
				_, err = shared.DryRun(t.Context(), namespace, text)
				require.ErrorContains(t, err, "fieldThatIsNot", "%s: %s", file, text)
				delete(into, "fieldThatIsNot")
			}
			refused[object.GetKind()] = true
		}
	}
	for _, kind := range kinds {
		assert.True(t, refused[kind], kind)
	}
}

// ofKinds decodes the manifests of the kinds.
func ofKinds(t *testing.T, manifests string, kinds []string) []*unstructured.Unstructured {
	t.Helper()

	var found []*unstructured.Unstructured
	documents := yaml.NewYAMLOrJSONDecoder(strings.NewReader(manifests), 4096)
	for {
		object := &unstructured.Unstructured{}
		err := documents.Decode(object)
		if errors.Is(err, io.EOF) {
			return found
		}
		require.NoError(t, err)
		if slices.Contains(kinds, object.GetKind()) {
			found = append(found, object)
		}
	}
}

// itemsOf are the maps that stand in lists below a map: they have fields, where a map in a map may be one of free texts.
func itemsOf(of map[string]any) []map[string]any {
	var found []map[string]any
	for _, value := range of {
		list, _ := value.([]any)
		for _, item := range list {
			if below, ok := item.(map[string]any); ok {
				found = append(found, append(itemsOf(below), below)...)
			}
		}
	}

	return found
}

// TestWhatKEDAMakesIsTheAutoscalerOfTheRelease stands in for KEDA, which makes this object of a ScaledObject.
func TestWhatKEDAMakesIsTheAutoscalerOfTheRelease(t *testing.T) {
	serveCustomKinds(t)
	for _, major := range []int{3, 4} {
		t.Run(fmt.Sprintf("helm%d", major), func(t *testing.T) {
			withPlugin(t, major)
			r := newRelease(t, major)
			keda := scenario{file: shared.ValuesFile(t, statusValues+"autoscaling: {enabled: true, minReplicas: 2, maxReplicas: 6, keda: {enabled: true}}\n")}
			require.NoError(t, r.install(keda))
			_, err := shared.Apply(t.Context(), r.namespace, []byte(`
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: keda-hpa-rel-otlp-collector}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: rel-otlp-collector}, minReplicas: 2, maxReplicas: 6}
`))
			require.NoError(t, err)
			_, stderr, code := program(t, r.admin(), "scale", releaseName, "4", "-n", r.namespace)
			assert.Equal(t, 2, code)
			assert.Contains(t, stderr, "its autoscaler would undo that: set `autoscaling.minReplicas` (2) and `autoscaling.maxReplicas` (6)")

			deployments := shared.Client.AppsV1().Deployments(r.namespace)
			patch := []byte(`{"spec":{"replicas":5}}`)
			_, err = deployments.Patch(t.Context(), r.fullname(), types.MergePatchType, patch, metav1.PatchOptions{})
			require.NoError(t, err)
			require.NoError(t, r.upgrade(keda, anotherConfig...))
			deployment, err := deployments.Get(t.Context(), r.fullname(), metav1.GetOptions{})
			require.NoError(t, err)
			assert.Equal(t, int32(5), *deployment.Spec.Replicas, "an upgrade leaves the count to KEDA")
			assert.NotContains(t, deployment.Annotations, "helm-otlp.github.io/replicas")
		})
	}
}

package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// releaseName is that of every release. Each has a namespace of its own.
const releaseName = "rel"

// A release is what one of the Helms keeps in a namespace.
type release struct {
	t         *testing.T
	major     int
	namespace string
}

func newRelease(t *testing.T, major int) release {
	t.Helper()

	r := release{t: t, major: major, namespace: shared.Namespace(t, "")}
	t.Cleanup(func() {
		// What a failed test leaves outside of its namespace would fail others.
		if t.Failed() {
			_ = r.uninstall()
		}
	})

	return r
}

// fullname is the name of the workload and of most other objects.
func (r release) fullname() string { return releaseName + "-otlp-collector" }

func (r release) helm(verb string, args ...string) error {
	r.t.Helper()
	_, _, err := shared.Helm(r.t, r.major, append([]string{verb, releaseName, "--namespace", r.namespace}, args...)...)

	return err
}

// install and upgrade take further arguments of Helm's, such as --set.
func (r release) install(s scenario, args ...string) error {
	r.t.Helper()

	return r.helm("install", append([]string{chartFolder, "--values", s.file}, args...)...)
}

func (r release) upgrade(s scenario, args ...string) error {
	r.t.Helper()

	// Without --reset-values, Helm takes the last revision's values where a file gives none.
	return r.helm("upgrade", append([]string{chartFolder, "--values", s.file, "--reset-values", "--history-max", "5"}, args...)...)
}

func (r release) uninstall() error {
	r.t.Helper()

	return r.helm("uninstall")
}

// objects returns everything in the release's namespace and the release's objects outside of namespaces, without what
// Helm keeps for itself.
func (r release) objects(ctx context.Context) ([]cluster.Object, error) {
	all, err := shared.ListAll(ctx, "")
	if err != nil {
		return nil, err
	}
	var own []cluster.Object
	for _, object := range all {
		kept := object.Kind == "Secret" && strings.HasPrefix(object.Name, "sh.helm.release.")
		outside := object.Namespace == "" && strings.HasSuffix(object.Name, "."+r.namespace)
		if (object.Namespace == r.namespace && !kept) || outside {
			own = append(own, object)
		}
	}

	return own, nil
}

func (r release) list() []cluster.Object {
	r.t.Helper()
	objects, err := r.objects(r.t.Context())
	require.NoError(r.t, err)

	return objects
}

// settled is list when the controllers have done what they do in answer to a change.
func (r release) settled() []cluster.Object {
	r.t.Helper()

	var last []cluster.Object
	cluster.Eventually(r.t, func(ctx context.Context) error {
		objects, err := r.objects(ctx)
		if err != nil {
			return err
		}
		moved := cluster.Changed(last, objects)
		last = objects
		if len(moved) > 0 {
			return errors.New("objects still change: " + strings.Join(moved, "; "))
		}

		return followed(objects)
	})

	return last
}

// followed tells whether the workload's controller and the autoscaler have seen the last change.
func followed(objects []cluster.Object) error {
	workload, found := workloadOf(objects)
	if !found {
		return nil
	}
	observed, _, _ := unstructured.NestedInt64(workload.Full.Object, "status", "observedGeneration")
	if observed != workload.Generation {
		return fmt.Errorf("%s is at generation %d, its controller at %d", workload, workload.Generation, observed)
	}
	if workload.Kind == "DaemonSet" {
		return nil
	}
	wanted, _, _ := unstructured.NestedInt64(workload.Full.Object, "spec", "replicas")
	made, _, _ := unstructured.NestedInt64(workload.Full.Object, "status", "replicas")
	if made < wanted {
		return fmt.Errorf("%s has %d of %d Pods", workload, made, wanted)
	}
	for _, object := range objects {
		if object.Kind == "HorizontalPodAutoscaler" {
			least, _, _ := unstructured.NestedInt64(object.Full.Object, "spec", "minReplicas")
			if wanted < least {
				return fmt.Errorf("%s has %d replicas of at least %d", workload, wanted, least)
			}
		}
	}

	return nil
}

// workloadOf returns the Deployment, StatefulSet or DaemonSet.
func workloadOf(objects []cluster.Object) (cluster.Object, bool) {
	for _, object := range objects {
		switch object.Kind {
		case "Deployment", "StatefulSet", "DaemonSet":
			return object, true
		}
	}

	return cluster.Object{}, false
}

// podTemplate is the workload's, nil for a sidecar.
func podTemplate(objects []cluster.Object) map[string]any {
	workload, found := workloadOf(objects)
	if !found {
		return nil
	}
	template, _, _ := unstructured.NestedMap(workload.Full.Object, "spec", "template")

	return template
}

// configMaps returns the names of the collector's config revisions.
func configMaps(objects []cluster.Object) []string {
	var names []string
	for _, object := range objects {
		if _, config := object.Full.GetLabels()["helm-otlp.github.io/config"]; config && object.Kind == "ConfigMap" {
			names = append(names, object.Name)
		}
	}

	return names
}

// revisions counts those that Helm has recorded.
func (r release) revisions() int {
	r.t.Helper()
	secrets, err := shared.Client.CoreV1().Secrets(r.namespace).List(r.t.Context(), metav1.ListOptions{LabelSelector: "owner=helm"})
	require.NoError(r.t, err)

	return len(secrets.Items)
}

// anotherVersion copies the chart, with another version of it.
func anotherVersion(t *testing.T) string {
	t.Helper()

	folder := filepath.Join(t.TempDir(), "otlp-collector")
	require.NoError(t, os.CopyFS(folder, os.DirFS(chartFolder)))
	file := filepath.Join(folder, "Chart.yaml")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	lines := strings.Split(string(content), "\n")
	changed := 0
	for i, line := range lines {
		if strings.HasPrefix(line, "version:") {
			lines[i] = "version: 99.0.0"
			changed++
		}
	}
	require.Equal(t, 1, changed, "lines with the chart's version")
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600))

	return folder
}

// outsideTests leaves out the namespaces of tests, what is in them, and the addresses of their Services, which the API
// server gives back some time after the Service is gone.
func outsideTests(t *testing.T) []cluster.Object {
	t.Helper()

	all, err := shared.ListAll(t.Context(), "")
	require.NoError(t, err)

	return slices.DeleteFunc(all, ofTests)
}

func ofTests(object cluster.Object) bool {
	namespace := object.Namespace
	switch object.Kind {
	case "Namespace":
		namespace = object.Name
	case "IPAddress":
		namespace, _, _ = unstructured.NestedString(object.Full.Object, "spec", "parentRef", "namespace")
	}

	return strings.HasPrefix(namespace, "t-")
}

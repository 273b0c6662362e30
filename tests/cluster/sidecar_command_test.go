package cluster_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	decoder "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// addedKey is where the command notes what it can take out again. The policy takes nothing out.
const addedKey = "sidecar.opentelemetry.io/added"

// What `helm otlp inject` makes of a manifest is, once the API server has it, what the policy makes of the same Pod.
func TestSidecarByCommandIsThatOfThePolicy(t *testing.T) {
	t.Parallel()
	withPlugin(t, 4)
	for _, queue := range []struct {
		name     string
		settings []string
	}{{"no volumes", nil}, {"a volume", []string{"--set", "config.extensions.file_storage.directory=/var/lib/otelcol/queue"}}} {
		t.Run(queue.name, func(t *testing.T) {
			t.Parallel()
			s := newSidecar(t, "privileged", queue.settings...)
			shapes := slices.Concat(environments(), constructions(), descriptions(), unwanted(), unsuited(t))
			pods := s.byCommand(t, shapes, queue.settings...)
			require.Len(t, pods, len(shapes))
			var injected atomic.Int64
			t.Cleanup(func() { t.Logf("%d shapes of Pods, of which %d get a collector", len(shapes), injected.Load()) })
			for i, shape := range shapes {
				t.Run(shape.name, func(t *testing.T) {
					t.Parallel()
					want := s.admitted(t, shape.pod())
					got := s.unmoved(t, pods[i])
					if want.Labels[injectedKey] == releaseName {
						injected.Add(1)
						delete(got.Annotations, addedKey)
					}
					orderVolumes(want)
					orderVolumes(got)
					samePod(t, want, got)
				})
			}
		})
	}
}

// byCommand are Pods of the shapes that the command has injected.
func (s sidecarRelease) byCommand(t *testing.T, shapes []shape, settings ...string) (pods []*corev1.Pod) {
	t.Helper()
	var manifests bytes.Buffer
	for _, shape := range shapes {
		pod := shape.pod()
		pod.TypeMeta = metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"}
		text, err := yaml.Marshal(pod)
		require.NoError(t, err)
		manifests.WriteString("---\n" + string(text))
	}
	file := shared.ValuesFile(t, manifests.String())
	// The configs have what is no mistake here alone, such as $(POD_IP) in an attribute.
	args := []string{"inject", file, "--release", releaseName, "--values", s.scenario.file, "--no-lint"}
	stdout, stderr, code := program(t, nil, append(args, settings...)...)
	require.Zero(t, code, stderr)
	documents := decoder.NewYAMLOrJSONDecoder(bytes.NewReader([]byte(stdout)), 4096)
	for {
		pod := &corev1.Pod{}
		if err := documents.Decode(pod); errors.Is(err, io.EOF) {
			return pods
		} else {
			require.NoError(t, err)
		}
		if pod.Kind != "" {
			pods = append(pods, pod)
		}
	}
}

// orderVolumes sorts the volumes: the API server adds that of a token before the policy is asked, and behind what a
// manifest has.
func orderVolumes(pod *corev1.Pod) {
	token := func(volume corev1.Volume) bool {
		return len(volume.Name) > len(tokenPrefix) && volume.Name[:len(tokenPrefix)] == tokenPrefix
	}
	slices.SortStableFunc(pod.Spec.Volumes, func(a, b corev1.Volume) int {
		switch {
		case token(a) == token(b):
			return 0
		case token(a):
			return 1
		default:
			return -1
		}
	})
}

package cluster_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

var updateLevels = flag.Bool("update", false, "write docs/pod-security.md")

const levelsDocument = "../../docs/pod-security.md"

// levels are those of the Pod Security Standards, the strictest first.
func levels() []string { return []string{"restricted", "baseline", "privileged"} }

// A levelCase is values that may need another level than the mode alone.
type levelCase struct{ name, values string }

// levelCases are each mode, alone and with each preset that it takes, and what else widens what a Pod may do.
func levelCases(t *testing.T) (cases []levelCase) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(chartFolder, "values.yaml"))
	require.NoError(t, err)
	var values struct {
		Modes struct {
			All struct {
				Presets map[string]any `json:"presets"`
			} `json:"all"`
		} `json:"modes"`
	}
	require.NoError(t, yaml.Unmarshal(content, &values))
	presets := slices.Sorted(maps.Keys(values.Modes.All.Presets))
	require.Greater(t, len(presets), 8)
	for _, mode := range []string{"gateway", "daemonset"} {
		cases = append(cases, levelCase{mode, "mode: " + mode + "\nreplicas: 1\n"})
		add := func(name, values string) {
			cases = append(cases, levelCase{mode + ", " + name, "mode: " + mode + "\nreplicas: 1\n" + values + "\n"})
		}
		for _, preset := range presets {
			settings := "enabled: true"
			if preset == "loadBalancing" {
				settings += ", service: gateway-headless"
			}
			add("presets."+preset, "presets: {"+preset+": {"+settings+"}}")
		}
		add("persistence", "persistence: {enabled: true}")
		add("hostNetwork", "hostNetwork: true")
	}

	return cases
}

// What admission lets in says which level a namespace may enforce: the docs say what it is.
func TestEachModeAndPresetNeedsTheLevelThatTheDocsSay(t *testing.T) {
	t.Parallel()
	namespaces := map[string]string{}
	for _, level := range levels() {
		namespaces[level] = shared.Namespace(t, level)
	}
	var table strings.Builder
	counts := map[string]int{}
	for _, c := range levelCases(t) {
		pod := renderedPod(t, c.values)
		if pod == nil {
			continue // The mode does not take the preset.
		}
		level, why := lowestLevel(t, namespaces, pod)
		counts[level]++
		fmt.Fprintf(&table, "| %s | %s | %s |\n", c.name, level, why)
	}
	sidecar := newSidecar(t, "restricted")
	require.NotNil(t, collectorOf(sidecar.admitted(t, application("true"))))
	table.WriteString("| sidecar | restricted |  |\n")
	for _, level := range []string{"restricted", "privileged"} {
		assert.Positive(t, counts[level], "nothing needs %s: the test would not see a difference", level)
	}

	const preamble = `# Which Pod Security level a namespace may enforce

Written by ` + "`go test . -run TestEachModeAndPresetNeedsTheLevelThatTheDocsSay -update`" + ` in tests/cluster, which gives each Pod to the
admission of a real API server, in a namespace of each level, and fails where this page differs. The level is the
strictest that takes the chart's Pods; beside it stands what the next stricter one has against them.

An agent with logs, hostMetrics or persistence reads or writes files of its node. Where namespaces enforce another level
by default, give it one of its own; the gateway beside it can stay restricted:

` + "```" + `sh
kubectl create namespace agents
kubectl label namespace agents pod-security.kubernetes.io/enforce=privileged
` + "```" + `

With logs or persistence it runs as uid 0, since nobody else may read /var/log/pods and write to /var/lib; otherwise as 10001.
Several presets together need the least strict of their levels.

| Mode and what is switched on | Level | What a stricter one forbids |
|---|---|---|
`
	text := preamble + table.String()
	if *updateLevels {
		require.NoError(t, os.WriteFile(levelsDocument, []byte(text), 0o600))
	}
	written, err := os.ReadFile(levelsDocument)
	require.NoError(t, err)
	assert.Equal(t, text, string(written), "docs/pod-security.md is stale")
}

// renderedPod is a Pod of the workload that the chart makes of the values; nil where it refuses them.
func renderedPod(t *testing.T, values string) []byte {
	t.Helper()
	rendered, stderr, err := shared.Helm(t, 4, "template", releaseName, chartFolder, "--values", shared.ValuesFile(t, values))
	if err != nil {
		require.Regexp(t, `presets\.\w+ reads from the node it runs on`, stderr+err.Error(), "refused for another reason")

		return nil
	}
	for _, document := range strings.Split(rendered, "\n---\n") {
		object := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal([]byte(document), &object.Object))
		template, found, _ := unstructured.NestedMap(object.Object, "spec", "template")
		if !found {
			continue
		}
		pod := corev1.Pod{}
		require.NoError(t, runtime.DefaultUnstructuredConverter.FromUnstructured(template, &pod))
		pod.APIVersion, pod.Kind, pod.Name = "v1", "Pod", "collector"
		claims, _, _ := unstructured.NestedSlice(object.Object, "spec", "volumeClaimTemplates")
		for _, claim := range claims {
			// As a StatefulSet's controller does.
			name, _, _ := unstructured.NestedString(claim.(map[string]any), "metadata", "name")
			source := corev1.VolumeSource{PersistentVolumeClaim: &corev1.PersistentVolumeClaimVolumeSource{ClaimName: name}}
			pod.Spec.Volumes = append(pod.Spec.Volumes, corev1.Volume{Name: name, VolumeSource: source})
		}
		// Those of the release are not in these namespaces.
		pod.Spec.ServiceAccountName = "default"
		manifest, err := json.Marshal(pod)
		require.NoError(t, err)

		return manifest
	}
	require.Fail(t, "no workload was rendered")

	return nil
}

var forbidden = regexp.MustCompile(`violates PodSecurity "[a-z]+:latest": (.*)`)

// lowestLevel is the strictest level whose namespace takes the Pod, and what the next stricter one has against it.
func lowestLevel(t *testing.T, namespaces map[string]string, pod []byte) (level, why string) {
	t.Helper()
	for _, level := range levels() {
		_, err := shared.DryRun(t.Context(), namespaces[level], pod)
		if err == nil {
			return level, why
		}
		match := forbidden.FindStringSubmatch(err.Error())
		require.NotNil(t, match, "refused for another reason: %v", err)
		why = match[1]
	}
	require.Fail(t, "no level takes the Pod")

	return "", ""
}

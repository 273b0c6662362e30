package cluster_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const chartFolder = "../../charts/otlp-collector"

// A scenario is one set of values that the chart is installed with.
type scenario struct {
	name string
	// file is the path of the values.
	file string
	// class is what upgrades can stumble over.
	class class
}

// A class holds the scenarios between which an upgrade has nothing hard to do.
type class struct {
	kind        string
	persistence string
	profile     string
	// autoscaling is the kind of the autoscaler; empty for none.
	autoscaling string
}

// The values of further scenarios: classes that ci has no file for.
func furtherValues() map[string]string {
	const persistent = "mode: gateway\npersistence: {enabled: true, size: %s}\n"

	return map[string]string{
		"further-gateway-persistence-larger":      fmt.Sprintf(persistent, "20Gi"),
		"further-gateway-persistence-autoscaling": fmt.Sprintf(persistent, "5Gi") + "autoscaling: {enabled: true}\n",
		"further-daemonset-rbac-cluster":          "mode: daemonset\nrbac: {profile: cluster}\n",
	}
}

// scenarios returns those of the chart's ci folder, those for which chart-testing's cluster would need more kinds, and the
// further ones, in order.
func scenarios(t *testing.T) []scenario {
	t.Helper()

	folder := t.TempDir()
	for name, values := range furtherValues() {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name+"-values.yaml"), []byte(values), 0o600))
	}
	further, err := filepath.Glob(filepath.Join(folder, "*-values.yaml"))
	require.NoError(t, err)

	found := scenariosOf(t, chartFolder)
	require.GreaterOrEqual(t, len(found), 30, "scenarios in the chart's ci folder, with custom resources and without")
	for _, file := range further {
		found = append(found, readScenario(t, file))
	}

	return found
}

// scenariosOf are those of a chart's own ci folder.
func scenariosOf(t *testing.T, chart string) (found []scenario) {
	t.Helper()

	files, err := filepath.Glob(filepath.Join(chart, "ci", "*-values.yaml"))
	require.NoError(t, err)
	custom, err := filepath.Glob(filepath.Join(chart, "ci", "custom-resources", "*-values.yaml"))
	require.NoError(t, err)
	for _, file := range slices.Concat(files, custom) {
		found = append(found, readScenario(t, file))
	}

	return found
}

func readScenario(t *testing.T, file string) scenario {
	t.Helper()

	content, err := os.ReadFile(file)
	require.NoError(t, err)
	values := struct {
		Mode        string         `json:"mode"`
		Persistence map[string]any `json:"persistence"`
		RBAC        struct {
			Profile string `json:"profile"`
		} `json:"rbac"`
		Autoscaling struct {
			Enabled bool `json:"enabled"`
			KEDA    struct {
				Enabled bool `json:"enabled"`
			} `json:"keda"`
		} `json:"autoscaling"`
	}{Mode: "gateway"}
	values.RBAC.Profile = "auto"
	require.NoError(t, yaml.Unmarshal(content, &values), file)

	s := scenario{name: strings.TrimSuffix(filepath.Base(file), "-values.yaml"), file: file}
	s.class = class{kind: "Deployment", profile: values.RBAC.Profile}
	if values.Autoscaling.Enabled {
		s.class.autoscaling = "HorizontalPodAutoscaler"
		if values.Autoscaling.KEDA.Enabled {
			s.class.autoscaling = "ScaledObject"
		}
	}
	persistent := values.Persistence["enabled"] == true
	if persistent {
		s.class.persistence = fmt.Sprint(values.Persistence["size"])
	}
	switch {
	case values.Mode == "daemonset":
		s.class.kind = "DaemonSet"
	case values.Mode == "sidecar":
		s.class.kind = ""
	case persistent:
		s.class.kind = "StatefulSet"
	}

	return s
}

// find returns the scenario of that name.
func find(t *testing.T, name string) scenario {
	t.Helper()

	return readScenario(t, filepath.Join(chartFolder, "ci", name+"-values.yaml"))
}

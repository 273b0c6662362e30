package cluster_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// firstUpgradable is the commit whose chart stands for the last release until there is a tag.
const firstUpgradable = "406d0ba1fcbe945e7f6de81ca61841824663d1fe"

// A release of the last tag's chart becomes one of this chart with the values that it has: the workload and the volumes
// stay, and there is a way back.
func TestAReleaseOfTheLastTagIsUpgradedWithItsValues(t *testing.T) {
	serveCustomKinds(t)
	old, revision := lastChart(t)
	stations := scenariosOf(t, old)
	count := 0
	t.Run("group", func(t *testing.T) {
		for i, s := range representatives(stations) {
			for _, major := range []int{3, 4} {
				if testing.Short() && i%2 != major%2 {
					continue // They take turns.
				}
				count++
				t.Run(fmt.Sprintf("%s/helm%d", s.name, major), func(t *testing.T) {
					t.Parallel()
					r := newRelease(t, major)
					require.NoError(t, r.helm("install", old, "--values", s.file))
					first := r.settled()
					require.NoError(t, r.upgrade(s))
					upgraded := r.settled()
					assert.Equal(t, kept(first), kept(upgraded), "made anew")
					require.NoError(t, r.helm("rollback", "1"))
					assert.Equal(t, podTemplate(first), podTemplate(r.settled()), "after a rollback")
					// What is new in the values has its default also where Helm takes those of the old chart.
					require.NoError(t, r.helm("upgrade", chartFolder, "--reuse-values"))
					assert.Equal(t, specs(upgraded), specs(r.settled()), "with --reuse-values")
					require.NoError(t, r.uninstall())
				})
			}
		}
	})
	require.Positive(t, count, "scenarios of the chart of %s", revision)
	t.Logf("from the chart of %s: %d upgrades, rollbacks and upgrades that reuse the values", revision, count)
}

// specs are what was asked for of each object that Helm made.
func specs(objects []cluster.Object) map[string]any {
	found := map[string]any{}
	for _, object := range objects {
		if object.Full.GetLabels()["app.kubernetes.io/managed-by"] == "Helm" && object.Kind != "ConfigMap" {
			found[object.Kind+" "+object.Name] = []any{object.Full.Object["spec"], object.Full.Object["rules"], object.Full.Object["subjects"]}
		}
	}

	return found
}

// kept are the UIDs of what an upgrade may not make anew.
func kept(objects []cluster.Object) map[string]string {
	found := map[string]string{}
	for _, object := range objects {
		switch object.Kind {
		case "Deployment", "StatefulSet", "DaemonSet", "PersistentVolumeClaim", "Service", "ServiceAccount":
			found[object.Kind+" "+object.Name] = string(object.Full.GetUID())
		}
	}

	return found
}

// lastChart unpacks the chart of the last tag that is behind this commit, and says which.
func lastChart(t *testing.T) (chart, revision string) {
	t.Helper()

	root := filepath.Join("..", "..")
	git := func(args ...string) string {
		output, err := exec.CommandContext(t.Context(), "git", append([]string{"-C", root}, args...)...).Output()
		require.NoError(t, err, "git %v", args)

		return strings.TrimSpace(string(output))
	}
	if _, err := os.Stat(filepath.Join(root, ".git")); err != nil || git("rev-parse", "--is-shallow-repository") != "false" {
		t.Skip("no checkout with its history: there is no older chart")
	}
	revision = firstUpgradable
	if tags := strings.Fields(git("tag", "--merged", "HEAD^", "--list", "v*", "--sort=version:refname")); len(tags) > 0 {
		revision = tags[len(tags)-1]
	}
	folder := t.TempDir()
	archive := filepath.Join(folder, "chart.tar")
	git("archive", "--output", archive, revision+":charts/otlp-collector")
	chart = filepath.Join(folder, "otlp-collector")
	require.NoError(t, os.Mkdir(chart, 0o700))
	require.NoError(t, exec.CommandContext(t.Context(), "tar", "-xf", archive, "-C", chart).Run())

	return chart, revision
}

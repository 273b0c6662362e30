package cluster_test

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
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
func lastChart(t *testing.T) (folder, revision string) {
	t.Helper()

	root := filepath.Join("..", "..")
	if inside := exec.CommandContext(t.Context(), "git", "-C", root, "rev-parse", "--verify", "--quiet", "HEAD^"); inside.Run() != nil {
		t.Skip("this is no checkout, or one without history: there is no older chart")
	}
	tags, err := exec.CommandContext(t.Context(), "git", "-C", root, "tag", "--merged", "HEAD^", "--list", "v*", "--sort=version:refname").Output()
	require.NoError(t, err)
	revision = firstUpgradable
	if all := strings.Fields(string(tags)); len(all) > 0 {
		revision = all[len(all)-1]
	}
	content, err := exec.CommandContext(t.Context(), "git", "-C", root, "archive", "--format=tar", revision, "charts/otlp-collector").Output()
	require.NoError(t, err, "the chart of %s: does the checkout have its history?", revision)
	folder = t.TempDir()
	entries := tar.NewReader(bytes.NewReader(content))
	for {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return filepath.Join(folder, "charts", "otlp-collector"), revision
		}
		require.NoError(t, err)
		if header.Typeflag != tar.TypeReg {
			continue
		}
		file := filepath.Join(folder, filepath.FromSlash(header.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o700))
		content, err := io.ReadAll(entries)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, content, 0o600))
	}
}

package cluster_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// anotherConfig changes the collector's config in every scenario.
var anotherConfig = []string{"--set", "config.service.telemetry.logs.disable_caller=true"}

func TestEveryScenarioIsInstalledUpgradedRolledBackAndUninstalled(t *testing.T) {
	serveCustomKinds(t)
	before := outsideTests(t)
	chart := anotherVersion(t)

	count := 0
	t.Run("group", func(t *testing.T) {
		for _, s := range scenarios(t) {
			for _, major := range []int{3, 4} {
				count++
				t.Run(fmt.Sprintf("%s/helm%d", s.name, major), func(t *testing.T) {
					t.Parallel()
					l := lifecycle{release: newRelease(t, major), scenario: s}
					l.isInstalled()
					l.secondUpgradeChangesNothing()
					l.configChangeRollsOut()
					l.chartVersionChangesNoPodTemplate(chart)
					l.isRolledBack()
					l.leavesOnlyVolumesBehind()
				})
			}
		}
	})
	assert.Empty(t, cluster.Changed(before, outsideTests(t)), "left behind outside of the releases' namespaces")
	t.Logf("%d scenarios x 2 majors of Helm = %d lives", count/2, count)
}

// A lifecycle takes one release through what happens to it. Each step begins where the one before ended.
type lifecycle struct {
	release
	scenario scenario
	empty    []cluster.Object
	// first is what was installed, last what the last step left.
	first, last []cluster.Object
}

func (l *lifecycle) isInstalled() {
	l.t.Helper()
	l.empty = l.list()
	require.NoError(l.t, l.install(l.scenario))
	l.first = l.settled()
	l.last = l.first

	kind := ""
	if workload, found := workloadOf(l.first); found {
		kind = workload.Kind
	}
	require.Equal(l.t, l.scenario.class.kind, kind, "the workload's kind")
	require.Len(l.t, configMaps(l.first), 1)
}

func (l *lifecycle) secondUpgradeChangesNothing() {
	l.t.Helper()
	require.NoError(l.t, l.upgrade(l.scenario))
	assert.Empty(l.t, cluster.Changed(l.first, l.list()), "changed by a second upgrade")
}

func (l *lifecycle) configChangeRollsOut() {
	l.t.Helper()
	require.NoError(l.t, l.upgrade(l.scenario, anotherConfig...))
	l.last = l.settled()
	changes := cluster.Changed(l.first, l.last)

	if l.scenario.class.kind == "" {
		const what = ".data.config.yaml, .metadata.annotations.helm-otlp.github.io/config-hash"
		assert.Equal(l.t, []string{"changed ConfigMap " + l.namespace + "/" + l.fullname() + ": " + what}, changes)

		return
	}
	names := configMaps(l.last)
	require.Len(l.t, names, 2, "the config of the Pods that run and that of the new ones")
	assert.Subset(l.t, names, configMaps(l.first))
	assert.NotEqual(l.t, mountedConfig(l.first), mountedConfig(l.last), "the ConfigMap that Pods mount")
	assert.Contains(l.t, names, mountedConfig(l.last))
	workload, _ := workloadOf(l.last)
	assert.Contains(l.t, strings.Join(changes, "\n"), "changed "+workload.String()+": ")
}

func (l *lifecycle) chartVersionChangesNoPodTemplate(chart string) {
	l.t.Helper()
	args := append([]string{chart, "--values", l.scenario.file, "--reset-values"}, anotherConfig...)
	require.NoError(l.t, l.helm("upgrade", args...))
	after := l.list()

	assert.Equal(l.t, podTemplate(l.last), podTemplate(after))
	for _, change := range cluster.Changed(l.last, after) {
		if strings.Contains(change, " EndpointSlice ") || strings.Contains(change, " Endpoints ") {
			continue // Controllers copy a Service's labels to them.
		}
		assert.Regexp(l.t, `^changed \S+ \S+: \.metadata\.labels\.helm\.sh/chart$`, change, "changed by a version of the chart")
	}
}

func (l *lifecycle) isRolledBack() {
	l.t.Helper()
	require.NoError(l.t, l.helm("rollback", "1"))
	after := l.settled()

	assert.Equal(l.t, podTemplate(l.first), podTemplate(after))
	var changes []string
	for _, change := range cluster.Changed(l.first, after) {
		// What controllers make in answer to a rollout has new names or a new revision.
		made := []string{" Pod ", " ReplicaSet ", " ControllerRevision ", "deployment.kubernetes.io/revision", ".metadata.generation", " EndpointSlice ", " Endpoints "}
		if !slices.ContainsFunc(made, func(part string) bool { return strings.Contains(change, part) }) {
			changes = append(changes, change)
		}
	}
	assert.Empty(l.t, changes, "not as installed after a rollback")
}

func (l *lifecycle) leavesOnlyVolumesBehind() {
	l.t.Helper()
	require.NoError(l.t, l.uninstall())

	var volumes int
	cluster.Eventually(l.t, func(ctx context.Context) error {
		after, err := l.objects(ctx)
		if err != nil {
			return err
		}
		volumes = 0
		for _, change := range cluster.Changed(l.empty, after) {
			if !strings.HasPrefix(change, "created PersistentVolumeClaim ") {
				return fmt.Errorf("left behind: %s", change)
			}
			volumes++
		}

		return nil
	})
	assert.Equal(l.t, l.scenario.class.kind == "StatefulSet", volumes > 0, "PersistentVolumeClaims stay, and only a StatefulSet makes some")
	assert.Zero(l.t, l.revisions(), "revisions that Helm still keeps")
}

// mountedConfig is the name of the ConfigMap that the Pod template mounts as the collector's config.
func mountedConfig(objects []cluster.Object) string {
	spec, _ := podTemplate(objects)["spec"].(map[string]any)
	volumes, _ := spec["volumes"].([]any)
	for _, volume := range volumes {
		content, _ := volume.(map[string]any)
		if source, ok := content["configMap"].(map[string]any); ok && content["name"] == "config" {
			name, _ := source["name"].(string)

			return name
		}
	}

	return ""
}

func TestThreeRevisionsOfTheConfigAreKept(t *testing.T) {
	count := 0
	t.Run("group", func(t *testing.T) {
		for _, name := range []string{"default", "gateway-persistence", "daemonset-default"} {
			for _, major := range []int{3, 4} {
				count++
				t.Run(fmt.Sprintf("%s/helm%d", name, major), func(t *testing.T) {
					t.Parallel()
					r, s := newRelease(t, major), find(t, name)
					require.NoError(t, r.install(s))
					mounted := []string{mountedConfig(r.list())}
					for i, level := range []string{"warn", "error", "debug", "warn"} {
						require.NoError(t, r.upgrade(s, "--set", "config.service.telemetry.logs.level="+level))
						objects := r.list()
						mounted = append(mounted, mountedConfig(objects))
						assert.Len(t, configMaps(objects), min(i+2, 3), "after %d changes", i+1)
						assert.Subset(t, configMaps(objects), mounted[len(mounted)-2:], "the old Pods' and the new ones'")
					}
					assert.Equal(t, mounted[1], mounted[4], "the same config has the same name")
					require.NoError(t, r.uninstall())
				})
			}
		}
	})
	t.Logf("%d scenarios x 2 majors of Helm = %d", count/2, count)
}

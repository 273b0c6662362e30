package cluster_test

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/cluster"
)

// stretch is how many upgrades one release goes through at most before another is installed.
const stretch = 20

// Upgrades form a walk along all ways from one scenario to another that differs in what upgrades can stumble over. By
// default one scenario stands for those that do not differ, and both majors of Helm go the whole way, but in short, where
// they take turns; with TRANSITIONS=all each scenario stands for itself, and the majors take turns.
func TestUpgradesBetweenScenariosSucceedOrAreRefused(t *testing.T) {
	serveCustomKinds(t)
	before := outsideTests(t)
	stations, every := scenarios(t), os.Getenv("TRANSITIONS") == "all"
	if !every {
		stations = representatives(stations)
	}
	route := walk(stations, func(from, to scenario) bool { return from.class != to.class })

	var succeeded, refused atomic.Int64
	t.Run("group", func(t *testing.T) {
		for start := 0; start < len(route)-1; start += stretch {
			for _, major := range []int{3, 4} {
				if (every || testing.Short()) && start/stretch%2 != major%2 {
					continue
				}
				part := route[start:min(start+stretch+1, len(route))]
				t.Run(fmt.Sprintf("helm%d/%d", major, start), func(t *testing.T) {
					t.Parallel()
					ok, not := travel(t, major, part)
					succeeded.Add(ok)
					refused.Add(not)
				})
			}
		}
	})
	assert.Empty(t, cluster.Changed(before, outsideTests(t)), "left behind outside of the releases' namespaces")
	assert.Positive(t, refused.Load(), "the scenarios hold a transition that the cluster can't make")
	t.Logf("%d scenarios, %d transitions: %d upgrades succeeded, %d were refused with the mend",
		len(stations), len(route)-1, succeeded.Load(), refused.Load())
}

// representatives returns the first scenario of each class.
func representatives(all []scenario) []scenario {
	seen := map[class]bool{}
	var first []scenario
	for _, s := range all {
		if !seen[s.class] {
			seen[s.class] = true
			first = append(first, s)
		}
	}

	return first
}

// walk returns a closed way that takes each wanted step from one station to another exactly once. There is one, since a
// step is wanted as its return is. (The algorithm is Hierholzer's.)
func walk(stations []scenario, wanted func(from, to scenario) bool) []scenario {
	left := make([][]int, len(stations))
	for i, from := range stations {
		for j, to := range stations {
			if wanted(from, to) {
				left[i] = append(left[i], j)
			}
		}
	}

	var route []scenario
	stack := []int{0}
	for len(stack) > 0 {
		at := stack[len(stack)-1]
		if len(left[at]) > 0 {
			stack = append(stack, left[at][0])
			left[at] = left[at][1:]

			continue
		}
		stack = stack[:len(stack)-1]
		route = append(route, stations[at])
	}
	// It was found from its end.
	for i, j := 0, len(route)-1; i < j; i, j = i+1, j-1 {
		route[i], route[j] = route[j], route[i]
	}

	return route
}

func travel(t *testing.T, major int, route []scenario) (succeeded, refused int64) {
	t.Helper()

	r := newRelease(t, major)
	require.NoError(t, r.install(route[0]), "install %s", route[0].name)
	for i, to := range route[1:] {
		from := route[i]
		err := r.upgrade(to)
		if err == nil {
			succeeded++
			arrived(r, from, to)

			continue
		}
		refused++
		changesNothing(r, from, to)
		mends(r, from, to, err)
		require.NoError(t, r.uninstall(), from.name)
		workloadGone(r)
		require.NoError(t, r.install(to), "install %s", to.name)
	}
	require.NoError(t, r.uninstall())

	return succeeded, refused
}

// arrived holds the cluster equal to what the scenario is about.
func arrived(r release, from, to scenario) {
	r.t.Helper()

	kinds := map[string]int{}
	for _, object := range r.managed(r.t.Context()) {
		kinds[object.Kind]++
	}
	for _, kind := range []string{"Deployment", "StatefulSet", "DaemonSet"} {
		want := 0
		if kind == to.class.kind {
			want = 1
		}
		assert.Equal(r.t, want, kinds[kind], "%s after an upgrade from %s to %s", kind, from.name, to.name)
	}
	for _, kind := range []string{"HorizontalPodAutoscaler", "ScaledObject"} {
		assert.Equal(r.t, to.class.autoscaling == kind, kinds[kind] == 1, "%s after an upgrade from %s to %s", kind, from.name, to.name)
	}
	assert.Equal(r.t, to.class.kind == "", kinds["MutatingAdmissionPolicy"] == 1, "policy after an upgrade from %s to %s", from.name, to.name)
}

// changesNothing tries the refused upgrade once more, between two looks at the cluster.
func changesNothing(r release, from, to scenario) {
	r.t.Helper()

	revisions, before := r.revisions(), r.settled()
	require.Error(r.t, r.upgrade(to), "a refused upgrade from %s to %s is refused again", from.name, to.name)
	assert.Empty(r.t, cluster.Changed(before, r.list()), "changed by a refused upgrade from %s to %s", from.name, to.name)
	assert.Equal(r.t, revisions, r.revisions(), "an upgrade from %s to %s that is refused before anything is sent leaves no revision", from.name, to.name)
}

// mends demands of a refusal that the chart said it, and what to do.
func mends(r release, from, to scenario, refusal error) {
	r.t.Helper()

	message := refusal.Error()
	assert.Contains(r.t, message, "execution error at (otlp-collector/", "upgrade from %s to %s", from.name, to.name)
	assert.True(r.t, strings.Contains(message, "Keep ") && strings.Contains(message, "kubectl delete "),
		"the mend is missing from the refusal of the upgrade from %s to %s: %s", from.name, to.name, message)
}

func TestRefusedUpgradesChangeNothingAndTheirMendWorks(t *testing.T) {
	cases := map[string]struct {
		from string
		to   []string
		// mend is the command of the refusal, as arguments of `kubectl delete`.
		mend string
	}{
		"another selector": {"default", []string{"--set", "nameOverride=other", "--set", "fullnameOverride=rel-otlp-collector"}, "deployment"},
		"larger volumes":   {"gateway-persistence", []string{"--set", "persistence.size=50Gi"}, "statefulset"},
		"another class":    {"gateway-persistence", []string{"--set", "persistence.storageClassName=fast"}, "statefulset"},
	}
	count := 0
	t.Run("group", func(t *testing.T) {
		for name, test := range cases {
			for _, major := range []int{3, 4} {
				count++
				t.Run(fmt.Sprintf("%s/helm%d", name, major), func(t *testing.T) {
					t.Parallel()
					r, s := newRelease(t, major), find(t, test.from)
					require.NoError(t, r.install(s))
					before := r.settled()

					err := r.upgrade(s, test.to...)
					mends(r, s, s, err)
					require.ErrorContains(t, err, "kubectl delete "+test.mend+" -n "+r.namespace+" "+r.fullname())
					assert.Empty(t, cluster.Changed(before, r.list()))
					assert.Equal(t, 1, r.revisions())

					r.deleteWorkload(strings.Contains(err.Error(), "--cascade=orphan"))
					require.NoError(t, r.upgrade(s, test.to...), "after the mend")
					require.NoError(t, r.uninstall())
				})
			}
		}
	})
	t.Logf("%d cases x 2 majors of Helm = %d refusals", len(cases), count)
}

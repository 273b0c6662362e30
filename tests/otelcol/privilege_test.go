package otelcol_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/helm-otlp/helm-otlp/tests/otelcol"
)

// patience is how long a collector may take for what it does in seconds on a machine of its own.
const patience = time.Minute

// TestEachRightGrantedIsUsedAndNeeded installs the chart with one preset or component a time, and runs its collector as
// the chart's account on a real API server until it does its work: nothing is refused, and everything granted is used.
// It runs again as accounts that lack one of the rights each: the API server refuses that one, and no other.
func TestEachRightGrantedIsUsedAndNeeded(t *testing.T) {
	apps := deployWorkloads(t)
	shown := &proofs{found: map[string]map[string]proof{}}
	for _, distribution := range otelcol.Distributions() {
		t.Run(distribution.Version, func(t *testing.T) {
			for _, c := range privilegeCases() {
				if c.version != "" && c.version != distribution.Version {
					continue
				}
				t.Run(c.name, func(t *testing.T) { c.run(t, distribution, apps, shown) })
			}
		})
	}
	if !t.Failed() {
		shown.check(t)
	}
}

func (c privilegeCase) run(t *testing.T, distribution otelcol.Distribution, apps string, shown *proofs) {
	t.Helper()
	t.Parallel()
	r := install(t, c.values, distribution.Version, apps)
	lacking := r.lacking(t)
	collectors := []*otelcol.Collector{r.start(t, distribution, streaming(true))}
	if c.alone {
		c.work(t, collectors[0], apps)
		require.NoError(t, collectors[0].Stop())
		collectors = nil
	}
	if c.apart {
		collectors = append(collectors, r.start(t, distribution, streaming(false)))
		for _, other := range lacking {
			r.startApart(t, distribution, other)
		}
	} else {
		collectors = append(collectors, r.start(t, distribution, streaming(false), lacking...))
	}
	for _, collector := range collectors {
		c.work(t, collector, apps)
	}
	until(func() bool {
		used, refused := r.requests(t)

		return maps.Equal(r.beyond(used[account]), acceptedOf(c.name)) &&
			!slices.ContainsFunc(lacking, func(account string) bool { return len(refused[account]) == 0 })
	})
	// What is refused late counts too.
	time.Sleep(lateness)
	used, refused := r.requests(t)
	assert.Empty(t, refused[account], "refused to the chart's account")
	shown.add(c.name, distribution.Version, proof{
		rules: inWords(r.rights, r.namespace, apps), granted: len(r.rights),
		used: c.usesAll(t, r, used[account]), refused: r.refusesEach(t, lacking, refused),
	})
}

// lateness is how much longer than needed is looked for what should not be asked.
const lateness = 3 * time.Second

// until waits for the condition, and no longer than for our patience: what it waits for is asserted afterwards.
func until(holds func() bool) {
	for end := time.Now().Add(patience); time.Now().Before(end) && !holds(); {
		time.Sleep(200 * time.Millisecond)
	}
}

// beyond is what the release's account is granted beyond what was used, by right.
func (r release) beyond(used []right) map[string]string {
	found := map[string]string{}
	for right, is := range wider(r.rights, used) {
		found[right.String()] = is
	}
	return found
}

// usesAll holds that what is granted is what was used. It returns how many of the rights were.
func (c privilegeCase) usesAll(t *testing.T, r release, used []right) int {
	t.Helper()
	found := r.beyond(used)
	assert.Equal(t, acceptedOf(c.name), found, "what is granted beyond what is used")
	count := len(r.rights)
	for _, is := range found {
		if is == "unused" {
			count--
		}
	}
	return count
}

// refusesEach holds that each account was refused the right that it lacks, and nothing else. It returns how many were.
func (r release) refusesEach(t *testing.T, lacking []string, refused map[string][]right) int {
	t.Helper()
	count := 0
	for i, right := range r.rights {
		count += min(1, len(refused[lacking[i]]))
		assert.NotEmpty(t, refused[lacking[i]], "without %s nothing is refused", right)
		for _, other := range refused[lacking[i]] {
			assert.True(t, right.of(lacking[i]).covers(other), "without %s another is refused: %s", right, other)
		}
	}
	return count
}

// work waits until the log shows that the collector does its work.
func (c privilegeCase) work(t *testing.T, collector *otelcol.Collector, apps string) {
	t.Helper()
	missing := ""
	round := 0
	for until := time.Now().Add(patience); time.Now().Before(until); time.Sleep(300 * time.Millisecond) {
		if round++; round%20 == 0 {
			touchPods(t, apps)
		}
		sendFromPods(t, collector, apps)
		log := collector.Log()
		missing = ""
		for _, text := range c.shows {
			if !strings.Contains(log, text) {
				missing = text
			}
		}
		if missing == "" {
			return
		}
	}
	require.Fail(t, "the collector's log does not show its work", "%s is missing", missing)
}
